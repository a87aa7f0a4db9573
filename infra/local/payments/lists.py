"""Lists newest first, a page at a time."""

from __future__ import annotations

import operator
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from infra.local.payments.errors import invalid, missing
from infra.local.payments.forms import Form
from infra.local.payments.shelves import FIELDS
from infra.local.payments.state import State
from infra.local.store import Document

_COMPARE = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}
_LATEST = 2**40
PAGING = ("limit", "starting_after", "ending_before", "created", "expand")
Keep = Callable[[Document], bool]


def page(
    state: State,
    kind: str,
    form: Form,
    url: str,
    filters: Sequence[str] = (),
    *,
    keep: Keep | None = None,
    oldest: int = 0,
    **fields: object,
) -> Document:
    """A page of a kind's objects that match `created`, the named filters, `fields` and `keep`.

    `oldest` is a moment before which nothing is listed. The object that a page starts after or ends before
    need not match any more.
    """
    wanted = {name: form.required(name) for name in filters if name in form} | fields
    bounds = form.bounds("created")
    after, before = (_place(state, kind, form, name) for name in ("starting_after", "ending_before"))
    newest = min(_newest(bounds), after[0] if after else _LATEST)
    documents = _found(state, kind, wanted, newest, max(_oldest(bounds), oldest))
    kept = (
        document
        for document in documents
        if document["created"] >= oldest
        and all(_COMPARE[name](document["created"], bound) for name, bound in bounds.items())
        and (keep is None or keep(document))
    )
    if after:
        kept = (document for document in kept if state.shelves.place(document) < after)
    if before:
        kept = (document for document in kept if state.shelves.place(document) > before)
        return _last(kept, form, url)
    return _first(kept, form, url)


def cut(documents: Sequence[Document], form: Form, url: str) -> Document:
    """A page of documents that belong to another object, in the order given."""
    after, before = form.text("starting_after"), form.text("ending_before")
    ids = [document["id"] for document in documents]
    for name, id in (("starting_after", after), ("ending_before", before)):
        if id and id not in ids:
            raise missing("object in this list", id, name, 400)
    if before:
        return _last(documents[: ids.index(before)], form, url)
    return _first(documents[ids.index(after) + 1 :] if after else documents, form, url)


def _first(documents: Iterable[Document], form: Form, url: str) -> Document:
    limit = _limit(form)
    chosen = list(islice(documents, limit + 1))
    return {"object": "list", "data": chosen[:limit], "has_more": len(chosen) > limit, "url": url}


def _last(documents: Iterable[Document], form: Form, url: str) -> Document:
    limit = _limit(form)
    chosen = list(deque(documents, limit + 1))
    return {"object": "list", "data": chosen[-limit:], "has_more": len(chosen) > limit, "url": url}


def _limit(form: Form) -> int:
    limit = form.integer("limit", 10) or 0
    if not 1 <= limit <= 100:
        raise invalid("A limit is 1 to 100.", "limit", "parameter_invalid_integer")
    if "starting_after" in form and "ending_before" in form:
        raise invalid("Only one of starting_after and ending_before.", "ending_before")
    return limit


def _found(
    state: State, kind: str, wanted: dict[str, object], newest: int, oldest: int
) -> Iterator[Document]:
    """Objects with the wanted fields, newest first, by the narrowest shelf there is."""
    filed = next((name for name in FIELDS[kind] if name in wanted), None)
    ids: Iterable[str] = state.shelves.newest(kind, newest, oldest)
    if filed:
        ids = state.shelves.with_field(kind, filed, wanted[filed])
    for id in ids:
        document = state.peek(kind, id)
        if document and all(document.get(name) == value for name, value in wanted.items()):
            yield document


def _place(state: State, kind: str, form: Form, param: str) -> tuple[int, int] | None:
    id = form.text(param)
    return state.shelves.place(state.find(kind, id, param, 400)) if id else None


def _newest(bounds: dict[str, int]) -> int:
    return min((bounds[name] for name in ("lt", "lte") if name in bounds), default=_LATEST)


def _oldest(bounds: dict[str, int]) -> int:
    return max((bounds[name] for name in ("gt", "gte") if name in bounds), default=0)
