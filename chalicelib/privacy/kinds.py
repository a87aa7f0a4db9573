"""Every kind of item in the tables, asked of the rooms: of which category each is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chalicelib.core import scan
from chalicelib.core.files import File
from chalicelib.core.rounds import Place
from chalicelib.core.scan import Raw
from chalicelib.core.subjects import Kind
from chalicelib.core.tables import Item
from chalicelib.privacy.audit_models import AuditEntry, LegalHold, Residue, Tombstone
from chalicelib.privacy.certificate_models import Certificate, CertificateLink
from chalicelib.privacy.mailings import Mailed, Mailing
from chalicelib.privacy.models import Choices, Event, Opening, Receipt, Request, request_key, subject_key
from chalicelib.privacy.policy_models import Acceptance, Announcement, Held, Holding, Told
from chalicelib.privacy.transmissions import Transmission


def _with_subject(account_id: str) -> Iterator[str]:
    yield subject_key(account_id)


def _with_requests(account_id: str) -> Iterator[str]:
    """Past their end or not."""
    key = Request.sk.startswith(request_key(""))
    for request in Request.query(subject_key(account_id), key, consistent_read=True):
        yield request_key(request.id)


KINDS = [
    Kind(Request, "REQUEST#", "privacy_request", {"request_closed": "closed_at"}, lies=_with_subject),
    Kind(Event, "EVENT#", "privacy_request", lies=_with_requests),
    Kind(Certificate, Certificate.PREFIX, "privacy_request", lies=_with_requests),
    Kind(CertificateLink, CertificateLink.NAME, "privacy_request"),
    Kind(AuditEntry, AuditEntry.PREFIX, "privacy_request", lies=_with_subject),
    Kind(
        LegalHold,
        LegalHold.PREFIX,
        "privacy_request",
        {"request_closed": "released_at"},
        lies=_with_subject,
    ),
    Kind(Residue, Residue.PREFIX, "privacy_request", lies=_with_requests),
    Kind(Tombstone, Tombstone.PREFIX, "privacy_request", {"request_closed": "at"}),
    Kind(Opening, "OPEN#", "privacy_request"),
    Kind(File, "DATA#", "privacy_request"),
    Kind(Transmission, "TRANSMISSION#", "privacy_request"),
    Kind(Receipt, "RECEIPT#", "consent", lies=_with_subject),
    Kind(Choices, Choices.SK, "consent", lies=_with_subject),
    Kind(Told, "TOLD#", "policy_record", lies=_with_subject),
    Kind(Acceptance, "ACCEPTED#", "policy_record", lies=_with_subject),
    Kind(Announcement, "ANNOUNCED#", None),
    Kind(Holding, Holding.SK, None),
    Kind(Held, "HELD#", None),
    Kind(Mailing, "MAILING#", None),
    Kind(Place, "ROUND#", None),
    Kind(Mailed, "MAILED#", "marketing"),
]


def kinds() -> list[Kind]:
    """All of them."""
    from chalicelib.calling import personal_data as calling
    from chalicelib.identity import personal_data as identity
    from chalicelib.money import personal_data as money
    from chalicelib.numbers import personal_data as numbers

    return [*identity.KINDS, *money.KINDS, *numbers.KINDS, *calling.KINDS, *KINDS]


def keys(kind: Kind) -> list[str]:
    """The names of an item's keys."""
    return scan.keys(kind.model)


def of(table: str, item: Raw) -> Kind | None:
    """Of which kind an item is, as DynamoDB gives it, in a table; None: of none that any room knows."""
    for kind in kinds():
        name = keys(kind)[-1]
        if kind.model.Meta.table_name == table and str(item[name]["S"]).startswith(kind.prefix):
            return kind
    return None


def key_of(kind: Kind, raw: Raw) -> list[str]:
    """An item's key, from how DynamoDB gives it."""
    return [str(raw[name]["S"]) for name in keys(kind)]


def item(kind: Kind, raw: Raw) -> Item:
    """An item by its key alone."""
    key: dict[str, Any] = dict(zip(keys(kind), key_of(kind, raw), strict=True))
    return kind.model(**key)
