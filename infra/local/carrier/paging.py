"""Lists of the REST API: which documents a query names, and the page of them that it asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

from infra.local.carrier.moments import from_rfc2822
from infra.local.store import Document

PAGE_FIELDS = ("PageSize", "Page", "PageToken")
DEFAULT_PAGE_SIZE = 50
LARGEST_PAGE_SIZE = 1000

Pairs = Sequence[tuple[str, str]]


class BadQuery(ValueError):
    """A filter or paging field that cannot be read."""


def matching(
    documents: list[Document], query: Pairs, equal: dict[str, str], dated: dict[str, str]
) -> list[Document]:
    """Documents that pass every filter of the query; `equal` and `dated` map its names to fields.

    A dated filter is a day (YYYY-MM-DD) or a moment; its name ends with nothing (that day), < (before) or >
    (at or after). Names that are neither, and empty values, filter nothing.
    """
    for name, value in query:
        bare = name.rstrip("<>")
        if value and name in equal:
            documents = [document for document in documents if document[equal[name]] == value]
        elif value and bare in dated:
            passes = _dated(name[len(bare) :], value)
            documents = [document for document in documents if _passes(passes, document[dated[bare]])]
    return documents


def _dated(sign: str, value: str) -> Callable[[datetime], bool]:
    try:
        bound = datetime.fromisoformat(value)
    except ValueError as error:
        raise BadQuery(f"{value!r} is no date") from error
    bound = bound.astimezone(UTC) if bound.tzinfo else bound.replace(tzinfo=UTC)
    if sign == "<":
        return lambda moment: moment < bound
    if sign == ">":
        return lambda moment: moment >= bound
    return lambda moment: moment.date() == bound.date()


def _passes(test: Callable[[datetime], bool], written: str | None) -> bool:
    return written is not None and test(from_rfc2822(written))


def page(documents: list[Document], positions: list[str], query: Pairs, uri: str, key: str) -> Document:
    """One page of `documents` with the API's paging fields; newest first, as they come.

    `positions` are the sids of everything ever listed, the deleted too, in the same order: a page token names
    the last document of its page, and must hold even when that one is deleted before the next page.
    """
    asked = dict(query)
    size = min(_whole(asked, "PageSize", DEFAULT_PAGE_SIZE, least=1), LARGEST_PAGE_SIZE)
    number = _whole(asked, "Page", 0, least=0)
    start = _start(documents, positions, asked.get("PageToken", ""), number, size)
    shown = documents[start : start + size]
    filters = [(name, value) for name, value in query if name not in PAGE_FIELDS]

    def at(number: int, token: str = "") -> str:
        place = [("PageSize", str(size)), ("Page", str(number))] + ([("PageToken", token)] if token else [])
        return f"{uri}?{urlencode([*filters, *place])}"

    more = start + size < len(documents)
    return {
        key: shown,
        "first_page_uri": at(0),
        "next_page_uri": at(number + 1, f"PA{shown[-1]['sid']}") if more else None,
        "previous_page_uri": at(number - 1, f"PB{shown[0]['sid']}") if number and shown else None,
        "uri": at(number, asked.get("PageToken", "")),
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": number * size + max(len(shown) - 1, 0),
    }


def _start(documents: list[Document], positions: list[str], token: str, number: int, size: int) -> int:
    if not token:
        return number * size
    kind, sid = token[:2], token[2:]
    if kind not in ("PA", "PB") or sid not in positions:
        raise BadQuery("Invalid PageToken")
    place = {sid: index for index, sid in enumerate(positions)}
    before = sum(place[document["sid"]] < place[sid] for document in documents)
    if kind == "PB":
        return max(before - size, 0)
    return before + any(document["sid"] == sid for document in documents)


def _whole(asked: dict[str, str], name: str, default: int, least: int) -> int:
    given = asked.get(name) or str(default)
    if not given.isdecimal() or int(given) < least:
        raise BadQuery(f"{name} is {given!r}")
    return int(given)
