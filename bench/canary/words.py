"""Words to find again: in each field of a person one of its own, in the form that the field has."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from chalicelib.core import clock

AHEAD, AGO = timedelta(days=90), timedelta(days=80)
SPAN_SECONDS = 50 * 86_400
"""Deadlines lie ahead of all that a run sees, so that nothing ends by itself, and other times behind it."""
MICROS = 1_000_000
A_TIME = 1_500_000_000
OPAQUE = re.compile(
    r"(?:[A-Z]+#)?(?:[a-z]{2,6}_[0-9A-Za-z_]{10,}(?:#\d{4}-\d\d)?|(?:CA|PN)[0-9a-f]{32}|#?[A-Z]+#\S+)"
)
"""Random numbers, here and at partners, and keys: what says nothing by itself."""
MOMENT = re.compile(r"(?:.*_at|.*_by|at|day|hour)")
DEADLINE = re.compile(r"(?:.*_at|.*_until|due)")
PHONE = {"phone", "to", "numbers", "from"}
MAIL = {"email", "parent_email"}
CALLS = {"call_sid", "leg_sid", "calls"}

ONE_OF_FEW = "one of a few words, which the code compares"
YES_OR_NO = "yes or no"
CURRENCY = "three letters, which have to be the policy's"
BOOKS = "money of the books, which would refund or charge something else"
ENDED = "whoever has it has no account any more, or no request"
INDEX = "the part of an index, one of a few numbers"
CONSTANT = "a key that is the same for everybody"
BARE: Mapping[str, str] = {
    "User.closed_at": ENDED,
    "User.ends_at": ENDED,
    "User.policy_version": "the version of the policy, which is the same for everybody",
    "User.status": ONE_OF_FEW,
    "Balance.closed_at": ENDED,
    "Balance.currency": CURRENCY,
    "Balance.high_risk_calls": YES_OR_NO,
    "Balance.holds.*.amount": BOOKS,
    "Balance.sk": CONSTANT,
    "Balance.status": ONE_OF_FEW,
    "Balance.sweep_at": "the first of the deadlines in its holds, which are canaries",
    "Balance.sweep_shard": INDEX,
    "Order.kind": ONE_OF_FEW,
    "Order.state": ONE_OF_FEW,
    "Payment.books": "another account's, if it is not credit of their own",
    "Payment.currency": CURRENCY,
    "Payment.returns.*.currency": CURRENCY,
    "Payment.returns.*.kind": ONE_OF_FEW,
    "Payment.returns.*.state": ONE_OF_FEW,
    "Payment.tax_micros": BOOKS,
    "CallerIds.numbers.*.state": ONE_OF_FEW,
    "CallRecord.state": ONE_OF_FEW,
    "File.due_shard": INDEX,
    "File.state": ONE_OF_FEW,
    "Request.due_shard": ENDED,
    "Request.state": ONE_OF_FEW,
    "Request.type": ONE_OF_FEW,
    "Opening.sk": CONSTANT,
    "Receipt.kind": ONE_OF_FEW,
    "Receipt.stands": YES_OR_NO,
    "Choices.choices.*.kind": ONE_OF_FEW,
    "Choices.choices.*.stands": YES_OR_NO,
    "Choices.closed_at": ENDED,
    "Choices.sk": CONSTANT,
}
"""Fields that can't carry a canary, and why: these, and no other."""


@dataclass(frozen=True)
class Canary:
    """A word and where it was planted: `path` as the inventory has it, `category` that of its item."""

    word: str
    store: str
    model: str
    path: str
    category: str

    @property
    def name(self) -> str:
        return f"{self.model}.{self.path}"

    @property
    def opaque(self) -> bool:
        """Whether it names nobody who does not know whose it is."""
        return bool(OPAQUE.fullmatch(self.word))

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """How it may be written: a sheet has amounts as decimals, and seconds since 1970 as times."""
        if not self.word.isdecimal():
            return (self.word,)
        number = int(self.word)
        times = clock.render(clock.from_epoch(number)) if number > A_TIME else self.word
        decimals = f"{number // MICROS}.{number % MICROS:06}".rstrip("0").rstrip(".")
        return self.word, decimals, times


def holds(text: str, canary: Canary) -> bool:
    """Whether a text has a canary; a number only between other signs than digits."""
    return any(form in text and (not form[0].isdigit() or _alone(form, text)) for form in canary.forms)


def _alone(form: str, text: str) -> bool:
    return re.search(rf"(?<![\d.]){re.escape(form)}(?!\d)", text) is not None


def number(seed: str) -> int:
    """Nine digits that nothing else has."""
    return 100_000_007 + _hash(seed) % 899_999_000


def deadline(seed: str, at: datetime) -> int:
    """A second that nothing else ends in."""
    return int((at + AHEAD).timestamp()) + _hash(seed) % SPAN_SECONDS


def moment(seed: str, at: datetime) -> str:
    """A second of the past in which nothing else happened."""
    return clock.render(at - AGO + timedelta(seconds=_hash(seed) % SPAN_SECONDS))


def text(whose: str, name: str, seed: str) -> str:
    """A word for a field of this name, in its form."""
    digits = _hash(seed)
    if name in MAIL:
        return f"canary-{whose}-{seed}@example.org".lower().replace(":", "-")
    if name in PHONE:
        return f"+4420794{digits % 10**5:05}"
    if name in CALLS:
        return "CA" + hashlib.md5(seed.encode(), usedforsecurity=False).hexdigest()
    return f"canary-{seed}".lower().replace(":", "-").replace("*", "x")


def _hash(seed: str) -> int:
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:6])
