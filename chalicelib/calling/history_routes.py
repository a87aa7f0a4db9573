"""Past calls over HTTP: the list, its sums, and the spreadsheet."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from chalice import Blueprint
from msgspec import Meta

from chalicelib.calling import csv_export, exports, filters, history, records, summary
from chalicelib.calling.filters import CallFilter
from chalicelib.calling.history_shapes import (
    CallExport,
    CallSpend,
    CallSummary,
    show_export,
    show_spend,
    show_summary,
)
from chalicelib.calling.shapes import Call, CallHistory, show_live, show_record
from chalicelib.core import cursors
from chalicelib.core.doors import Reply, door
from chalicelib.core.errors import not_found
from chalicelib.core.requests import SignedIn
from chalicelib.identity import proofs
from chalicelib.money import holds

routes = Blueprint(__name__)


class CallListQuery(CallFilter):
    """Which calls, and which part of their list."""

    limit: Annotated[int, Meta(ge=1, le=100, description="How many to answer at most.")] = 50
    cursor: Annotated[
        Annotated[str, Meta(max_length=600)] | None,
        Meta(description="`next_cursor` of the part before; none for the first."),
    ] = None


class CallSummaryQuery(msgspec.Struct, forbid_unknown_fields=True, rename={"from_": "from"}):
    """Which days to add up, UTC, both included; this month's unless told."""

    from_: Annotated[date | None, Meta(description="The first day.")] = None
    to: Annotated[date | None, Meta(description="The last day.")] = None
    by: Annotated[Literal["day", "country"], Meta(description="What to add up by.")] = "day"


@door(
    routes,
    "GET",
    "/api/calls",
    session=True,
    capability="calling",
    query=CallListQuery,
    answers={200: CallHistory},
    refusals=(403,),
)
def list_calls(signed_in: SignedIn, query: CallListQuery) -> CallHistory:
    """Your calls that have ended, newest first.

    A page may be short, or empty, and still have a next one: what fits a filter may lie far back.
    """
    proofs.check(signed_in.user_id)
    filters.check(query)
    wanted = filters.of(query)
    owner = f"calls:{signed_in.account_id}:{msgspec.json.encode(wanted).decode()}"
    after = cursors.unseal(owner, query.cursor)["after"] if query.cursor else None
    page = history.page(signed_in.account_id, wanted, query.limit, after)
    return CallHistory(
        items=[show_record(record) for record in page.records],
        next_cursor=cursors.seal(owner, {"after": page.after}) if page.after else None,
    )


@door(
    routes,
    "GET",
    "/api/calls.csv",
    session=True,
    uses="call_record",
    capability="calling",
    query=CallFilter,
    answers={200: str, 202: CallExport},
    media_type="text/csv",
    refusals=(403,),
)
def export_calls(signed_in: SignedIn, query: CallFilter) -> Reply:
    """Your calls that have ended as a spreadsheet, newest first.

    Above 4 MB it is 202 and a file that is made within minutes: ask after it under its id. You have one such
    file at a time; asking for another takes its place.
    """
    proofs.check(signed_in.user_id)
    filters.check(query)
    sheet = csv_export.write_at_once(signed_in.account_id, query)
    if sheet is None:
        export = exports.start(signed_in, query)
        where = {"Location": f"/api/calls/exports/{export.id}"}
        return Reply(show_export(export), status=202, headers=where)
    return Reply(
        sheet,
        headers={"Content-Disposition": 'attachment; filename="calls.csv"'},
        media_type="text/csv; charset=utf-8",
    )


@door(
    routes,
    "GET",
    "/api/calls/summary",
    session=True,
    uses="call_record",
    capability="calling",
    query=CallSummaryQuery,
    answers={200: CallSummary},
    refusals=(403, 413),
)
def summarise_calls(signed_in: SignedIn, query: CallSummaryQuery) -> CallSummary:
    """What your calls of some days came to, by UTC day or by country."""
    proofs.check(signed_in.user_id)
    return show_summary(query.by, summary.summarise(signed_in.account_id, query.by, query.from_, query.to))


@door(
    routes,
    "GET",
    "/api/calls/spend",
    session=True,
    capability="calling",
    answers={200: CallSpend},
    refusals=(403, 413),
)
def tell_call_spend(signed_in: SignedIn) -> CallSpend:
    """What your calls have cost so far, this UTC day and this month."""
    proofs.check(signed_in.user_id)
    return show_spend(*summary.spent(signed_in.account_id))


@door(
    routes,
    "GET",
    "/api/calls/exports/{id}",
    session=True,
    uses="call_record",
    capability="calling",
    prefixes={"id": "exp"},
    answers={200: CallExport},
    refusals=(403,),
)
def get_call_export(signed_in: SignedIn, id: str) -> CallExport:
    """A spreadsheet that is being made; once it is ready, each answer has a fresh link of five minutes."""
    proofs.check(signed_in.user_id)
    export = exports.find(signed_in.account_id)
    if export is None or export.id != id:
        raise not_found("file")
    return show_export(export)


@door(
    routes,
    "GET",
    "/api/calls/{id}",
    session=True,
    capability="calling",
    prefixes={"id": "call"},
    answers={200: Call},
    refusals=(403,),
)
def get_call(signed_in: SignedIn, id: str) -> Call:
    """One call, live or ended, with the arithmetic of its price."""
    hold = holds.find(signed_in.account_id, id)  # first: what it makes room for is the record
    if record := records.find(signed_in.account_id, id):
        proofs.check(signed_in.user_id)
        return show_record(record)
    if hold:
        return show_live(id, hold)
    raise not_found("call")
