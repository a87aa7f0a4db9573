"""Numbers that a person keeps at hand, in their own order: one item, written whole."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.calling.models import Favourites
from chalicelib.core import tables
from chalicelib.numbers import dialling


def numbers(account_id: str) -> list[str]:
    """All of them, in E.164."""
    found = Favourites.stored(Favourites.key(account_id))
    return list(found.numbers) if found else []


def put(account_id: str, wanted: Iterable[str]) -> list[str]:
    """Keep these and no others, each once; answers them in E.164. Refuses what is no number."""
    kept = list(dict.fromkeys(dialling.parse(number).e164 for number in wanted))
    tables.write(Favourites(Favourites.key(account_id), numbers=kept).save)
    return kept


def erase(account_id: str) -> int:
    """Forget all of them; how many there were."""
    count = len(numbers(account_id))
    tables.write(Favourites(Favourites.key(account_id)).delete)
    return count
