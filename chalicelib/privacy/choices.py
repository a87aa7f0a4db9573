"""What somebody has chosen: receipts that are only added to, and the last word on each thing.

A holder is an account, or a visitor's browser under a random number. A receipt and the last word are written
together, on the version that was read: of choices that race each is on record, and one is the last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from pynamodb.expressions.update import Action

from chalicelib.core import clock, ids, tables
from chalicelib.core.errors import Busy, Refusal
from chalicelib.core.tables import ConditionFailed, Transaction
from chalicelib.policy import consent, profile
from chalicelib.policy.consent import Choice, Kind, Standing
from chalicelib.privacy.models import Choices, Receipt, subject_key

CATEGORY = "consent"
Decide = Callable[[Standing], Sequence[Choice]]
Also = Callable[[Transaction], None]


def standing(holder: str) -> Standing:
    """The last word on each thing, at this moment."""
    return told(find(holder))


def find(holder: str) -> Choices | None:
    """A holder's item as it is now; None for who never chose, or whose choices are over."""
    return Choices.living(subject_key(holder), Choices.SK)


def history(holder: str, kind: str, about: str, limit: int) -> list[Receipt]:
    """What was chosen about one thing, newest first."""
    keys = Receipt.sk.startswith(Receipt.key(kind, about, ""))
    found = Receipt.newest(subject_key(holder), keys, limit)
    return [receipt for receipt in found if not receipt.expired()]


def record(
    holder: str, decide: Decide, *, source: str, ends_at: datetime | None = None, also: Also | None = None
) -> Standing:
    """Write the choices that `decide` makes of the last words, each with its receipt; returns what stands.

    `decide` is asked anew when somebody else was faster; when it makes none and there is nothing to write
    `also`, nothing is written. With `ends_at` the holder is a visitor, whose choices end then at the latest.
    Refuses with 409 what comes after the account was closed. Raises ConditionFailed for what is refused of
    `also`.
    """
    for attempt in range(tables.TRIES):
        held = Choices.stored(subject_key(holder), Choices.SK)
        before = told(held)
        fresh = list(decide(before))
        if not fresh and not also:
            return before
        if held and held.closed_at:
            raise Refusal(409, "account-closed", "This account is closed, so nothing can be chosen for it.")
        receipts = [_receipt(holder, choice, source, ends_at) for choice in fresh]
        try:
            _write(holder, held, receipts, ends_at, also)
        except ConditionFailed as refused:
            if refused.names - {"choices", "receipt"}:
                raise
            tables.pause(attempt)
        else:
            return consent.standing([*before.choices.values(), *fresh])
    raise Busy


def put(account_id: str, kind: Kind, about: str, *, stands: bool) -> tuple[Choice | None, bool]:
    """Say one thing for an account; returns what is the last word then, and whether it was news."""
    news: list[Choice] = []

    def decide(said: Standing) -> list[Choice]:
        news[:] = [] if said.stands(kind, about) == stands else [Choice(kind, about, stands, clock.now())]
        return news

    said = record(account_id, decide, source="account")
    return said.last(kind, about), bool(news)


def close(holder: str) -> None:
    """End what an account has chosen: its receipts now wait for the policy's end, and none is added.

    May be repeated.
    """
    for attempt in range(tables.TRIES):
        held = Choices.stored(subject_key(holder), Choices.SK)
        if held and held.closed_at:
            return
        transaction = Transaction()
        now = clock.now()
        for words in held.choices.values() if held else ():
            _end(transaction, holder, words, now)
        closing = [Choices.closed_at.set(clock.render(now)), *_expiry(Choices, now)]
        _save(transaction, holder, held, held.choices if held else {}, closing)
        try:
            transaction.commit()
        except ConditionFailed:
            tables.pause(attempt)
        else:
            return
    raise Busy


def _write(
    holder: str,
    held: Choices | None,
    receipts: Iterable[Receipt],
    ends_at: datetime | None,
    also: Also | None,
) -> None:
    transaction = Transaction()
    words: dict[str, Any] = dict(held.choices) if held and not held.expired() else {}
    for receipt in receipts:
        transaction.put("receipt", receipt, Receipt.sk.does_not_exist())
        name = f"{receipt.kind}#{receipt.about}"
        if ends_at is None and name in words:
            _end(transaction, holder, words[name], clock.parse(receipt.at))
        words[name] = _words(receipt)
    expiry = [Choices.expires_at.set(clock.epoch_seconds(ends_at))] if ends_at else []
    _save(transaction, holder, held, words, expiry)
    if also:
        also(transaction)
    transaction.commit()


def _save(
    transaction: Transaction, holder: str, held: Choices | None, words: dict[str, Any], more: Sequence[Action]
) -> None:
    """On the version that was read; an expired one counts on, so that nothing takes it for another."""
    version = held.version if held else 0
    unchanged = Choices.version == version if held else Choices.version.does_not_exist()
    actions = [Choices.choices.set(words), Choices.version.set(version + 1), *more]
    transaction.update("choices", Choices(subject_key(holder), Choices.SK), actions, unchanged)


def _receipt(holder: str, choice: Choice, source: str, ends_at: datetime | None) -> Receipt:
    policy = profile.current()
    id = ids.new("rcp", choice.at)
    receipt = Receipt(
        subject_key(holder),
        Receipt.key(choice.kind, choice.about, id),
        id=id,
        kind=choice.kind,
        about=choice.about,
        stands=choice.stands,
        at=clock.render_exactly(choice.at),
        source=source,
        question=choice.question,
        banner_version=consent.banner_version(policy),
        policy_version=policy.version,
    )
    ended_at = ends_at if choice.stands else choice.at
    if ended_at:
        receipt.expires_at = _end_of(ended_at)
    return receipt


def _end(transaction: Transaction, holder: str, words: dict[str, Any], at: datetime) -> None:
    """What stood is over; what did not has had its end since it was written."""
    if words["stands"]:
        key = Receipt.key(words["kind"], words["about"], words["receipt"])
        transaction.update("before", Receipt(subject_key(holder), key), _expiry(Receipt, at))


def _expiry(model: type[Receipt | Choices], ended_at: datetime) -> list[Action]:
    end = _end_of(ended_at)
    return [model.expires_at.set(end)] if end else []


def _end_of(ended_at: datetime) -> int | None:
    end = profile.current().expires_at(CATEGORY, consent_ended=ended_at)
    return clock.epoch_seconds(end) if end else None


def _words(receipt: Receipt) -> dict[str, Any]:
    return {
        "kind": receipt.kind,
        "about": receipt.about,
        "stands": receipt.stands,
        "at": receipt.at,
        "question": receipt.question,
        "receipt": receipt.id,
    }


def told(held: Choices | None) -> Standing:
    """An account's consents end with it, and what it objected to or restricted does not."""
    if held is None or held.expired():
        return Standing()
    return consent.standing(
        Choice(words["kind"], words["about"], words["stands"], clock.parse(words["at"]), words["question"])
        for words in held.choices.values()
        if not (held.closed_at and words["kind"] == "consent")
    )
