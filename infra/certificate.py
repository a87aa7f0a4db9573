"""`python -m infra.certificate verify FILE --key KEY`: is a certificate of deletion ours and unchanged?

It asks nobody: FILE is the certificate as JSON, which the link in the last mail answers programs with,
and KEY the public key as PEM. `python -m infra.certificate key --stage STAGE` prints that of a stage; so does
its /api/privacy/certificate-key. A file with several keys, of before and after a new one was made, is fine.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import json
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from chalicelib.privacy import rules

ALGORITHM = "ECDSA_SHA_256"
PEM = re.compile(r"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.DOTALL)


class NotRight(Exception):
    """What is wrong with the certificate or the key, in a sentence."""


def verify(certificate: str, keys: str) -> dict[str, Any]:
    """The certificate's fields, when one of these keys has signed all of them; raises NotRight."""
    document = _read(certificate)
    signature = document.get("signature")
    if not isinstance(signature, dict) or signature.get("algorithm") != ALGORITHM:
        raise NotRight("This has no signature that we know.")
    try:
        value = base64.b64decode(str(signature.get("value")), validate=True)
    except binascii.Error:
        raise NotRight("The signature is damaged.") from None
    text = rules.signed_text(document).encode()
    found = PEM.findall(keys)
    if not found:
        raise NotRight("There is no public key in that file.")
    if not any(_fits(key, value, text) for key in found):
        raise NotRight("The signature does not fit: this was changed, or signed by another key.")
    return document


def told(document: dict[str, Any]) -> list[str]:
    """What the certificate says, a line each."""
    done = [
        f"  {line['action']}: {line['count']} of {line['category']} in {line['store']}"
        for line in document["actions"]
    ]
    confirmed = [
        f"  {line['processor']} confirmed {line['count']} of {line['category']} at {line['confirmed_at']}"
        for line in document["processors"]
    ]
    kept = [f"  kept in {line['store']} until {line['until']}: {line['reason']}" for line in document["kept"]]
    residues = [f"  until {line['until']} at {line['at']}: {line['says']}" for line in document["residues"]]
    head = f"The signature is right: {document['request']}, completed at {document['completed_at']}."
    return [head, *done, *confirmed, *kept, *residues]


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m infra.certificate", description=__doc__)
    commands = made.add_subparsers(dest="command", required=True)
    verifying = commands.add_parser("verify", help="check a certificate's signature, offline")
    verifying.add_argument("file", type=Path, metavar="FILE")
    verifying.add_argument("--key", type=Path, required=True, help="a file with the public key (PEM)")
    printing = commands.add_parser("key", help="print a stage's public key")
    printing.add_argument("--stage", required=True)
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    asked = parser().parse_args(arguments)
    if asked.command == "key":
        sys.stdout.write(_key_of(asked.stage))
        return
    try:
        document = verify(asked.file.read_text(), asked.key.read_text())
    except (NotRight, OSError) as wrong:
        sys.exit(str(wrong))
    sys.stdout.write("\n".join(told(document)) + "\n")


def _read(certificate: str) -> dict[str, Any]:
    try:
        document = json.loads(certificate)
    except ValueError:
        raise NotRight("This is no JSON.") from None
    if not isinstance(document, dict):
        raise NotRight("This is no certificate.")
    return document


def _fits(pem: str, signature: bytes, text: bytes) -> bool:
    try:
        key = load_pem_public_key(pem.encode())
    except ValueError:
        raise NotRight("The public key is damaged.") from None
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    try:
        key.verify(signature, text, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _key_of(stage: str) -> str:
    from infra import operate

    os.environ.update(operate.environment(stage))
    from chalicelib.core import signatures

    return signatures.public_key()


if __name__ == "__main__":
    main()
