"""What the provider refuses, in its own error shape."""

from __future__ import annotations

from infra.local.exchange import Answered
from infra.local.store import Document


class RefusedError(Exception):
    """A refusal; `kept` says that the work had begun, so that an idempotency key keeps this answer."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        kept: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.kept = kept
        self.error: Document = {"message": message, "type": kind}
        if code:
            self.error["code"] = code
        if param:
            self.error["param"] = param

    def body(self) -> Document:
        return {"error": self.error}

    def answered(self) -> Answered:
        return Answered.json(self.status, self.body())


class DeclinedError(RefusedError):
    """A card said no. What the attempt wrote stays written."""

    def __init__(self, decline: Document, intent: Document) -> None:
        super().__init__(402, decline["message"], kind="card_error", code=decline["code"], kept=True)
        self.error = {**decline, "payment_intent": intent}


def invalid(message: str, param: str | None = None, code: str | None = None) -> RefusedError:
    """The request itself is wrong: 400, and no idempotency key keeps it."""
    return RefusedError(400, message, code=code, param=param)


def impossible(message: str, param: str | None = None, code: str | None = None) -> RefusedError:
    """A right request that the object's present state does not allow: 400, kept by its idempotency key."""
    return RefusedError(400, message, code=code, param=param, kept=True)


def missing(kind: str, id: str, param: str = "id", status: int = 404) -> RefusedError:
    """No such object: 404 for one named in the path, mostly 400 for one named in a parameter."""
    return RefusedError(status, f"No such {kind}: '{id}'", code="resource_missing", param=param)


def unauthorized(message: str) -> RefusedError:
    return RefusedError(401, message)


def rate_limited() -> RefusedError:
    return RefusedError(429, "Too many requests at once; slow down.", code="rate_limit")


def broken() -> RefusedError:
    return RefusedError(500, "The provider failed.", kind="api_error")
