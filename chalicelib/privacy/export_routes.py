"""The file of a request over HTTP: seen, fetched, and handed on to another service."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib.core.doors import Reply, door
from chalicelib.core.errors import not_found
from chalicelib.core.requests import SignedIn
from chalicelib.identity import proofs
from chalicelib.privacy import exports, requests, rules, transmissions
from chalicelib.privacy.export_shapes import DataExport, Transmission, data_export
from chalicelib.privacy.models import Request

routes = Blueprint(__name__)


@door(
    routes,
    "GET",
    "/api/privacy/requests/{id}/export",
    session=True,
    fresh=True,
    while_suspended=True,
    prefixes={"id": "req"},
    answers={200: DataExport},
)
def get_export(signed_in: SignedIn, id: str) -> DataExport:
    """The file with your data; once it is ready, each answer has a fresh link of five minutes.

    Needs a sign-in of the last 15 minutes. A day after you asked it is gone.
    """
    request = _export(signed_in, id)
    return data_export(request, exports.find(request))


@door(
    routes,
    "POST",
    "/api/privacy/requests/{id}/transmission",
    session=True,
    fresh=True,
    while_suspended=True,
    prefixes={"id": "req"},
    answers={201: Transmission},
    refusals=(409,),
)
def offer_transmission(signed_in: SignedIn, id: str) -> Transmission:
    """Make an address that opens your file once, within hours, for a service that you hand it to.

    It takes the place of the one before. Whoever has it gets your data: give it to nobody else.
    """
    url, expires_at = transmissions.offer(_export(signed_in, id))
    return Transmission(url, expires_at)


@door(
    routes,
    "DELETE",
    "/api/privacy/requests/{id}/transmission",
    session=True,
    while_suspended=True,
    prefixes={"id": "req"},
    answers={204: None},
)
def revoke_transmission(signed_in: SignedIn, id: str) -> None:
    """Take that address back; from now on it opens nothing."""
    transmissions.revoke(requests.find(signed_in.account_id, id))


@door(routes, "GET", f"{transmissions.PATH}/{{capability}}", answers={303: None}, refusals=(404,))
def open_transmission(capability: str) -> Reply:
    """Fetch the data of somebody who gave you this address. It works once, for minutes."""
    link = transmissions.open(capability)
    return Reply(status=303, headers={"Location": link, "Cache-Control": "no-store"})


def _export(signed_in: SignedIn, id: str) -> Request:
    """An own request that has a file; refuses who is known by a mail to a new address only."""
    request = requests.find(signed_in.account_id, id)
    if request.type not in rules.EXPORTS:
        raise not_found("file")
    proofs.check(signed_in.user_id)
    return request
