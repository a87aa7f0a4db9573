"""A person's requests about their data, over HTTP."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib.core import clock, cursors
from chalicelib.core.doors import Reply, check_fresh, door
from chalicelib.core.requests import SignedIn
from chalicelib.core.subjects import Subject
from chalicelib.identity import me
from chalicelib.identity.shapes import Me
from chalicelib.privacy import closings, register, requests, rules, shapes, summaries, summary_shapes
from chalicelib.privacy.shapes import (
    NewPrivacyRequest,
    PrivacyRequest,
    PrivacyRequestList,
    PrivacyRequestPage,
)
from chalicelib.privacy.summary_shapes import DataSummary

routes = Blueprint(__name__)
NEEDS_FRESH = ("deletion", "correction", *rules.EXPORTS)


@door(routes, "POST", "/api/me/close", session=True, fresh=True, answers={200: Me})
def close_account(signed_in: SignedIn) -> Me:
    """Close your account for good; needs a sign-in of the last 15 minutes.

    Unused credit goes back to how it was paid. You can sign in and read your data until `ends_at`, then it
    goes. To have it deleted sooner, ask for that.
    """
    closings.close(_subject(signed_in))
    return me.tell(signed_in)


@door(
    routes,
    "POST",
    "/api/privacy/requests",
    session=True,
    while_suspended=True,
    body=NewPrivacyRequest,
    answers={201: PrivacyRequest, 200: PrivacyRequest},
    refusals=(404, 409, 429),
)
def open_request(signed_in: SignedIn, body: NewPrivacyRequest) -> Reply:
    """Exercise a right. What you can do by yourself is done at once; the rest waits, with its deadline.

    A deletion, a file of your data (access, know, portability) and a correction need a sign-in of the last 15
    minutes (403 `sign-in-again`). We write to you about what we have to answer. While one is open, asking
    again for the same answers that (200); a deletion's with `waive_grace` begins at once then.
    """
    if body.type in NEEDS_FRESH:
        check_fresh(signed_in)
    subject = _subject(signed_in)
    about = body.category if body.type == "restriction" else body.purpose
    request, new = requests.ask(subject, body.type, waive_grace=body.waive_grace, about=about)
    return Reply(shapes.privacy_request(request), status=201 if new else 200)


@door(
    routes,
    "GET",
    "/api/privacy/data",
    session=True,
    answers={200: DataSummary},
)
def get_data(signed_in: SignedIn) -> DataSummary:
    """What we hold of you, by kind: what it is, why, for how long, who else gets it, and how much there is.

    Counts end at 1000; a file of all your data (`access`) has the rest.
    """
    return summary_shapes.data_summary(
        summaries.count(_subject(signed_in), me.tell(signed_in).closed_at), clock.now().replace(microsecond=0)
    )


@door(
    routes,
    "GET",
    "/api/privacy/requests",
    session=True,
    while_suspended=True,
    query=PrivacyRequestPage,
    answers={200: PrivacyRequestList},
)
def list_requests(signed_in: SignedIn, query: PrivacyRequestPage) -> PrivacyRequestList:
    """Your requests, newest first."""
    owner = f"privacy-requests:{signed_in.account_id}"
    before = cursors.unseal(owner, query.cursor)["before"] if query.cursor else None
    found = register.page(signed_in.account_id, query.limit + 1, before)
    shown = found[: query.limit]
    more = len(found) > query.limit
    return PrivacyRequestList(
        items=[shapes.privacy_request(request) for request in shown],
        next_cursor=cursors.seal(owner, {"before": shown[-1].id}) if more else None,
    )


@door(
    routes,
    "GET",
    "/api/privacy/requests/{id}",
    session=True,
    while_suspended=True,
    prefixes={"id": "req"},
    answers={200: PrivacyRequest},
)
def get_request(signed_in: SignedIn, id: str) -> PrivacyRequest:
    """One of your requests."""
    return shapes.privacy_request(requests.find(signed_in.account_id, id))


@door(
    routes,
    "POST",
    "/api/privacy/requests/{id}/cancel",
    session=True,
    while_suspended=True,
    prefixes={"id": "req"},
    answers={200: PrivacyRequest},
    refusals=(409,),
)
def cancel_request(signed_in: SignedIn, id: str) -> PrivacyRequest:
    """Cancel what is not answered or made yet, or a deletion during its grace.

    After that your account works again at once.
    """
    return shapes.privacy_request(requests.cancel(signed_in.account_id, id))


def _subject(signed_in: SignedIn) -> Subject:
    return Subject(user_id=signed_in.user_id, account_id=signed_in.account_id)
