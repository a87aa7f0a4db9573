"""Who has not signed in: a browser that keeps a random number of its own once it has chosen something.

Only a fingerprint of the number is stored, and nothing ties it to anybody until somebody signs in there.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime

from pynamodb.expressions.condition import Condition

from chalicelib.core import clock, keys
from chalicelib.core.requests import Incoming
from chalicelib.core.tables import ConditionFailed, Transaction
from chalicelib.identity import cookies
from chalicelib.policy import calendar, consent
from chalicelib.privacy import choices
from chalicelib.privacy.models import Choices, subject_key

COOKIE = "__Host-vowline-choices"
TOKEN = re.compile(r"[\w-]{43}", re.ASCII)
SOURCE = "visit"


def token(request: Incoming) -> str | None:
    """The browser's own number, if it has chosen something before."""
    found = cookies.read(COOKIE, request) or ""
    return found if TOKEN.fullmatch(found) else None


def holder(token: str) -> str:
    """Under what its choices are kept."""
    return f"vis_{keys.fingerprint(token)}"


def cookie(token: str) -> str:
    """The Set-Cookie header that has the browser keep its number for the cookie's whole life."""
    return cookies.write(COOKIE, token)


def forgotten_at() -> datetime:
    """When a browser that chooses now forgets its number, and its choices end."""
    return calendar.after(clock.now(), cookies.life(COOKIE))


def tie(account_id: str, request: Incoming) -> None:
    """What this browser chose counts for who signs in at it, once: the next to sign in gets none of it."""
    found = token(request)
    visitor = choices.find(holder(found)) if found else None
    if not found or not visitor or visitor.version == visitor.tied:
        return
    key = Choices(subject_key(holder(found)), Choices.SK)
    chosen = choices.told(visitor)

    def mark(transaction: Transaction) -> None:
        tied = [Choices.tied.set(visitor.version)]
        transaction.update("visitor", key, tied, _untied(visitor))

    with suppress(ConditionFailed):  # somebody signs in there, or chooses, at this moment
        choices.record(account_id, lambda own: consent.tied(own, chosen), source=SOURCE, also=mark)


def _untied(visitor: Choices) -> Condition:
    never = Choices.tied.does_not_exist() if visitor.tied is None else Choices.tied == visitor.tied
    unchanged: Condition = (Choices.version == visitor.version) & never
    return unchanged
