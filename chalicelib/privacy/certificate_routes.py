"""Certificates of deletion over HTTP: the account is gone, so that no session opens them but a link."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib.core import signatures
from chalicelib.core.doors import Reply, door
from chalicelib.core.errors import not_found
from chalicelib.core.requests import Incoming
from chalicelib.privacy import certificate_page, certificates
from chalicelib.privacy.certificate_shapes import DeletionCertificate

routes = Blueprint(__name__)


@door(
    routes,
    "GET",
    "/api/privacy/certificates/{capability}",
    answers={200: DeletionCertificate},
    refusals=(404,),
)
def get_certificate(request: Incoming, capability: str) -> Reply:
    """What a deletion did, signed; the last mail has the link.

    Word for word as it was signed. A browser that asks for HTML gets the same as a page.
    """
    text = certificates.open_by(capability)
    if text is None:
        raise not_found("certificate")
    if "text/html" not in request.headers.get("accept", ""):
        return Reply(text, headers={"Vary": "Accept"})
    return Reply(
        certificate_page.render(certificates.read(text)),
        media_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": certificate_page.content_policy(), "Vary": "Accept"},
    )


@door(
    routes,
    "GET",
    "/api/privacy/certificate-key",
    answers={200: str},
    media_type="application/x-pem-file",
)
def get_certificate_key() -> Reply:
    """The public key that checks certificates, as PEM."""
    return Reply(signatures.public_key(), media_type="application/x-pem-file")
