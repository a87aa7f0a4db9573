"""Keyed hashes and signatures; each use has a purpose, so that none can stand in for another."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets as randomness

from chalicelib.core import secrets


def fresh_token() -> str:
    """256 random bits for a cookie or a link."""
    return randomness.token_urlsafe(32)


def fingerprint(token: str) -> str:
    """What is stored in place of a random token. Not for anything that can be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


def address_hash(address: str) -> str:
    """A keyed hash of a mail address or phone number. Its key never rotates: it is a table key."""
    return _mac(secrets.current().address_key, "address", address)


def sign(purpose: str, text: str) -> str:
    """A signature by the current key."""
    return _mac(secrets.current().signing_keys[0], purpose, text)


def signed(purpose: str, text: str, signature: str) -> bool:
    """Whether any key that is still accepted made this signature."""
    keys = secrets.current().signing_keys
    return any(hmac.compare_digest(_mac(key, purpose, text).encode(), signature.encode()) for key in keys)


def _mac(key: str, purpose: str, text: str) -> str:
    digest = hmac.digest(key.encode(), f"{purpose}\0{text}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
