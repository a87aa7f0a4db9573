"""The order of API objects: by when they were made, and by the fields that lists filter on.

A list reads what it shows and no more, however many objects there are.
"""

from __future__ import annotations

from collections.abc import Iterator

from infra.local.store import Document, Store

_DAY_SECONDS = 86_400
FIELDS: dict[str, tuple[str, ...]] = {
    "charge": ("payment_intent", "customer"),
    "checkout.session": ("payment_intent", "customer"),
    "customer": (),
    "dispute": ("payment_intent", "charge"),
    "event": ("pending_webhooks",),
    "payment_intent": ("customer",),
    "payment_method": ("customer",),
    "radar.early_fraud_warning": ("payment_intent", "charge"),
    "refund": ("payment_intent", "charge"),
    "setup_intent": ("customer", "payment_method"),
}
Place = tuple[int, int]
"""When an object was made (epoch seconds), and its number among all of its kind."""


class Shelves:
    """Places of objects, kept beside them in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def arrange(self, document: Document, before: Document | None) -> None:
        """Files a new object, or one that changed from `before`."""
        kind, id = document["object"], document["id"]
        spot = self._put_new(document) if before is None else self._spot(kind, before)
        for field in FIELDS[kind]:
            old, new = (before or {}).get(field), document[field]
            if old == new:
                continue
            if old:
                self._store.delete(_shelf(kind, field, old), id)
            if new:
                self._store.put(_shelf(kind, field, new), id, spot)

    def place(self, document: Document) -> Place:
        spot = self._spot(document["object"], document)
        return spot["created"], spot["number"]

    def newest(self, kind: str, newest: int, oldest: int) -> Iterator[str]:
        """Ids of a kind, newest first, of the days from one moment's to the other's (epoch seconds)."""
        days = sorted((spot["day"] for spot in self._store.all(f"payments.days.{kind}")), reverse=True)
        for day in days:
            if oldest // _DAY_SECONDS <= day <= newest // _DAY_SECONDS:
                yield from _ids(self._store.all(_day(kind, day)))

    def with_field(self, kind: str, field: str, value: object) -> list[str]:
        """Ids of the objects whose field has the value, newest first."""
        return _ids(self._store.all(_shelf(kind, field, value)))

    def _put_new(self, document: Document) -> Document:
        kind, id = document["object"], document["id"]
        counted = self._store.get("payments.count", kind) or {"count": 0}
        number, day = counted["count"] + 1, document["created"] // _DAY_SECONDS
        spot = {"id": id, "created": document["created"], "number": number}
        self._store.put("payments.count", kind, {"count": number})
        self._store.put(f"payments.days.{kind}", str(day), {"day": day})
        self._store.put(_day(kind, day), id, spot)
        return spot

    def _spot(self, kind: str, document: Document) -> Document:
        spot = self._store.get(_day(kind, document["created"] // _DAY_SECONDS), document["id"])
        assert spot is not None, f"{document['id']} was never filed"
        return spot


def _ids(spots: list[Document]) -> list[str]:
    spots.sort(key=lambda spot: (spot["created"], spot["number"]), reverse=True)
    return [spot["id"] for spot in spots]


def _day(kind: str, day: int) -> str:
    return f"payments.day.{kind}.{day}"


def _shelf(kind: str, field: str, value: object) -> str:
    return f"payments.shelf.{kind}.{field}.{value}"
