"""What may be dialled, and how the rest is refused."""

import subprocess
import sys
from collections.abc import Iterator

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from chalicelib.core.errors import Refusal
from chalicelib.numbers.dialling import Dialled, Kind, check, parse

REFUSED_TYPES = {
    PhoneNumberType.PREMIUM_RATE: "premium-number",
    PhoneNumberType.SHARED_COST: "shared-cost-number",
    PhoneNumberType.PERSONAL_NUMBER: "personal-number",
    PhoneNumberType.UAN: "uan-number",
    PhoneNumberType.VOICEMAIL: "voicemail-number",
    PhoneNumberType.PAGER: "pager-number",
}


def refused(text: str) -> str:
    with pytest.raises(Refusal) as caught:
        check(parse(text))
    assert caught.value.status == 422
    assert caught.value.detail.endswith((".", "?"))
    return caught.value.type


def examples(kind: int) -> Iterator[str]:
    """Each region's example of a kind, where it is whole (a few plans list local short ones) and its own."""
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        number = phonenumbers.example_number_for_type(region, kind)
        if number and phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) == kind:
            e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
            if len(e164) > 7:
                yield e164


@pytest.mark.parametrize(
    ("text", "country", "kind"),
    [
        ("+12025550123", "US", Kind.FIXED_LINE_OR_MOBILE),
        ("+14165550123", "CA", Kind.FIXED_LINE_OR_MOBILE),
        ("+18765230123", "JM", Kind.FIXED_LINE_OR_MOBILE),
        ("+12684601234", "AG", Kind.FIXED_LINE),
        ("+18092345678", "DO", Kind.FIXED_LINE_OR_MOBILE),
        ("+17872345678", "PR", Kind.FIXED_LINE_OR_MOBILE),
        ("+442079460018", "GB", Kind.FIXED_LINE),
        ("+447781123456", "GG", Kind.MOBILE),
        ("+77710009998", "KZ", Kind.MOBILE),
        ("+390669812345", "VA", Kind.FIXED_LINE),
        ("+80012345678", "001", Kind.TOLL_FREE),
    ],
)
def test_a_number_is_read_with_its_real_region_and_kind(text: str, country: str, kind: Kind) -> None:
    dialled = parse(text)
    assert dialled == Dialled(text, country, kind)
    check(dialled)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        "2025550123",
        "12025550123",
        "0012025550123",
        "011442079460018",
        "+1 202 555 0123",
        "+1-202-555-0123",
        "+1(202)5550123",
        " +12025550123",
        "+12025550123\n",
        "++12025550123",
        "+02025550123",
        "+1202555O123",
        "+1-800-FLOWERS",
        "+12025550123;ext=5",
        "+12025550123x5",
        "+12025550123,,5",
        "tel:+12025550123",
        "sip:+12025550123@example.com",
        "\uff0b\uff11\uff12\uff10\uff12\uff15\uff15\uff15\uff10\uff11\uff12\uff13",
        "+\uff11\uff12\uff10\uff12\uff15\uff15\uff15\uff10\uff11\uff12\uff13",
        "+\u0661\u0662\u0660\u0662\u0665\u0665\u0665\u0660\u0661\u0662\u0663",
        "\u202e+12025550123",
        "+12025550123</Number><Number>+19002345678",
        "+4402079460018",
        "+1234567890123456",
        "1e10",
        "9" * 100_000,
    ],
)
def test_anything_but_plain_e164_is_refused(text: str) -> None:
    assert refused(text) == "number-not-e164"


def test_a_number_with_a_stray_trunk_digit_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(Refusal) as caught:
        parse("+4402079460018")
    assert "+442079460018" in caught.value.detail


@pytest.mark.parametrize("text", ["+999123456789", "+12021234567", "+18761234567", "+8888888888"])
def test_a_number_that_no_plan_knows_is_refused(text: str) -> None:
    assert refused(text) == "number-not-valid"


@pytest.mark.parametrize(
    "text",
    [
        "911",
        "112",
        "999",
        "000",
        "119",
        "933",
        "+911",
        "+112",
        "+1911",
        "+44999",
        "1911",
        "9-1-1",
        " 911 ",
        "\uff19\uff11\uff11",
    ],
)
def test_an_emergency_number_is_explained_and_points_to_help(text: str) -> None:
    assert refused(text) == "emergency-number"
    with pytest.raises(Refusal, match="emergency-number") as caught:
        parse(text)
    assert "from a phone" in caught.value.detail


def test_every_country_s_emergency_number_is_known_with_and_without_its_code() -> None:
    known = 0
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        short = phonenumbers.PhoneMetadata.short_metadata_for_region(region)
        number = short.emergency.example_number if short and short.emergency else None
        if number is not None:
            known += 1
            assert refused(number) == "emergency-number"
            assert refused(f"+{phonenumbers.country_code_for_region(region)}{number}") == "emergency-number"
    assert known > 230


@pytest.mark.parametrize("text", ["611", "988", "116123", "40404"])
def test_a_short_number_is_named_as_such(text: str) -> None:
    assert refused(text) == "short-number"


@pytest.mark.parametrize("kind", REFUSED_TYPES, ids=REFUSED_TYPES.values())
def test_each_country_s_example_of_a_costly_kind_is_refused_by_its_name(kind: int) -> None:
    answers = {refused(number) for number in examples(kind)}
    assert answers == {REFUSED_TYPES[kind]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+19002345678", "premium-number"),
        ("+12129761234", "premium-number"),
        ("+14169761234", "premium-number"),
        ("+979123456789", "premium-number"),
        ("+8821612345678", "satellite-number"),
        ("+881612345678", "satellite-number"),
        ("+870773111632", "satellite-number"),
        ("+883510012345678", "satellite-number"),
        ("+80812345678", "shared-cost-number"),
        ("+15005551234", "personal-number"),
        ("+447045123456", "personal-number"),
    ],
)
def test_costly_numbers_are_refused_by_their_name(text: str, expected: str) -> None:
    assert refused(text) == expected


def test_the_premium_exchange_of_north_america_is_an_ordinary_one_in_jamaica() -> None:
    dialled = parse("+18769761234")
    assert dialled.country == "JM"
    check(dialled)


@pytest.mark.parametrize("kind", [PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE])
def test_every_ordinary_example_number_is_connected(kind: int) -> None:
    numbers = list(examples(kind))
    assert len(numbers) > 180
    for number in numbers:
        check(parse(number))


def test_a_country_is_allowed_by_its_real_region_not_by_its_calling_code() -> None:
    check(parse("+12025550123"), allowed={"US", "CA"})
    with pytest.raises(Refusal, match="country-not-allowed"):
        check(parse("+18765230123"), allowed={"US", "CA"})


def test_a_costly_number_is_named_before_its_country_is() -> None:
    with pytest.raises(Refusal, match="premium-number"):
        check(parse("+19002345678"), allowed=set())


@given(st.one_of(st.text(), st.from_regex(r"\+?[0-9]{1,17}", fullmatch=True)))
def test_any_text_is_either_refused_or_is_the_number_that_will_be_dialled(text: str) -> None:
    try:
        dialled = parse(text)
    except Refusal:
        return
    assert isinstance(dialled, Dialled)
    assert dialled.e164 == text


def test_nothing_of_phonenumbers_is_imported_before_the_first_number_and_no_names_of_places_ever() -> None:
    script = (
        "import sys; from chalicelib.numbers import dialling;"
        "assert 'phonenumbers' not in sys.modules;"
        "dialling.check(dialling.parse('+12025550123'));"
        "assert not any('geodata' in name or 'carrierdata' in name for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
