"""What must be true of a deletion at its end: one outcome, nothing half done, in time or escalated."""

from __future__ import annotations

import itertools
from datetime import timedelta

from bench.deletions import disturbances, leftovers
from bench.deletions.scenery import Scenery
from bench.deletions.world import ADA, World
from bench.simulator.checks import check_books, demand
from chalicelib.core import clock
from chalicelib.identity import last_mail
from chalicelib.identity.models import User
from chalicelib.money import ledger, refund_requests
from chalicelib.money.funds import CALL
from chalicelib.privacy import certificates, holds, manifest, register, rules

ENDS = {"fulfilled", "cancelled"}
LOOKED = timedelta(days=1, hours=1)
"""The watchdog looks once a day."""


def check_end(world: World, scenery: Scenery) -> str:
    """Raises Violation; answers how it ended."""
    request, told = world.request(), [event.what for event in register.events(world.request_id)]
    ends = [what for what in told if what in ENDS]
    demand(ends == [request.state] if request.state in ENDS else not ends, f"{told} ended as {request.state}")
    states = [what for what in told if what in rules.STATES]
    for state, following in itertools.pairwise(states):
        demand(following in rules.TRANSITIONS["deletion"][state], f"{following} followed {state}")
    disturbances.check_holds(world, scenery)
    if request.state == "cancelled":
        _check_kept(world)
    else:
        check_gone(world)
        leftovers.check(world, scenery)
        written = [mail.subject for mail in world.mailbox.to(ADA) if "is deleted" in mail.subject]
        demand(bool(written) or "ses" in world.down, "nobody was told that it is done")
    _check_time(world, was_held="held" in told)
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


def check_gone(world: World) -> None:
    """Nothing is there but what a standing hold keeps, and the certificate lists that."""
    request = world.request()
    demand(world.told != 200, "deleted, and the person was told that it is cancelled")
    left = {name: count for name, count in manifest.count(register.subject_of(request)).items() if count}
    kept = {name for name in left if holds.covers(world.account_id, manifest.row(name).category)}
    demand(set(left) == kept, f"{request.state}, and left: {left}")
    demand(bool(kept) == (request.state == "held"), f"{request.state}, and kept: {kept}")
    certificate = certificates.newest(request.id)
    demand(certificate is not None, f"{request.state} without a certificate")
    lines = certificates.read(str(certificate))["kept"]
    held = {(line["store"], line["category"]) for line in lines if line["reason"] == holds.REASON}
    rows = [manifest.row(name) for name in kept]
    listed = {(row.store or row.name, row.category) for row in rows}
    demand(listed <= held, f"held: {listed}, of which the certificate lists {held}")
    demand(bool(held) == bool(kept), f"the certificate lists {held} as held, which is {kept}")
    demand(last_mail.unseal(request.id) is None, "done, and the sealed address is there")
    funds = ledger.funds(world.account_id)
    demand(funds.status == "closed", "done, and the books are open")
    waiting = [key for key in funds.holds if key.startswith((CALL, refund_requests.RESERVED))]
    demand(not waiting, f"done, and still set aside: {waiting}")


def _check_time(world: World, *, was_held: bool) -> None:
    """Done by due minus two days, or somebody had been called by then, or a hold kept it."""
    request = world.request()
    near = clock.from_epoch(request.due_at) - rules.MARGIN
    closed = clock.parse(request.closed_at) if request.closed_at else world.now
    if closed > near + LOOKED and not was_held:
        demand(request.escalated_at is not None, f"late since {near}, and not escalated")
    if request.escalated_at:
        at = clock.parse(request.escalated_at)
        demand(near <= at <= near + LOOKED, f"escalated at {at}, near since {near}")
