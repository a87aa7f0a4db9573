"""Legal holds: what may not be erased while a case is open. Everything else goes on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chalicelib.core import clock, ids
from chalicelib.core.errors import Refusal
from chalicelib.core.tables import ConditionFailed, Transaction
from chalicelib.policy import profile
from chalicelib.privacy import audit
from chalicelib.privacy.audit_models import LegalHold
from chalicelib.privacy.models import subject_key

CATEGORY = "privacy_request"
CASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{0,39}", re.ASCII)
REASON = "A legal matter asks us to keep it until that is closed."


def place(account_id: str, case_id: str, categories: Sequence[str], actor: str) -> LegalHold:
    """Forbid to erase these categories of an account, or all; refuses a case or category that is none."""
    if not CASE.fullmatch(case_id):
        raise Refusal(422, "case", "A case is a reference of letters, digits, dots, slashes and hyphens.")
    now = clock.now()
    id = ids.new("hld", now)
    hold = LegalHold(
        subject_key(account_id),
        LegalHold.key(id),
        id=id,
        case_id=case_id,
        categories=_known(categories),
        at=clock.render(now),
    )

    def compose(transaction: Transaction) -> None:
        transaction.put("hold", hold, LegalHold.sk.does_not_exist())
        audit.join(transaction, account_id, "hold set", id, actor)

    audit.together(compose)
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


def release(account_id: str, id: str, actor: str) -> None:
    """End a hold; the next look of the watchdog lets a deletion that it kept go on. Refuses a second time."""
    hold, now = _standing(account_id, id), clock.now()
    end = profile.current().expires_at(CATEGORY, request_closed=now)
    actions = [LegalHold.released_at.set(clock.render(now))]
    actions += [LegalHold.expires_at.set(clock.epoch_seconds(end))] if end else []

    def compose(transaction: Transaction) -> None:
        key, same = LegalHold(hold.pk, hold.sk), LegalHold.released_at.does_not_exist()
        transaction.update("hold", key, actions, same)
        audit.join(transaction, account_id, "hold released", id, actor)

    _write(compose)


def standing(account_id: str) -> list[LegalHold]:
    """Holds that are not released, from a consistent read, oldest first."""
    key = LegalHold.sk.startswith(LegalHold.PREFIX)
    found = LegalHold.query(subject_key(account_id), key, consistent_read=True)
    return [hold for hold in found if not hold.released_at]


def covers(account_id: str, category: str) -> bool:
    """Whether nothing of a category may be erased now."""
    return any(not hold.categories or category in hold.categories for hold in standing(account_id))


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
    return sorted(set(categories))
