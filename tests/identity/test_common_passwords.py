"""Passwords that others would guess: common ones, and those made of what everybody knows."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from chalicelib.core.errors import Refusal
from chalicelib.identity import common_passwords, passwords
from chalicelib.identity.common_passwords import guessable
from infra import common_passwords as source
from tests.harness.browser import PASSWORD

ADDRESS = "ada.lovelace@mail.example.org"
COMMON = [password for password in FREQUENCY_LISTS["passwords"] if len(password) >= 8]


def refused(password: str, email: str = ADDRESS) -> bool:
    try:
        passwords.check_new(password, email)
    except Refusal as refusal:
        return [error.message for error in refusal.errors] == [passwords.GUESSABLE]
    return False


def test_the_file_is_made_of_the_list_and_sorted() -> None:
    content = common_passwords.FILE.read_bytes()
    assert content == source.compiled()
    assert len(content) == len(COMMON) * common_passwords.WIDTH_BYTES


def test_every_common_password_of_eight_characters_is_refused() -> None:
    assert len(COMMON) > 10_000
    assert [password for password in COMMON if not refused(password)] == []


def test_letters_of_another_case_or_form_make_no_other_password() -> None:
    for password in COMMON[:2000]:
        assert refused(password.upper())
    assert refused("PaSsWoRd1")
    assert refused(unicodedata.normalize("NFD", "pokémonpokémon"), "pokémon@example.org")
    assert refused("STRASSE-straße", "strasse-strasse@example.org")


@pytest.mark.parametrize(
    "password",
    [
        *("Kinvo123", "kinvokinvo", "KINVO-2026!", "kinvopassword1"),
        *("ada.lovelace", "AdaLovelace", "Lovelace1815", "lovelace!", "example.org1", "mailexample"),
        *(ADDRESS, f"{ADDRESS}1", "Password1lovelace", "ada.lovelace@mail.example.org.org"),
    ],
)
def test_the_services_name_and_ones_own_address_are_no_passwords(password: str) -> None:
    assert refused(password)


@pytest.mark.parametrize(
    "password",
    [
        *(
            PASSWORD,
            "another long password",
            "password password",
            "lovelace in the night",
            "kinvo? no, thanks",
        ),
        *("Analytical engine", "x7$kQ2!b", "ada ada ada", "😀" * 8, "пароль для меня"),
    ],
)
def test_what_only_holds_a_known_word_is_taken(password: str) -> None:
    assert not refused(password)


def test_somebody_elses_address_is_no_known_word() -> None:
    assert refused("lovelace!")
    assert not refused("lovelace!", "eve@example.org")


@given(st.text(min_size=8, max_size=40))
def test_what_stands_in_no_list_is_taken(password: str) -> None:
    folded = common_passwords.fold(password)
    assume(folded not in COMMON)
    assert not guessable(password, [])


@given(st.text(max_size=300), st.text(max_size=60))
def test_no_password_or_address_is_too_odd_to_be_looked_at(password: str, address: str) -> None:
    assert guessable(password, common_passwords.words_of(address)) in (True, False)


@given(st.sampled_from(COMMON), st.data())
def test_case_never_matters(password: str, data: st.DataObject) -> None:
    changed = "".join(data.draw(st.sampled_from([letter.lower(), letter.upper()])) for letter in password)
    assert guessable(changed, [])


def test_too_short_is_said_before_too_common() -> None:
    with pytest.raises(Refusal) as refusal:
        passwords.check_new("12345", ADDRESS)
    assert "8 to 256 characters" in refusal.value.errors[0].message
