"""Certificates: what a deletion did, signed, without a person; the last mail's link is the way to one."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from chalicelib.core import clock, keys, settings, signatures, tables
from chalicelib.policy import profile
from chalicelib.privacy import audit, register, rules
from chalicelib.privacy.certificate_models import Certificate, CertificateLink
from chalicelib.privacy.models import Request, request_key

CATEGORY = "privacy_request"
Document = dict[str, Any]


def issue(request: Request, capability: str | None) -> None:
    """Sign and keep what was written down of a deletion, once an attempt, and let this capability open it.

    Raises botocore's errors while KMS does not sign.
    """
    expires_at = _expires_at()
    if not is_issued(request):
        text, key = rules.canonical(_signed(_told(request))), Certificate.key(request.attempt)
        certificate = Certificate(request_key(request.id), key, document=text, expires_at=expires_at)
        with suppress(tables.ConditionFailed):
            tables.write(lambda: certificate.save(Certificate.sk.does_not_exist()))
    if capability:
        opened_by = CertificateLink.key(keys.fingerprint(capability))
        link = CertificateLink(opened_by, CertificateLink.NAME, request_id=request.id, expires_at=expires_at)
        tables.write(link.save)


def is_issued(request: Request) -> bool:
    """Whether this attempt has its certificate."""
    return Certificate.stored(request_key(request.id), Certificate.key(request.attempt)) is not None


def open_by(capability: str) -> str | None:
    """The newest certificate that a capability opens, word for word as it was signed."""
    link = CertificateLink.living(CertificateLink.key(keys.fingerprint(capability)), CertificateLink.NAME)
    return newest(link.request_id) if link else None


def newest(request_id: str) -> str | None:
    """A request's latest certificate as JSON; while data is held it has one, and another at the end."""
    ours = Certificate.sk.startswith(Certificate.PREFIX)
    for certificate in Certificate.newest(request_key(request_id), ours, limit=1):
        return None if certificate.expired() else certificate.document
    return None


def signed_heads(account_id: str) -> list[audit.Head]:
    """The heads of a subject's audit chain that their certificates have signed."""
    texts = [newest(request.id) for request in register.page(account_id, 100)]
    told = [read(text)["audit"] for text in texts if text]
    return [audit.Head(one["entries"], one["head"]) for one in told]


def url(capability: str) -> str:
    """Where the capability opens its certificate."""
    return f"{settings.current().public_url}/api/privacy/certificates/{capability}"


def _told(request: Request) -> Document:
    """Ids, counts and dates only: nothing that points to a person once the account is gone."""
    chain = audit.head(request.account_id)
    return {
        "request": request.id,
        "service": profile.current().id,
        "policy": profile.current().version,
        "requested_at": request.received_at,
        "completed_at": request.erased_at,
        "actions": request.actions,
        "kept": request.kept,
        "processors": request.processors,
        "residues": request.residues,
        "audit": {"entries": chain.number, "head": chain.digest},
    }


def _signed(document: Document) -> Document:
    """With a signature over all the rest."""
    value = signatures.sign(rules.signed_text(document))
    return {**document, "signature": {"algorithm": signatures.ALGORITHM, "value": value}}


def _expires_at() -> int | None:
    end = profile.current().expires_at(CATEGORY, request_closed=clock.now())
    return clock.epoch_seconds(end) if end else None


def read(text: str) -> Document:
    """A certificate's fields."""
    document: Document = json.loads(text)
    return document
