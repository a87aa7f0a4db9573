"""Passwords: bcrypt over a keyed hash, so that every byte counts. Why: docs/decisions/passwords.md."""

from __future__ import annotations

import base64
import hmac

from chalicelib.core import secrets, settings
from chalicelib.identity import common_passwords, rules
from chalicelib.policy import profile

PURPOSE = b"password\0"
GUESSABLE = "Others would guess this one: it is common, or made of your address or our name."
NOBODYS = "$2b${cost:02}$" + "." * 53


def check_new(password: str, email: str) -> None:
    """Refuses (422) what is too short or long for a new password of this person's, or easily guessed."""
    rules.check_new_password(password)
    service = profile.current()
    if common_passwords.guessable(password, {service.id, service.title, *common_passwords.words_of(email)}):
        raise rules.refuse("password", GUESSABLE)


def hash(password: str) -> str:
    """What is stored: `$2b$`, the cost, a salt and bcrypt's hash."""
    import bcrypt

    salt = bcrypt.gensalt(settings.current().bcrypt_cost)
    return bcrypt.hashpw(_keyed(password), salt).decode()


def matches(password: str, stored: str | None) -> bool:
    """Whether `stored` was made of this password. None matches nothing, after the same work."""
    import bcrypt

    against = stored or NOBODYS.format(cost=settings.current().bcrypt_cost)
    return bcrypt.checkpw(_keyed(password), against.encode()) and stored is not None


def _keyed(password: str) -> bytes:
    """44 bytes of ASCII: bcrypt reads at most 72 and stops at a zero byte, which a bare digest may hold."""
    pepper = secrets.current().password_pepper.encode()
    digest = hmac.digest(pepper, PURPOSE + rules.password(password).encode(), "sha256")
    return base64.b64encode(digest)
