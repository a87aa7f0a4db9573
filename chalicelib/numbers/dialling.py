"""What a user asks to call: read as E.164, and refused kindly when this service does not connect it.

`parse` reads, `check` decides; whoever quotes or dials does both, and from then on uses `Dialled.e164`
alone. phonenumbers is imported at the first number, since a cold start has no time for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.core.errors import Refusal
from chalicelib.policy import profile

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
WORLD = "001"


class Kind(StrEnum):
    """A kind of line; but for satellite, phonenumbers' types by their names."""

    FIXED_LINE = "fixed_line"
    MOBILE = "mobile"
    FIXED_LINE_OR_MOBILE = "fixed_line_or_mobile"
    VOIP = "voip"
    TOLL_FREE = "toll_free"
    PREMIUM_RATE = "premium_rate"
    SHARED_COST = "shared_cost"
    PERSONAL_NUMBER = "personal_number"
    PAGER = "pager"
    UAN = "uan"
    VOICEMAIL = "voicemail"
    SATELLITE = "satellite"


@dataclass(frozen=True, slots=True)
class Dialled:
    """A number in service; `country` is its real region (+1 876 is JM), 001 when it belongs to none."""

    e164: str
    country: str
    kind: Kind


# Inmarsat, the satellite operators, and the networks of no country behind which they lie, too.
SATELLITE_CODES = {870, 881, 882, 883}
# The exchange that the United States and Canada set aside for premium lines; elsewhere it is ordinary.
PREMIUM_EXCHANGE = re.compile(r"\+1[2-9][0-9]{2}976[0-9]{4}")
PREMIUM_EXCHANGE_COUNTRIES = {"US", "CA"}
EMERGENCY_TEST_LINES = {"933"}
LONGEST_SHORT_DIGITS = 8

REFUSED_KINDS = {
    Kind.PREMIUM_RATE: (
        "premium-number",
        "This is a premium number that bills its callers, and we don't connect those.",
    ),
    Kind.SATELLITE: ("satellite-number", "This number is on a satellite network, which we don't connect."),
    Kind.SHARED_COST: (
        "shared-cost-number",
        "This is a shared-cost number, which works in its own country only; please look for an ordinary one.",
    ),
    Kind.PERSONAL_NUMBER: (
        "personal-number",
        "This is a personal number that forwards at a high price; please use the person's ordinary one.",
    ),
    Kind.UAN: (
        "uan-number",
        "This is a company's special number, which we don't connect; please look for its ordinary one.",
    ),
    Kind.VOICEMAIL: ("voicemail-number", "This number only reaches a mailbox, and we don't connect those."),
    Kind.PAGER: ("pager-number", "This number belongs to a pager, which can't take a call."),
}


def parse(text: str) -> Dialled:
    """Read a number in E.164; raises Refusal for anything else, emergency and short numbers by their name."""
    if not E164.fullmatch(text):
        raise _not_e164(text)
    import phonenumbers

    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        raise _not_in_service(text) from None
    if not phonenumbers.is_valid_number(number):
        raise _not_in_service(text)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if e164 != text:
        raise _refusal("number-not-e164", f"Please check this number; did you mean {e164}?")
    country = phonenumbers.region_code_for_number(number) or WORLD
    return Dialled(e164, country, _kind(number, e164, country))


def check(dialled: Dialled, *, allowed: Container[str] | None = None) -> None:
    """Refuse the kinds of lines that we never connect, and countries that are not allowed (None: all are)."""
    if refused := REFUSED_KINDS.get(dialled.kind):
        raise _refusal(*refused)
    if allowed is not None and dialled.country not in allowed:
        raise _refusal("country-not-allowed", "We don't offer calls to this country or network.")


def _kind(number: PhoneNumber, e164: str, country: str) -> Kind:
    import phonenumbers

    if number.country_code in SATELLITE_CODES:
        return Kind.SATELLITE
    if country in PREMIUM_EXCHANGE_COUNTRIES and PREMIUM_EXCHANGE.fullmatch(e164):
        return Kind.PREMIUM_RATE
    return Kind(phonenumbers.PhoneNumberType.to_string(phonenumbers.number_type(number)).lower())


def _not_e164(text: str) -> Refusal:
    """Why this is no E.164 number. Help comes first: `9-1-1` and full-width digits are understood here."""
    digits = "".join(str(unicodedata.digit(sign)) for sign in text[:64] if sign.isdigit())
    if not any(sign.isalpha() for sign in text[:64]) and _is_emergency(digits):
        return _emergency()
    if digits and len(digits) <= LONGEST_SHORT_DIGITS and digits == text:
        return _refusal(
            "short-number",
            "Short numbers only work on a local phone; please give the full one, with + and country code.",
        )
    return _refusal(
        "number-not-e164",
        "Please write the number with + and its country code, digits only, such as +12025550123.",
    )


def _not_in_service(text: str) -> Refusal:
    if _is_emergency(text[1:]):
        return _emergency()
    return _refusal("number-not-valid", "We don't know of such a number; please check its digits.")


def _is_emergency(digits: str) -> bool:
    """Whether some country's phones reach help by these digits, its country code before them or not."""
    if not 2 <= len(digits) <= LONGEST_SHORT_DIGITS:
        return False
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, is_emergency_number

    if digits in EMERGENCY_TEST_LINES:
        return True
    if any(is_emergency_number(digits, region) for region in _regions()):
        return True
    return any(
        is_emergency_number(digits[length:], region)
        for length in (1, 2, 3)
        for region in COUNTRY_CODE_TO_REGION_CODE.get(int(digits[:length]), ())
    )


def _regions() -> list[str]:
    from phonenumbers import SUPPORTED_REGIONS

    return sorted(SUPPORTED_REGIONS, key=lambda region: region != "US")  # most are asked from there


def _emergency() -> Refusal:
    return _refusal("emergency-number", profile.current().calls.emergency_sentence)


def _refusal(type: str, detail: str) -> Refusal:
    return Refusal(422, type, detail)
