"""Items of the table `registry` that hold certificates of deletions. They name no person."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute

from chalicelib.privacy.models import Registered


class Certificate(Registered):
    """`REQUEST#<id>` / `CERTIFICATE#<attempt>`: word for word as it was signed."""

    PREFIX = "CERTIFICATE#"

    document = UnicodeAttribute()

    @staticmethod
    def key(attempt: int) -> str:
        return f"{Certificate.PREFIX}{attempt:06}"


class CertificateLink(Registered):
    """`CAPABILITY#<fingerprint>` / `LINK`: which certificates a link opens. The link is not stored."""

    NAME = "LINK"

    request_id = UnicodeAttribute()

    @staticmethod
    def key(fingerprint: str) -> str:
        return f"CAPABILITY#{fingerprint}"
