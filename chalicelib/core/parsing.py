"""Bodies and queries into typed values; what does not fit is told field by field."""

from __future__ import annotations

import json
from typing import Any, TypeVar, get_type_hints

import msgspec

from chalicelib.core.errors import FieldError, Refusal
from chalicelib.core.requests import Incoming

T = TypeVar("T")


def body(request: Incoming, type: type[T]) -> T:
    """A JSON body: 415 for another media type, 400 for no JSON, 422 for the wrong shape."""
    if request.content_type != "application/json":
        raise Refusal(415, "media-type", "Please send JSON with Content-Type: application/json.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refusal(415, "media-type", "Please send it as it is, not compressed.")
    try:
        raw = msgspec.json.decode(request.body)
        json.loads(request.body, object_pairs_hook=_check_unique)
    except (ValueError, RecursionError):
        raise Refusal(400, "malformed", "We could not read this as JSON.") from None
    return _convert(raw, type, strict=True)


def _check_unique(pairs: list[tuple[str, Any]]) -> None:
    """A name given twice means one thing to us and may mean another to whoever looked at it before us."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError


def query(request: Incoming, type: type[T]) -> T:
    """The query string; a name given twice is refused rather than guessed at."""
    twice = [FieldError(name, "Give this once.") for name, values in request.query.items() if len(values) > 1]
    if twice:
        raise Refusal(422, "invalid", "Some of these values do not fit.", twice)
    return _convert({name: values[0] for name, values in request.query.items()}, type, strict=False)


def _convert(raw: Any, type: type[T], *, strict: bool) -> T:
    try:
        return msgspec.convert(raw, type, strict=strict)
    except msgspec.ValidationError as error:
        errors = _field_errors(raw, type, strict=strict) or [FieldError("", _sentence(error))]
        raise Refusal(422, "invalid", "Some of these values do not fit.", errors) from None


def _field_errors(raw: Any, type: type[Any], *, strict: bool) -> list[FieldError]:
    """All that is wrong at once: msgspec itself stops at the first."""
    if not isinstance(raw, dict):
        return []
    errors = []
    known = {field.encode_name: field for field in msgspec.structs.fields(type)}
    hints = get_type_hints(type, include_extras=True)
    for name, field in known.items():
        if name not in raw:
            if field.required:
                errors.append(FieldError(name, "This is missing."))
            continue
        try:
            msgspec.convert(raw[name], hints[field.name], strict=strict)
        except msgspec.ValidationError as error:
            errors.append(FieldError(name, _sentence(error)))
    errors += [FieldError(str(name)[:64], "We do not ask for this.") for name in raw if name not in known]
    return errors


def _sentence(error: msgspec.ValidationError) -> str:
    return f"{error}.".replace("..", ".")
