"""A balance that a call takes below the threshold of its automatic top-up, and the minutes after it."""

from __future__ import annotations

from datetime import timedelta

from tests.conftest import Clock
from tests.harness.mailbox import Mailbox
from tests.harness.stage import Stage
from tests.money.purse import DOLLAR, VISA, Purse, make, sweep

THRESHOLD, AMOUNT = 5 * DOLLAR, 20 * DOLLAR
CHARGE = "payment_intents.create"


def charged_below(stage: Stage, mailbox: Mailbox, card: str = VISA) -> Purse:
    """Eight dollars, of which four are spent by a call that crosses the threshold."""
    return make(stage, mailbox).earn(8 * DOLLAR).charge_below(THRESHOLD, AMOUNT, card)


def cross(purse: Purse) -> Purse:
    return purse.spend(4 * DOLLAR)


def sweep_all(clock: Clock) -> None:
    """Minutes of the schedule, in which errands may leave other errands."""
    for _ in range(4):
        clock.advance(timedelta(seconds=61))
        sweep()
