"""What must be true of a deletion at its end: one outcome, nothing half done, in time or escalated."""

from __future__ import annotations

import itertools
from datetime import timedelta

from bench.deletions.world import World
from bench.simulator.checks import check_books, demand
from chalicelib.core import clock
from chalicelib.identity import last_mail
from chalicelib.identity.models import User
from chalicelib.money import ledger
from chalicelib.privacy import certificates, manifest, register, rules

ENDS = {"fulfilled", "cancelled"}
LOOKED = timedelta(days=1, hours=1)
"""The watchdog looks once a day."""


def check_end(world: World) -> str:
    """Raises Violation; answers how it ended."""
    request, told = world.request(), [event.what for event in register.events(world.request_id)]
    ends = [what for what in told if what in ENDS]
    demand(ends == [request.state], f"{told} ended as {request.state}")
    states = [what for what in told if what in rules.STATES]
    for state, following in itertools.pairwise(states):
        demand(following in rules.TRANSITIONS["deletion"][state], f"{following} followed {state}")
    if request.state == "cancelled":
        _check_kept(world)
    else:
        _check_gone(world)
    _check_time(world)
    for account_id in (world.account_id, ledger.SUSPENSE):
        check_books(account_id)
    return str(request.state)


def _check_kept(world: World) -> None:
    request = world.request()
    demand(world.told == 200, f"cancelled, and the person was told {world.told}")
    demand(request.counted is None, "cancelled, and the account was closed all the same")
    person = User.stored(request.user_id)
    demand(person is not None and person.status == "active", "cancelled, and the person is not as before")
    demand(ledger.funds(world.account_id).status == "open", "cancelled, and the account is not open")
    demand(certificates.newest(request.id) is None, "cancelled, and certified")


def _check_gone(world: World) -> None:
    request = world.request()
    demand(world.told != 200, "deleted, and the person was told that it is cancelled")
    left = {name: count for name, count in manifest.count(register.subject_of(request)).items() if count}
    demand(not left, f"fulfilled, and left: {left}")
    demand(certificates.newest(request.id) is not None, "fulfilled without a certificate")
    demand(last_mail.unseal(request.id) is None, "fulfilled, and the sealed address is there")
    demand(ledger.funds(world.account_id).status == "closed", "fulfilled, and the books are open")
    written = [mail.subject for mail in world.mailbox.to("ada@example.org") if "is deleted" in mail.subject]
    demand(bool(written) or "ses" in world.down, "nobody was told that it is done")
    for what in ("ada@example.org", "+12025550123"):
        demand(what not in str(request.attribute_values), f"the register tells {what}")


def _check_time(world: World) -> None:
    """Done by due minus two days, or somebody had been called by then."""
    request = world.request()
    closed, near = clock.parse(str(request.closed_at)), clock.from_epoch(request.due_at) - rules.MARGIN
    if closed > near + LOOKED:
        demand(request.escalated_at is not None, f"late since {near}, and not escalated")
    if request.escalated_at:
        at = clock.parse(request.escalated_at)
        demand(near <= at <= near + LOOKED, f"escalated at {at}, near since {near}")
