"""The money of an account that its person closed: nothing is spent any more, and unused credit goes back."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from chalicelib.core import clock
from chalicelib.money import ledger, refunds
from chalicelib.money.holds import Overdue
from chalicelib.money.ledger import FINAL, AccountClosed, Errand
from chalicelib.money.models import Balance
from chalicelib.money.rules import CENT_MICROS
from chalicelib.policy import profile

ERRAND = "C#closing"


def close(account_id: str, at: datetime) -> None:
    """Stop spending, and leave the errand that gives credit back, in one transaction.

    To be repeated each day: credit may still come, of a page that was open or a refund that a bank sent back.
    """
    funds = ledger.funds(account_id)
    done = funds.status in FINAL
    if not profile.offers("credit") or (done and funds.available_micros < CENT_MICROS):
        return
    also = [] if done else [Balance.status.set("closing"), Balance.closed_at.set(clock.render(at))]
    errands = {ERRAND: Errand(clock.epoch_seconds(clock.now()))}
    with suppress(AccountClosed):
        ledger.book(account_id, None, also=also, errands=errands, while_open=True)


def finish(found: Overdue) -> bool:
    """Give back what can go back; False while some of it is still held."""
    return refunds.refund_all(found.account_id)
