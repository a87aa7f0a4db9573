"""`expand`: ids in an answer replaced by the objects that they name."""

from __future__ import annotations

from typing import Any

from infra.local.payments import checkouts
from infra.local.payments.errors import RefusedError, invalid
from infra.local.payments.forms import Form
from infra.local.payments.state import State
from infra.local.store import Document

_KINDS = {
    "charge": "charge",
    "customer": "customer",
    "latest_charge": "charge",
    "payment_intent": "payment_intent",
    "payment_method": "payment_method",
    "setup_intent": "setup_intent",
}


def expand(state: State, document: Document, form: Form) -> Document:
    """The answer with every path of `expand` followed, such as `payment_intent.latest_charge`."""
    for path in form.texts("expand"):
        parts = path.split(".")
        if len(parts) > 4:
            raise invalid("An expansion goes at most four levels deep.", "expand")
        document = _follow(state, document, parts, path)
    return document


def _follow(state: State, value: Any, parts: list[str], path: str) -> Any:
    if isinstance(value, list):
        return [_follow(state, each, parts, path) for each in value]
    if not parts or value is None:
        return value
    name, rest = parts[0], parts[1:]
    inner = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, dict) and value.get("object") == "checkout.session" and name == "line_items":
        inner = checkouts.list_items(state, Form({}), value["id"])
    elif not isinstance(value, dict) or name not in value:
        raise _unexpandable(path)
    elif isinstance(inner, str):
        inner = _named(state, name, inner, path)
    return {**value, name: _follow(state, inner, rest, path)}


def _named(state: State, name: str, id: str, path: str) -> Document:
    if name not in _KINDS:
        raise _unexpandable(path)
    kind = _KINDS[name]
    found = state.peek(kind, id) or state.peek(f"deleted_{kind}", id)
    if found is None:
        raise _unexpandable(path)
    return found


def _unexpandable(path: str) -> RefusedError:
    return invalid(f"This property cannot be expanded ({path}).", "expand")
