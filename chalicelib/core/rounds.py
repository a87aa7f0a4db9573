"""A day's round through a whole table, within a time; the next run goes on where this one stopped.

So a table that has grown too large for one run holds up no other work, and yet is gone through to its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import msgspec
from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition

from chalicelib.core import clock, scan, tables
from chalicelib.core.logs import log
from chalicelib.core.scan import Raw
from chalicelib.core.tables import IntegerAttribute, Item, name

LIFE = timedelta(days=3)
"""How long a place is kept: a round that nobody took up by then begins anew."""
SAVE_EVERY_SECONDS = 5


class Place(Item):
    """`ROUND#<name>`: behind which key of its table a round goes on."""

    class Meta:
        table_name = name("sessions")

    token_hash = UnicodeAttribute(hash_key=True)
    after = UnicodeAttribute()
    expires_at = IntegerAttribute()


def go(
    name: str, model: type[Item], condition: Condition | None, wanted: list[str], *, seconds: float
) -> Iterator[Raw]:
    """Items as of `scan.whole`, from where the last round of this name stopped, for so many seconds at most.

    An item counts as done when the next one is asked for. Stops with an alarm when the time is over. A run
    that dies is repeated in part, and two at once leave nothing out.
    """
    place, keys = Place(f"ROUND#{name}"), scan.keys(model)
    known = Place.living(place.token_hash)
    after = msgspec.json.decode(known.after, type=Raw) if known else None
    saved = began = clock.monotonic()
    for item in scan.whole(model, condition, list(dict.fromkeys([*keys, *wanted])), after=after):
        yield item
        now = clock.monotonic()
        if now - began >= seconds or now - saved >= SAVE_EVERY_SECONDS:
            known, saved = _save(place, {key: item[key] for key in keys}), now
        if now - began >= seconds:
            log.error("alarm", extra={"alarm": "round-unfinished", "part": name})
            return
    if known:
        tables.write(place.delete)


def _save(place: Place, key: Raw) -> Place:
    place.after = msgspec.json.encode(key).decode()
    place.expires_at = clock.epoch_seconds(clock.now() + LIFE)
    tables.write(place.save)
    return place
