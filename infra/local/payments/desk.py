"""The developer's desk: each verb of POST /dev/payments/{id}/{verb}, its JSON body and what it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Literal, TypeVar

import msgspec

from infra.local.payments import Decision, Outcome, Payments, Standing, Start, Verdict
from infra.local.store import Document


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """Nothing to say."""


class Pay(Body):
    outcome: Outcome = "succeeded"


class Settle(Body):
    outcome: Literal["succeeded", "failed"] = "succeeded"


class Refund(Body):
    amount_micros: int
    status: Start = "succeeded"


class Dispute(Body):
    amount_micros: int
    outcome: Decision = "open"


class Open(Body):
    amount_micros: int
    inquiry: bool = False


class Update(Body):
    status: Standing | None = None


class Close(Body):
    verdict: Verdict


class Decline(Body):
    reason: str | None = "generic_decline"


class Deliver(Body):
    times: int = 1


class Settings(Body):
    """What holds from now on; what is left out stays."""

    tax_percent: str | None = None
    refunds_start: Start | None = None


B = TypeVar("B", bound=Body)


class Verb(msgspec.Struct, Generic[B], frozen=True):
    """Takes a body of this kind for the object named in the path."""

    body: type[B]
    act: Callable[[Payments, str, B], Any]


def act(payments: Payments, id: str, verb: str, body: bytes) -> Document:
    """Does one of VERBS; msgspec's error for a wrong body."""
    known = VERBS[verb]
    answer: Document | None = known.act(payments, id, msgspec.json.decode(body or b"{}", type=known.body))
    return answer or {"id": id}


def settings(payments: Payments, body: bytes) -> Document:
    """Sets what is named in the body and answers it."""
    asked = msgspec.json.decode(body or b"{}", type=Settings)
    if asked.tax_percent is not None:
        payments.set_tax(asked.tax_percent)
    if asked.refunds_start is not None:
        payments.start_refunds(asked.refunds_start)
    answer: Document = msgspec.to_builtins(asked)
    return answer


def _settle(payments: Payments, id: str, body: Settle) -> Document:
    """A refund or a payment that the bank has not answered yet."""
    paid = body.outcome == "succeeded"
    if not id.startswith("re_"):
        return payments.settle(id, paid=paid)
    return payments.settle_refund(id) if paid else payments.fail_refund(id)


VERBS: dict[str, Verb[Any]] = {
    "pay": Verb(Pay, lambda payments, id, body: payments.pay(id, body.outcome)),
    "settle": Verb(Settle, _settle),
    "refund": Verb(Refund, lambda payments, id, body: payments.refund(id, body.amount_micros, body.status)),
    "dispute": Verb(
        Dispute, lambda payments, id, body: payments.dispute(id, body.amount_micros, body.outcome)
    ),
    "open-dispute": Verb(
        Open, lambda payments, id, body: payments.open_dispute(id, body.amount_micros, inquiry=body.inquiry)
    ),
    "withdraw-dispute": Verb(Body, lambda payments, id, _: payments.withdraw_dispute(id)),
    "update-dispute": Verb(Update, lambda payments, id, body: payments.update_dispute(id, body.status)),
    "close-dispute": Verb(Close, lambda payments, id, body: payments.close_dispute(id, body.verdict)),
    "reinstate-dispute": Verb(Body, lambda payments, id, _: payments.reinstate_dispute(id)),
    "warn-of-fraud": Verb(Body, lambda payments, id, _: payments.warn_of_fraud(id)),
    "decline": Verb(Decline, lambda payments, id, body: payments.decline(id, body.reason)),
    "drop": Verb(Body, lambda payments, id, _: payments.drop([id])),
    "deliver": Verb(Deliver, lambda payments, id, body: {"taken": payments.deliver([id], body.times)}),
}
