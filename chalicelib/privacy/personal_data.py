"""What the register tells a person of themselves, and the files that were made for their requests."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from functools import partial
from itertools import islice
from typing import Any

from chalicelib.core import extracts, ids
from chalicelib.core.extracts import Batch, Extract
from chalicelib.core.files import File
from chalicelib.core.subjects import Erased, Row, Subject
from chalicelib.privacy import exports, policy_models, register
from chalicelib.privacy.audit_models import AuditEntry
from chalicelib.privacy.mailings import Mailed
from chalicelib.privacy.models import Choices, Event, Receipt, Registered, Request, subject_key
from chalicelib.privacy.policy_models import Acceptance, Told
from chalicelib.privacy.transmissions import Transmission

REQUEST = extracts.fields(Request, without={"pk", "sk", "due_shard"})
EVENT = extracts.fields(Event, without={"pk", "sk"})
FILE = extracts.fields(File, without={"token_hash", "due_shard", "due_at", "upload_id", "tags", "after"})
TRANSMISSION = extracts.fields(Transmission, without={"token_hash", "secret_hash"})
MAILED = extracts.fields(Mailed, without={"token_hash"})
AT_ONCE = 50


def _requests(subject: Subject, after: str | None) -> Iterator[Batch]:
    """Newest first."""
    for found in _pages(subject, after):
        yield Batch([extracts.row(request, REQUEST) for request in found], found[-1].id)


def _events(subject: Subject, after: str | None) -> Iterator[Batch]:
    for found in _pages(subject, after):
        rows = [
            {"request_id": request.id, **extracts.row(event, EVENT)}
            for request in found
            for event in register.events(request.id)
        ]
        yield Batch(rows, found[-1].id)


def _pages(subject: Subject, after: str | None) -> Iterator[list[Request]]:
    while found := register.page(subject.account_id, AT_ONCE, after):
        yield found
        after = found[-1].id


CHAIN = {"number", "previous", "digest"}


def _registered(
    name: str,
    category: str,
    model: type[Registered],
    keys: str,
    *,
    without: Collection[str] = (),
    told: Callable[[Any], bool] = lambda _: True,
) -> Extract:
    """What lies with an account in the register, under keys that begin so."""
    fields = extracts.fields(model, without={"pk", "sk", *without})

    def read(subject: Subject, after: str | None) -> Iterator[Batch]:
        whose, begin = subject_key(subject.account_id), json.loads(after) if after else None
        found = model.query(whose, model.sk.startswith(keys), consistent_read=True, last_evaluated_key=begin)
        while items := list(islice(found, AT_ONCE)):
            at = found.last_evaluated_key
            rows = [extracts.row(item, fields) for item in items if not item.expired() and told(item)]
            yield Batch(rows, json.dumps(at) if at else None)

    return Extract(name, category, fields, read)


def _files(subject: Subject, after: str | None) -> Iterator[Batch]:
    """Of calls, too: all that was made apart."""
    query = partial(File.by_user.query, subject.user_id)
    return extracts.listed(File, FILE, query, after, ("CALLS#", "DATA#"))


def _transmissions(subject: Subject, after: str | None) -> Iterator[Batch]:
    query = partial(File.by_user.query, subject.user_id)
    return extracts.listed(Transmission, TRANSMISSION, query, after, "TRANSMISSION#")


def _mailings(subject: Subject, after: str | None) -> Iterator[Batch]:
    """By the name of the mailing, which is in the key."""
    query = partial(File.by_user.query, subject.user_id)
    for batch in extracts.listed(Mailed, {"token_hash": "string", **MAILED}, query, after, "MAILED#"):
        rows = [{"mailing": row.pop("token_hash").split("#")[1], **row} for row in batch.rows]
        yield Batch(rows, batch.after)


def _find(subject: Subject) -> int:
    return exports.count(subject)


def _erase(subject: Subject) -> Erased:
    return Erased("erased", exports.erase(subject))


def _is_told(entry: AuditEntry) -> bool:
    """All but legal holds."""
    return not ids.valid("hld", entry.about)


ROWS = [Row("data_exports", register.CATEGORY, _find, _erase, store="exports")]
EXTRACTS = [
    Extract("requests", register.CATEGORY, REQUEST, _requests),
    Extract("request_events", register.CATEGORY, {"request_id": "string", **EVENT}, _events),
    Extract("files", register.CATEGORY, FILE, _files),
    Extract("handed_on", register.CATEGORY, TRANSMISSION, _transmissions),
    Extract("mailings", "marketing", {"mailing": "string", **MAILED}, _mailings),
    _registered(
        "audit_trail", register.CATEGORY, AuditEntry, AuditEntry.PREFIX, without=CHAIN, told=_is_told
    ),
    _registered("choices", "consent", Choices, Choices.SK),
    _registered("choices_made", "consent", Receipt, "RECEIPT#"),
    _registered("policies_told", policy_models.CATEGORY, Told, "TOLD#"),
    _registered("policies_accepted", policy_models.CATEGORY, Acceptance, "ACCEPTED#"),
]
