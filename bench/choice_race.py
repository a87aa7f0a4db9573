"""Choices at once, with real threads on the embedded AWS: each is on record, and one is the last.

`python -m bench.choice_race` prints one line and fails when a receipt is missing, doubled or without its end,
or when two people got what one visitor chose.
"""

from __future__ import annotations

import sys
from functools import partial

from bench.embedded import embedded_tables
from bench.rivals import at_once
from chalicelib.core import clock, ids, keys
from chalicelib.core.requests import Incoming
from chalicelib.policy import consent, profile
from chalicelib.privacy import choices, consents, visitors
from chalicelib.privacy.consents import Chooser
from chalicelib.privacy.models import Receipt

THREADS = 16
CHANGES = 48
PEOPLE = 12
MOST = 200


def race() -> str | None:
    """What went wrong; None when nothing did."""
    with embedded_tables():
        return one_is_last() or one_inherits()


def one_is_last() -> str | None:
    """Yes and no at once, many times: receipts say them in turn, and the last of them is what stands."""
    account_id, purpose = ids.new("acc", clock.now()), _purpose()
    who = Chooser(account_id, None, signalled=False)
    at_once([partial(consents.choose, who, purpose, bool(n % 2), "account") for n in range(CHANGES)], THREADS)
    held, kept = choices.find(account_id), choices.history(account_id, "consent", purpose, MOST)
    if held is None or held.version != len(kept):
        return f"{len(kept)} receipts of {held and held.version} choices"
    said = [one.stands for one in kept]
    if abs(2 * sum(said) - len(said)) > 1:
        return f"no receipt between two of one kind: {said}"
    standing = [one for one in kept if one.expires_at is None]
    if len(standing) != choices.standing(account_id).stands("consent", purpose):
        return f"{len(standing)} receipts stand"
    return None


def one_inherits() -> str | None:
    """Several people sign in at one browser at the same moment."""
    token, purpose = keys.fresh_token(), _purpose()
    consents.choose(Chooser(None, token, signalled=False), purpose, True, visitors.SOURCE)
    people = [ids.new("acc", clock.now()) for _ in range(PEOPLE)]
    name = visitors.COOKIE.removeprefix("__Host-")
    request = Incoming("r", "POST", "/", {"cookie": f"{name}={token}"}, {}, b"", "")
    at_once([partial(visitors.tie, account_id, request) for account_id in people] * 2, THREADS)
    heirs = [one for one in people if choices.standing(one).stands("consent", purpose)]
    receipts: list[Receipt] = [one for id in people for one in choices.history(id, "consent", purpose, MOST)]
    if len(heirs) != 1 or len(receipts) != 1:
        return f"{len(heirs)} people inherited, with {len(receipts)} receipts"
    return None


def _purpose() -> str:
    return consent.questions(profile.current())[0].purpose


def main() -> int:
    wrong = race()
    print(f"choices raced by {THREADS} threads: {wrong or 'each is on record once'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
