"""The REST API: who may ask, which resource, and what is done to it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from infra.local.carrier import paging
from infra.local.carrier.account import Account
from infra.local.carrier.calls import API_VERSION, LIVE, Calls
from infra.local.carrier.code_calls import CALLER_ID, CodeCalls
from infra.local.carrier.errors import error
from infra.local.carrier.sessions import Sessions
from infra.local.exchange import Answered, Asked
from infra.local.faults import Faults
from infra.local.store import Document, Store

HOST = "api.twilio.com"
PATH = re.compile(rf"/{API_VERSION}/Accounts/(?P<account>\w+)/(?P<name>\w+)(?:/(?P<sid>\w+))?(?:\.json)?")
DELETED = "deleted"
"""Marks the trace of a deleted resource: nothing but its sid, which open page tokens still name."""


@dataclass(frozen=True)
class Collection:
    """A kind of resource: its key in lists and store, its filters, and the statuses too early to delete."""

    key: str
    equal: dict[str, str] = field(default_factory=dict)
    dated: dict[str, str] = field(default_factory=dict)
    unfinished: tuple[str, ...] = ()


COLLECTIONS = {
    "Calls": Collection(
        "calls",
        {"To": "to", "From": "from", "Status": "status", "ParentCallSid": "parent_call_sid"},
        {"StartTime": "start_time", "EndTime": "end_time"},
        LIVE,
    ),
    "OutgoingCallerIds": Collection(
        CALLER_ID, {"PhoneNumber": "phone_number", "FriendlyName": "friendly_name"}
    ),
    "Recordings": Collection(
        "recordings",
        {"CallSid": "call_sid"},
        {"DateCreated": "date_created"},
        ("in-progress", "paused", "processing"),
    ),
    "Messages": Collection(
        "messages",
        {"To": "to", "From": "from"},
        {"DateSent": "date_sent"},
        ("queued", "sending", "accepted", "receiving"),
    ),
}


class Rest:
    def __init__(
        self,
        store: Store,
        account: Account,
        *,
        calls: Calls,
        sessions: Sessions,
        code_calls: CodeCalls,
        faults: Faults,
    ) -> None:
        self._store = store
        self._account = account
        self._calls = calls
        self._sessions = sessions
        self._code_calls = code_calls
        self._faults = faults

    def answer(self, asked: Asked) -> Answered:
        """The API's answer to one request; TimeoutError where a planted fault says so."""
        route = PATH.fullmatch(asked.path)
        if (
            asked.headers.get("x-original-host", HOST) != HOST
            or not route
            or route["name"] not in COLLECTIONS
        ):
            return _not_found(asked.path)
        if not self._is_admitted(asked) or route["account"] != self._account.account_sid:
            return error(401, 20003, "Authenticate")
        collection = COLLECTIONS[route["name"]]
        found = self._operation(asked, collection, route["sid"])
        if found is None:
            return error(405, 20004, "Method not allowed")
        operation, act = found
        return self._faults.around(f"{collection.key}.{operation}", act)

    def _operation(
        self, asked: Asked, collection: Collection, sid: str | None
    ) -> tuple[str, Callable[[], Answered]] | None:
        match (asked.method, sid):
            case ("GET", None):
                return "list", lambda: self._list(asked, collection)
            case ("GET", str()):
                return "fetch", lambda: self._fetch(asked, collection, sid)
            case ("DELETE", str()):
                return "delete", lambda: self._delete(asked, collection, sid)
            case ("POST", str()) if collection.key == "calls":
                return "update", lambda: self._update(asked, collection, sid)
            case ("POST", None) if collection.key == CALLER_ID:
                return "create", lambda: self._code_calls.place(dict(asked.form()))
        return None

    def _list(self, asked: Asked, collection: Collection) -> Answered:
        query, everything = asked.parameters(), self._store.all(collection.key)[::-1]
        standing = [self._shown(document) for document in everything if DELETED not in document]
        sids = [document["sid"] for document in everything]
        try:
            found = paging.matching(standing, query, collection.equal, collection.dated)
            return Answered.json(200, paging.page(found, sids, query, asked.path, collection.key))
        except paging.BadQuery as bad:
            return error(400, 20001, str(bad))

    def _fetch(self, asked: Asked, collection: Collection, sid: str) -> Answered:
        document = self._standing(collection, sid)
        return Answered.json(200, self._shown(document)) if document else _not_found(asked.path)

    def _delete(self, asked: Asked, collection: Collection, sid: str) -> Answered:
        with self._store.change():
            document = self._standing(collection, sid)
            if document is None:
                return _not_found(asked.path)
            if document.get("status") in collection.unfinished:
                return error(409, 20009, f"{sid} cannot be deleted while it is {document['status']}")
            self._store.put(collection.key, sid, {"sid": sid, DELETED: True})
            self._sessions.forget(sid)
        return Answered(204)

    def _update(self, asked: Asked, collection: Collection, sid: str) -> Answered:
        """Status=completed ends a live call; Status=canceled one that is not answered yet, and no other."""
        call, form = self._standing(collection, sid), dict(asked.form())
        if call is None:
            return _not_found(asked.path)
        if set(form) != {"Status"} or form["Status"] not in ("completed", "canceled"):
            return error(
                400, 20001, "The stand-in takes Status=completed or Status=canceled, and nothing else"
            )
        if call["status"] not in LIVE:
            return error(400, 21220, "Call is not in-progress. Cannot redirect.")
        if form["Status"] == "completed" or call["status"] != "in-progress":
            self._sessions.hang_up(call)
        return self._fetch(asked, collection, sid)

    def _standing(self, collection: Collection, sid: str) -> Document | None:
        document = self._store.get(collection.key, sid)
        return None if document is None or DELETED in document else document

    def _shown(self, document: Document) -> Document:
        return self._calls.shown(document) if document["sid"].startswith("CA") else document

    def _is_admitted(self, asked: Asked) -> bool:
        scheme, _, encoded = asked.headers.get("authorization", "").partition(" ")
        try:
            username, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        return scheme.lower() == "basic" and self._account.admits(username, password)


def _not_found(path: str) -> Answered:
    return error(404, 20404, f"The requested resource {path} was not found")
