"""Lists newest first, a page at a time."""

from __future__ import annotations

import operator
from collections.abc import Sequence

from infra.local.payments.errors import invalid, missing
from infra.local.payments.forms import Form
from infra.local.store import Document

_COMPARE = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}
PAGING = ("limit", "starting_after", "ending_before", "created", "expand")


def page(documents: Sequence[Document], form: Form, url: str, filters: Sequence[str] = ()) -> Document:
    """A page of `documents` (given oldest first) that match `created` and the named filters."""
    kept = [d for d in reversed(documents) if _created_within(d, form) and _matches(d, form, filters)]
    return cut(kept, form, url)


def cut(documents: Sequence[Document], form: Form, url: str) -> Document:
    """A page of documents in the order given."""
    limit = form.integer("limit", 10) or 0
    if not 1 <= limit <= 100:
        raise invalid("A limit is 1 to 100.", "limit", "parameter_invalid_integer")
    after, before = form.text("starting_after"), form.text("ending_before")
    if after and before:
        raise invalid("Only one of starting_after and ending_before.", "ending_before")
    if before:
        rest = documents[: _place(documents, before, "ending_before")]
        chosen = rest[-limit:]
    else:
        rest = documents[_place(documents, after, "starting_after") + 1 :] if after else documents
        chosen = rest[:limit]
    return {"object": "list", "data": list(chosen), "has_more": len(rest) > limit, "url": url}


def _place(documents: Sequence[Document], id: str, param: str) -> int:
    for place, document in enumerate(documents):
        if document["id"] == id:
            return place
    raise missing("object in this list", id, param, 400)


def _matches(document: Document, form: Form, filters: Sequence[str]) -> bool:
    return all(document.get(name) == form.text(name) for name in filters if name in form)


def _created_within(document: Document, form: Form) -> bool:
    return all(_COMPARE[name](document["created"], bound) for name, bound in form.bounds("created").items())
