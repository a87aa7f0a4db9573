"""The provider's objects, and the events that their changes cause."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from infra.local.payments import objects
from infra.local.payments.errors import missing
from infra.local.payments.shelves import FIELDS, Shelves
from infra.local.store import Document, Store

API_VERSION = "2026-10-28.endive"
_LETTERS = string.ascii_letters + string.digits
_LENGTHS = {"cs_test": 58, "cus": 14, "req": 14}


@dataclass(frozen=True)
class Request:
    """The API request that causes changes; a person's or the bank's own action has none."""

    id: str | None = None
    idempotency_key: str | None = None


def mint(prefix: str) -> str:
    """A fresh id such as `pi_...`."""
    return f"{prefix}_" + "".join(secrets.choice(_LETTERS) for _ in range(_LENGTHS.get(prefix, 24)))


class State:
    """Objects by their `object` and `id`. `now` gives epoch seconds; `mint` makes ids."""

    def __init__(
        self, store: Store, page_url: str, now: Callable[[], int], mint: Callable[[str], str] = mint
    ) -> None:
        self._store = store
        self._request = Request()
        self.shelves = Shelves(store)
        self.page_url = page_url.rstrip("/")
        self.now = now
        self.mint = mint

    @contextmanager
    def acting(self, request: Request | None = None) -> Iterator[None]:
        """Everything inside happens at once or not at all, and its events name the request."""
        with self._store.change():
            before, self._request = self._request, request or Request()
            try:
                yield
            finally:
                self._request = before

    def peek(self, kind: str, id: str) -> Document | None:
        return self._store.get(f"payments.{kind}", id)

    def find(self, kind: str, id: str, param: str = "id", status: int = 404) -> Document:
        """The object, or the provider's refusal when there is none."""
        document = self.peek(kind, id)
        if document is None:
            raise missing(kind, id, param, status)
        return document

    def all(self, kind: str) -> list[Document]:
        """Every object of a kind, oldest first: slow where there are many."""
        return self._store.all(f"payments.{kind}")

    def having(self, kind: str, field: str, value: str) -> list[Document]:
        """The API objects whose field (one of shelves.FIELDS) has the value, newest first."""
        found = (self.peek(kind, id) for id in self.shelves.with_field(kind, field, value))
        return [document for document in found if document is not None]

    def new(self, kind: str, prefix: str, **values: Any) -> Document:
        """A fresh object, not kept yet."""
        return objects.new(kind, self.mint(prefix), self.now(), **values)

    def save(self, document: Document) -> Document:
        """Keeps an API object."""
        kind, id = document["object"], document["id"]
        assert kind in FIELDS, kind
        self.shelves.arrange(document, self.peek(kind, id))
        self.note(kind, id, document)
        return document

    def note(self, kind: str, id: str, document: Document) -> None:
        """Keeps something that the API does not show."""
        self._store.put(f"payments.{kind}", id, document)

    def forget(self, kind: str, id: str) -> None:
        self._store.delete(f"payments.{kind}", id)

    def emit(self, type: str, document: Document, before: Document | None = None) -> None:
        """Records an event with the object as it is now, and a webhook to be delivered.

        `before` is the object before the change; the event tells the previous values of what differs.
        """
        data: Document = {"object": document}
        if before is not None:
            data["previous_attributes"] = {
                name: value for name, value in before.items() if document.get(name) != value
            }
        event: Document = {
            "id": self.mint("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now(),
            "data": data,
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": self._request.id, "idempotency_key": self._request.idempotency_key},
            "type": type,
        }
        self.save(event)
        waiting = {"event": event["id"], "type": type, "attempts": 0, "due_at": self.now()}
        self.note("delivery", event["id"], waiting)
