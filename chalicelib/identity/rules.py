"""What makes an address, a password, an age and what else people tell of themselves acceptable. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from chalicelib.core import countries
from chalicelib.core.errors import FieldError, Refusal
from chalicelib.policy import calendar

ADDRESS_LIMIT = 254
PASSWORD_MINIMUM = 8
PASSWORD_LIMIT = 256
OLDEST_AGE = 130
ADDRESS_LINES = 6
PHONE = re.compile(r"\+[1-9][0-9]{6,14}")

ASCII = re.ASCII | re.IGNORECASE
# Plain ASCII: no quoted local parts, comments or address literals, so that nothing can pass for a header.
LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", ASCII)
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])", ASCII)


def address(text: str, field: str = "email") -> str:
    """The address as mail goes there: stripped, its domain in lower case. Refuses what is none."""
    local, _, domain = text.strip().rpartition("@")
    fits = len(local) <= 64 and len(local) + 1 + len(domain) <= ADDRESS_LIMIT
    if not (fits and LOCAL.fullmatch(local) and DOMAIN.fullmatch(domain)):
        raise refuse(field, "Please check this address; it should look like name@example.com.")
    return f"{local}@{domain.lower()}"


def password(text: str) -> str:
    """The one form of a password that looks the same on every keyboard (NFC); never trimmed or cut."""
    return unicodedata.normalize("NFC", text)


def check_new_password(text: str) -> None:
    """Counts characters of the normal form, so that accents typed apart count once."""
    if not PASSWORD_MINIMUM <= len(password(text)) <= PASSWORD_LIMIT:
        sentence = f"Please choose a password of {PASSWORD_MINIMUM} to {PASSWORD_LIMIT} characters."
        raise refuse("password", sentence)


def line(field: str, text: str) -> str:
    """One line as it is kept: composed (NFC), any white space a single blank. Refuses an empty one."""
    told = " ".join(unicodedata.normalize("NFC", text).split())
    if not told or any(unicodedata.category(sign) == "Cc" for sign in told):
        raise refuse(field, "Please fill this in.")
    return told


def lines(field: str, text: str) -> str:
    """A few lines, such as an address as it stands on an envelope; empty ones are dropped."""
    told = [line(field, one) for one in text.splitlines() if one.strip()]
    if not 0 < len(told) <= ADDRESS_LINES:
        raise refuse(field, f"Please write this in one to {ADDRESS_LINES} lines.")
    return "\n".join(told)


def phone(field: str, text: str) -> str:
    """A phone number in E.164, however it was spaced."""
    told = re.sub(r"[\s().-]", "", text)
    if not PHONE.fullmatch(told):
        raise refuse(field, "Please give the number with its country, such as +1 202 555 0123.")
    return told


def country(field: str, text: str) -> str:
    """A country by its code (ISO 3166)."""
    if text not in countries.CODES:
        raise refuse(field, "Please choose a country.")
    return text


def check_age(born: date, today: date, minimum_years: int) -> None:
    """Whole years on `today`, a UTC date."""
    years = calendar.age(born, today)
    if born > today or years > OLDEST_AGE:
        raise refuse("birth_date", "Please check your birth date.")
    if years < minimum_years:
        sentence = f"You must be at least {minimum_years} years old to use this service."
        raise Refusal(422, "too-young", sentence, [FieldError("birth_date", sentence)])


def is_younger(born: date, today: date, years: int) -> bool:
    """Whether the birthday of so many years is still to come."""
    return calendar.age(born, today) < years


def check_policy(accepted: str, current: str) -> None:
    if accepted != current:
        raise Refusal(
            409, "policy-changed", "Our privacy policy has changed. Please read it again, then sign up."
        )


def refuse(field: str, sentence: str) -> Refusal:
    """What is wrong with one field, as a refusal to raise."""
    return Refusal(422, "invalid", "Some of these values do not fit.", [FieldError(field, sentence)])
