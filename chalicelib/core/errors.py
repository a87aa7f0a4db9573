"""Expected refusals: a stable type, a status and one kind sentence (RFC 9457)."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field of a request."""

    field: str
    message: str


@dataclass(eq=False)
class Refusal(Exception):
    """The user can't have this; `detail` is shown to them, so it names no secret and no other person."""

    status: int
    type: str
    detail: str
    errors: list[FieldError] = field(default_factory=list)
    retry_after_seconds: int | None = None

    def __str__(self) -> str:
        return f"{self.status} {self.type}"

    @property
    def title(self) -> str:
        return HTTPStatus(self.status).phrase


class Busy(Refusal):
    """Too many writes met in one place; nothing was changed, the same request may be sent again."""

    def __init__(self) -> None:
        super().__init__(
            503, "busy", "We are busy right now. Please try again in a moment.", retry_after_seconds=1
        )


class ProviderError(Exception):
    """A provider said no or did not answer; `permanent` says that asking again will not help."""

    def __init__(self, provider: str, code: str, *, permanent: bool) -> None:
        super().__init__(f"{provider}: {code}")
        self.provider = provider
        self.code = code
        self.permanent = permanent


class NotRight(Exception):
    """What an operator asked for is wrong, or not wholly done; a sentence says what is left."""


def not_found(what: str) -> Refusal:
    return Refusal(404, "not-found", f"We can't find that {what}.")
