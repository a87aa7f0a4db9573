"""Signatures that anybody can check without us: the key that makes them cannot leave KMS.

ECDSA on P-256 over the SHA-256 of what is signed: see docs/decisions/certificates.md.
"""

from __future__ import annotations

import base64
import textwrap
from functools import cache
from typing import Final

from chalicelib.core import aws, settings

ALGORITHM: Final = "ECDSA_SHA_256"


def sign(text: str) -> str:
    """A signature, as base64 of its DER; raises botocore's errors."""
    signed = aws.client("kms").sign(
        KeyId=settings.current().certificate_key_id,
        Message=text.encode(),
        MessageType="RAW",
        SigningAlgorithm=ALGORITHM,
    )
    return base64.b64encode(signed["Signature"]).decode()


@cache
def public_key() -> str:
    """The key's public half as PEM; raises botocore's errors."""
    found = aws.client("kms").get_public_key(KeyId=settings.current().certificate_key_id)
    lines = textwrap.wrap(base64.b64encode(found["PublicKey"]).decode(), 64)
    return "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""])
