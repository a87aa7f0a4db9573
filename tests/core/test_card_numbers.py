"""Card numbers are found in text, and phone numbers are not taken for them."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat

from chalicelib.core import card_numbers, clock, ids

# Numbers that the networks and payment providers publish for tests.
CARDS = [
    "4242424242424242",
    "4000056655665556",
    "5555555555554444",
    "2223003122003222",
    "5200828282828210",
    "378282246310005",
    "371449635398431",
    "6011111111111117",
    "3056930009020004",
    "36227206271667",
    "6555900000604105",
    "3566002020360505",
    "6200000000000005",
    "6205500000000000004",
]
TOGETHER = [
    (region, kind)
    for region in sorted(phonenumbers.SUPPORTED_REGIONS)
    for kind in (PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL)
]


def in_groups(digits: str, separator: str) -> str:
    return separator.join(digits[start : start + 4] for start in range(0, len(digits), 4))


@pytest.mark.parametrize("digits", CARDS)
@pytest.mark.parametrize("separator", ["", " ", "-", "\u00a0", "\u2011"])
def test_a_card_number_is_found_however_it_is_written(digits: str, separator: str) -> None:
    written = in_groups(digits, separator)
    for text in (written, f"my card: {written}.", f"{written} 12/29 123", f"{written} 12 29", f'"{written}"'):
        assert card_numbers.held_by(text), text
        left = card_numbers.masked(text)
        assert "[card number]" in left
        assert not card_numbers.held_by(left)
        assert digits[:6] not in left.replace(separator, "") if separator else digits not in left


@given(st.sampled_from(CARDS), st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_makes_it_none(digits: str, place: int, more: int) -> None:
    other = str((int(digits[place]) + more) % 10)
    assert not card_numbers.held_by(digits[:place] + other + digits[place + 1 :])


@pytest.mark.parametrize(("region", "form"), TOGETHER)
def test_no_countrys_phone_numbers_are_cards(region: str, form: int) -> None:
    for kind in phonenumbers.PhoneNumberType.values():
        example = phonenumbers.example_number_for_type(region, kind)
        if example:
            assert not card_numbers.held_by(phonenumbers.format_number(example, form))


@given(st.integers(10**6, 10**15 - 1))
def test_no_number_with_a_plus_is_a_card(number: int) -> None:
    assert not card_numbers.held_by(f"+{number}")


@given(st.integers(10**11, 10**13 - 1))
def test_what_is_as_long_as_phones_are_is_no_card(number: int) -> None:
    assert not card_numbers.held_by(str(number))


@pytest.mark.parametrize("prefix", ["acc", "call", "ord", "req"])
def test_our_own_ids_and_moments_are_no_cards(prefix: str) -> None:
    now = clock.now()
    texts = [ids.new(prefix, now) for _ in range(200)] + [clock.render(now), clock.render_exactly(now)]
    assert not any(card_numbers.held_by(text) for text in texts)


@given(st.text(max_size=60))
def test_any_text_is_looked_at_and_masking_leaves_none(text: str) -> None:
    assert not card_numbers.held_by(card_numbers.masked(text))
