"""What people tell of themselves: the form in which it is kept, and what is refused with a kind sentence."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core import countries
from chalicelib.core.errors import Refusal
from chalicelib.identity import details, rules
from chalicelib.policy import profile
from infra.policy import compiled
from tests.harness.offering import obeying

OFFICIAL = set(phonenumbers.SUPPORTED_REGIONS) - {"AC", "TA", "XK"}
"""Regions with phone numbers, without those that ISO 3166 has no country for."""


def refused(field: str, text: str) -> str:
    with pytest.raises(Refusal) as refusal:
        details.KNOWN[field][1](field, text)
    assert (refusal.value.status, [error.field for error in refusal.value.errors]) == (422, [field])
    return refusal.value.errors[0].message


def test_white_space_of_any_kind_is_a_single_blank_in_a_line() -> None:
    assert rules.line("name", "  Ada\u3000 Love\n\tlace ") == "Ada Love lace"
    assert rules.line("name", "Zoe\u0308") == "Zo\u00eb"


@pytest.mark.parametrize("text", ["", " \n ", "Ada\x00", "\x1b[2J", "\u0085\x9b"])
def test_a_name_without_a_letter_or_with_signs_that_steer_a_screen_is_refused(text: str) -> None:
    assert refused("name", text) == "Please fill this in."


def test_an_address_keeps_its_lines_and_loses_empty_ones() -> None:
    assert rules.lines("billing_address", "1 Example St\r\n\n  Town \n") == "1 Example St\nTown"
    assert refused("billing_address", "\n".join("1234567")) == "Please write this in one to 6 lines."
    refused("billing_address", "\n \n")


@pytest.mark.parametrize("text", ["+1 (202) 555-0123", "+12025550123", "+1.202.555.0123"])
def test_a_phone_number_is_one_however_it_is_spaced(text: str) -> None:
    assert rules.phone("phone", text) == "+12025550123"


@pytest.mark.parametrize(
    "text", ["2025550123", "+0123456789", "+1202555012a", "+" + "1" * 16, "tel:+123456789"]
)
def test_a_phone_number_without_its_country_is_refused(text: str) -> None:
    assert "+1 202 555 0123" in refused("phone", text)


def test_countries_are_those_of_iso_3166() -> None:
    assert len(countries.CODES) == 249
    assert OFFICIAL <= countries.CODES
    assert rules.country("country", "DE") == "DE"
    for text in ("de", "XX", "EU", "Germany", ""):
        refused("country", text)


@given(st.text(max_size=80))
def test_what_is_kept_of_a_text_is_kept_as_it_is_when_told_again(text: str) -> None:
    for field, (_, rule) in details.KNOWN.items():
        try:
            once = rule(field, text)
        except Refusal:
            continue
        assert rule(field, once) == once


@pytest.mark.parametrize("id", profile.known())
def test_every_field_that_a_policy_collects_can_be_asked_for_and_waits_with_the_sign_up(id: str) -> None:
    with obeying(id) as policy:
        assert set(details.collected()) <= set(details.KNOWN)
        if details.collected():
            assert set(details.collected()) <= set(policy.category_of("sign_up").fields)


def test_every_field_that_the_inventory_knows_of_a_person_can_be_asked_for() -> None:
    inventory = compiled.load("kinvo").sources.inventory
    [kind] = [kind for kind in inventory.category if kind.id == details.CATEGORY]
    assert set(kind.fields) == set(details.KNOWN)
