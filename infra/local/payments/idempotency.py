"""Idempotency keys: the first answer to a key is every later answer to it, for a day."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from infra.local.exchange import Asked
from infra.local.payments.errors import RefusedError, invalid
from infra.local.payments.state import State
from infra.local.store import Document

_KEPT_SECONDS = 86_400


@dataclass(frozen=True)
class Answer:
    """An answer to a request; `first` is the id of the request that it was made for."""

    status: int
    body: Document
    first: str
    replayed: bool = False


def recall(state: State, key: str, asked: Asked) -> Answer | None:
    """The answer kept under the key; the same key for another request is refused."""
    if len(key) > 255:
        raise invalid("An idempotency key has at most 255 characters.")
    kept = state.peek("idempotency", key)
    if kept is None or kept["at"] + _KEPT_SECONDS <= state.now():
        return None
    if kept["fingerprint"] != _fingerprint(asked):
        message = "This idempotency key was used for a request with other parameters."
        raise RefusedError(400, message, kind="idempotency_error")
    return Answer(kept["status"], kept["body"], kept["first"], replayed=True)


def keep(state: State, key: str, asked: Asked, answer: Answer) -> None:
    state.note(
        "idempotency",
        key,
        {
            "at": state.now(),
            "fingerprint": _fingerprint(asked),
            "status": answer.status,
            "body": answer.body,
            "first": answer.first,
        },
    )


def _fingerprint(asked: Asked) -> str:
    parts = [asked.method, asked.path, *(f"{name}={value}" for name, value in sorted(asked.form()))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
