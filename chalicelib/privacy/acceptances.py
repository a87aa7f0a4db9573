"""Which version of the policy somebody accepted: written once for each, and never taken for a consent.

Signing up accepts the version that is shown then (`identity` keeps it with the person). Where the policy
says that who goes on using the service accepts a new version, the next sign-in does.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Literal

from chalicelib.core import clock, tables
from chalicelib.core.errors import Refusal
from chalicelib.core.logs import log
from chalicelib.core.tables import ConditionFailed
from chalicelib.identity import accounts
from chalicelib.policy import profile
from chalicelib.privacy.policy_models import CATEGORY, Acceptance

Where = Literal["sign_up", "sign_in"]


def arrive(account_id: str) -> None:
    """Somebody signs in: where the policy says so, they accept what holds. Never keeps anybody out."""
    active = profile.current()
    if active.settings.change_notice.acceptance != "sign_in":
        return
    try:
        if not find(account_id, active.version):
            record(account_id, active.version)
    except Refusal as refusal:
        log.warning("acceptance not recorded", extra={"account": account_id, "type": refusal.type})


def find(account_id: str, version: str) -> Acceptance | None:
    """When and where an account accepted a version; None where it did not."""
    return Acceptance.living(*Acceptance.of(account_id, version))


def record(account_id: str, version: str) -> None:
    """Note that an account accepts a version, in its own item and as a receipt; again, it changes nothing.

    Raises Busy. Who is erased accepts nothing.
    """
    account = accounts.behind(account_id)
    if not account:
        return
    now = clock.now()
    end = profile.current().expires_at(CATEGORY, created=now)
    where: Where = "sign_up" if account.policy_version == version else "sign_in"
    receipt = Acceptance(
        *Acceptance.of(account_id, version),
        policy_version=version,
        at=clock.render(now),
        where=where,
        expires_at=clock.epoch_seconds(end) if end else None,
    )
    writes = tables.Transaction()
    writes.put("receipt", receipt, Acceptance.sk.does_not_exist())
    accounts.accept(account.user_id, version, writes)
    with suppress(ConditionFailed):  # it is there already, or the person is gone
        writes.commit()
