"""What makes an address, a password and an age acceptable. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from chalicelib.core.errors import FieldError, Refusal
from chalicelib.policy import calendar

ADDRESS_LIMIT = 254
PASSWORD_MINIMUM = 8
PASSWORD_LIMIT = 256
OLDEST_AGE = 130

ASCII = re.ASCII | re.IGNORECASE
# Plain ASCII: no quoted local parts, comments or address literals, so that nothing can pass for a header.
LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", ASCII)
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])", ASCII)


def address(text: str) -> str:
    """The address as mail goes there: stripped, its domain in lower case. Refuses what is none."""
    local, _, domain = text.strip().rpartition("@")
    fits = len(local) <= 64 and len(local) + 1 + len(domain) <= ADDRESS_LIMIT
    if not (fits and LOCAL.fullmatch(local) and DOMAIN.fullmatch(domain)):
        raise refuse("email", "Please check this address; it should look like name@example.com.")
    return f"{local}@{domain.lower()}"


def password(text: str) -> str:
    """The one form of a password that looks the same on every keyboard (NFC); never trimmed or cut."""
    return unicodedata.normalize("NFC", text)


def check_new_password(text: str) -> None:
    """Counts characters of the normal form, so that accents typed apart count once."""
    if not PASSWORD_MINIMUM <= len(password(text)) <= PASSWORD_LIMIT:
        sentence = f"Please choose a password of {PASSWORD_MINIMUM} to {PASSWORD_LIMIT} characters."
        raise refuse("password", sentence)


def check_age(born: date, today: date, minimum_years: int) -> None:
    """Whole years on `today`, a UTC date."""
    years = calendar.age(born, today)
    if born > today or years > OLDEST_AGE:
        raise refuse("birth_date", "Please check your birth date.")
    if years < minimum_years:
        sentence = f"You must be at least {minimum_years} years old to use this service."
        raise Refusal(422, "too-young", sentence, [FieldError("birth_date", sentence)])


def check_policy(accepted: str, current: str) -> None:
    if accepted != current:
        raise Refusal(
            409, "policy-changed", "Our privacy policy has changed. Please read it again, then sign up."
        )


def refuse(field: str, sentence: str) -> Refusal:
    """What is wrong with one field, as a refusal to raise."""
    return Refusal(422, "invalid", "Some of these values do not fit.", [FieldError(field, sentence)])
