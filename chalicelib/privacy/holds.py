"""Legal holds: what may not be erased while a case is open. Everything else goes on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

from chalicelib.core import clock, ids, tables
from chalicelib.core.errors import Busy, Refusal
from chalicelib.core.logs import log, trace
from chalicelib.core.tables import ConditionFailed, Transaction
from chalicelib.policy import profile
from chalicelib.privacy import audit, reprieves
from chalicelib.privacy.audit_models import LegalHold
from chalicelib.privacy.models import DUE_SHARDS, Request, due_shard, subject_key
from chalicelib.privacy.reprieves import Place
from chalicelib.providers import suppressions

CATEGORY = "privacy_request"
SHARDS = range(200, 200 + DUE_SHARDS)
CASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{0,39}", re.ASCII)
REASON = "A legal matter asks us to keep it until that is closed."


def place(account_id: str, case_id: str, categories: Sequence[str], actor: str) -> LegalHold:
    """Forbid to erase these categories of an account, or all; again, it is the hold that there is.

    What was to end by itself is kept from that before this returns. Refuses what is no account, case or
    category.
    """
    if not ids.valid("acc", account_id):
        raise Refusal(404, "no-account", "An account is known by its number, such as acc_01H...")
    if not CASE.fullmatch(case_id):
        raise Refusal(422, "case", "A case is a reference of letters, digits, dots, slashes and hyphens.")
    wanted = _known(categories)
    same = (hold for hold in standing(account_id) if (hold.case_id, hold.categories) == (case_id, wanted))
    hold = next(same, None) or _set(account_id, case_id, wanted, actor)
    keep(account_id)
    return hold


def narrow(account_id: str, id: str, categories: Sequence[str], actor: str) -> None:
    """Let a hold cover these categories alone; refuses what it did not cover, and one that is released."""
    hold = _standing(account_id, id)
    wanted = _known(categories)
    if not wanted or (hold.categories and not set(wanted) <= set(hold.categories)):
        raise Refusal(409, "wider", "A hold is only ever narrowed; set another one for more.")

    def compose(transaction: Transaction) -> None:
        key, same = LegalHold(hold.pk, hold.sk), LegalHold.released_at.does_not_exist()
        transaction.update("hold", key, [LegalHold.categories.set(wanted)], same)
        audit.join(transaction, account_id, "hold narrowed", id, actor)

    _write(compose)
    keep(account_id)


def release(account_id: str, id: str, actor: str) -> None:
    """End a hold; the next look of the watchdog lets a deletion that it kept go on. Refuses a second time.

    What it kept has its own end again. What is past that goes with the next look of the day.
    """
    hold, now = _standing(account_id, id), clock.now()
    end = profile.current().expires_at(CATEGORY, request_closed=now)
    actions = [LegalHold.released_at.set(clock.render(now))]
    actions += [LegalHold.expires_at.set(clock.epoch_seconds(end))] if end else []

    def compose(transaction: Transaction) -> None:
        key, same = LegalHold(hold.pk, hold.sk), LegalHold.released_at.does_not_exist()
        transaction.update("hold", key, actions, same)
        audit.join(transaction, account_id, "hold released", id, actor)

    _write(compose)
    keep(account_id)


def standing(account_id: str) -> list[LegalHold]:
    """Holds that are not released, from a consistent read, oldest first."""
    return [hold for hold in _all(account_id) if not hold.released_at]


def covers(account_id: str, category: str) -> bool:
    """Whether nothing of a category may be erased now."""
    return _cover(standing(account_id), category)


def keep(account_id: str) -> bool:
    """Keep from its end what is held, and give all else its own; whether something still waits for that.

    Looks again when a hold came or went meanwhile. May be repeated and killed anywhere.
    """
    for attempt in range(tables.TRIES):
        held = standing(account_id)
        counts = reprieves.settle(account_id, lambda category, held=held: _cover(held, category))  # type: ignore[misc]
        now = {(hold.id, *hold.categories) for hold in standing(account_id)}
        if not counts["missed"] and now == {(hold.id, *hold.categories) for hold in held}:
            return bool(counts["wait"])
        tables.pause(attempt)
    raise Busy


def look_after() -> dict[str, int]:
    """Each day: keep what was written while a hold stands, and finish what a release left to be done."""
    counts: Counter[str] = Counter({"accounts": 0, "failed": 0})
    for account_id in watched():
        counts["accounts"] += 1
        try:
            if not keep(account_id):
                _leave(account_id)
        except Exception as error:  # noqa: BLE001 - the others must not wait for the one that is broken
            log.error("alarm", extra={"alarm": "hold-not-kept", "account_id": account_id, **trace(error)})
            counts["failed"] += 1
    return dict(counts)


def watched() -> list[str]:
    """Accounts with a hold, or with something that one has kept, each once."""
    keys = (key.pk for shard in SHARDS for key in Request.due.query(shard))
    return list(dict.fromkeys(str(pk).removeprefix(subject_key("")) for pk in keys))


def places() -> dict[Place, str]:
    """Where items lie that a hold may keep, by table and partition, and whose they are."""
    return {place: account_id for account_id in watched() for place in reprieves.places(account_id)}


def _set(account_id: str, case_id: str, categories: list[str], actor: str) -> LegalHold:
    now = clock.now()
    id = ids.new("hld", now)
    hold = LegalHold(
        subject_key(account_id),
        LegalHold.key(id),
        id=id,
        case_id=case_id,
        categories=categories,
        at=clock.render(now),
        due_shard=SHARDS[0] + due_shard(id),
        due_at=clock.epoch_seconds(now),
    )

    def compose(transaction: Transaction) -> None:
        transaction.put("hold", hold, LegalHold.sk.does_not_exist())
        audit.join(transaction, account_id, "hold set", id, actor)

    audit.together(compose)
    return hold


def _leave(account_id: str) -> None:
    """A released hold is looked after no longer."""
    for hold in _all(account_id):
        if hold.released_at and hold.due_shard is not None:
            actions = [LegalHold.due_shard.remove(), LegalHold.due_at.remove()]
            key, over = LegalHold(hold.pk, hold.sk), LegalHold.released_at.exists()
            with suppress(ConditionFailed):
                tables.write(lambda key=key, actions=actions, over=over: key.update(actions, over))  # type: ignore[misc]


def _all(account_id: str) -> list[LegalHold]:
    key = LegalHold.sk.startswith(LegalHold.PREFIX)
    return list(LegalHold.query(subject_key(account_id), key, consistent_read=True))


def _cover(held: Sequence[LegalHold], category: str) -> bool:
    return any(not hold.categories or category in hold.categories for hold in held)


def _standing(account_id: str, id: str) -> LegalHold:
    for hold in standing(account_id):
        if hold.id == id:
            return hold
    raise Refusal(404, "no-hold", "There is no such hold, or it is released.")


def _write(compose: audit.Compose) -> None:
    try:
        audit.together(compose)
    except ConditionFailed:
        raise Refusal(409, "released", "Somebody has just released this hold.") from None


def _known(categories: Sequence[str]) -> list[str]:
    known = {category.id for category in profile.current().category}
    if unknown := sorted(set(categories) - known):
        raise Refusal(422, "category", f"The policy has no category {', '.join(unknown)}.")
    if suppressions.CATEGORY in categories and "account" not in categories:
        raise Refusal(
            422, "category", f"{suppressions.CATEGORY} is found by its account alone: hold that, too."
        )
    return sorted(set(categories))
