"""Disputes: a bank takes money back, so the credit goes and the account may not spend until it is decided."""

from __future__ import annotations

from collections.abc import Sequence

from pynamodb.expressions.update import Action

from chalicelib.core import clock
from chalicelib.core.logs import log
from chalicelib.money import ledger, payments
from chalicelib.money.models import Balance
from chalicelib.money.rules import Return
from chalicelib.providers.stripe_facts import DisputeFact


def follow(fact: DisputeFact) -> bool:
    """Book a dispute up to its phase; False when that was done before, or the payment is not ours.

    Opened takes the credit and freezes the account, won and prevented give both back. A lost one keeps it
    frozen until somebody of staff decides; an inquiry moves nothing.
    """
    told = Return("dispute", fact.phase, fact.amount_micros, fact.currency, clock.render(fact.created_at))

    def also(state: str) -> Sequence[Action]:
        return _standing(fact.id, state)

    moved = payments.follow_return(fact.payment_intent, fact.id, told, also=also)
    if moved:
        log.warning("dispute", extra={"dispute": fact.id, "phase": fact.phase})
    return moved


def thaw(account_id: str, dispute_id: str) -> bool:
    """Let an account spend again, whatever became of a dispute; False when it was not frozen by it."""
    return ledger.change(account_id, _standing(dispute_id, "won"), Balance.frozen.contains(dispute_id))


def _standing(dispute_id: str, state: str) -> list[Action]:
    if state == "opened":
        return [Balance.frozen.add({dispute_id})]
    if state in ("won", "prevented"):
        return [Balance.frozen.delete({dispute_id})]
    return []
