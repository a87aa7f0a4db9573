"""Every byte of a password counts, and only its normal form does."""

import unicodedata

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from chalicelib.core import secrets
from chalicelib.core.errors import Refusal
from chalicelib.core.secrets import Secrets
from chalicelib.identity import passwords, rules
from tests.harness.environment import SECRETS

pytestmark = pytest.mark.usefixtures("pepper")
few = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def pepper(monkeypatch: pytest.MonkeyPatch) -> Secrets:
    known = msgspec.convert(SECRETS, Secrets)
    monkeypatch.setattr(secrets, "current", lambda: known)
    return known


@pytest.mark.parametrize("length", [8, 71, 72, 73, 128, 1000])
def test_a_byte_changed_at_any_end_of_any_length_makes_another_password(length: int) -> None:
    password = "a" * length
    stored = passwords.hash(password)
    assert passwords.matches(password, stored)
    for other in ("b" + password[1:], password[:-1] + "b", password[:-1], password + "a"):
        assert not passwords.matches(other, stored)


def test_an_emoji_across_the_border_of_72_bytes_counts_whole() -> None:
    stored = passwords.hash("a" * 70 + "😀")
    assert not passwords.matches("a" * 70 + "😁", stored)


def test_what_follows_a_nul_counts() -> None:
    stored = passwords.hash("secret\0one")
    assert passwords.matches("secret\0one", stored)
    assert not passwords.matches("secret\0two", stored)
    assert not passwords.matches("secret", stored)


def test_spaces_at_the_ends_count() -> None:
    assert not passwords.matches("correct horse", passwords.hash(" correct horse "))


def test_one_letter_composed_in_two_ways_is_one_password() -> None:
    assert passwords.matches("cafe\u0301 noir", passwords.hash("caf\u00e9 noir"))


def test_letters_that_only_look_alike_are_two_passwords() -> None:
    assert not passwords.matches("\ufb01nance!", passwords.hash("finance!"))


@few
@given(st.text(min_size=1, max_size=260), st.text(min_size=1, max_size=260))
def test_two_passwords_are_equal_only_when_their_normal_forms_are(one: str, other: str) -> None:
    assume(unicodedata.normalize("NFC", one) != unicodedata.normalize("NFC", other))
    stored = passwords.hash(one)
    assert not passwords.matches(other, stored)
    assert passwords.matches(unicodedata.normalize("NFD", one), stored)


def test_what_is_stored_is_bcrypt_at_the_cost_of_the_settings_and_never_the_same_twice() -> None:
    stored = passwords.hash("correct horse")
    assert stored.startswith("$2b$04$")
    assert len(stored) == 60
    assert passwords.hash("correct horse") != stored


def test_nothing_stored_matches_nothing() -> None:
    assert not passwords.matches("correct horse", None)
    assert not passwords.matches("", None)


def test_another_pepper_fits_no_stored_hash(pepper: Secrets, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = passwords.hash("correct horse")
    other = msgspec.structs.replace(pepper, password_pepper="another")
    monkeypatch.setattr(secrets, "current", lambda: other)
    assert not passwords.matches("correct horse", stored)


@pytest.mark.parametrize("password", ["a" * 8, "a" * 256, "😀" * 8, "        ", "e\u0301" * 256])
def test_eight_to_256_characters_are_accepted(password: str) -> None:
    rules.check_new_password(password)


@pytest.mark.parametrize("password", ["", "a" * 7, "a" * 257, "e\u0301" * 7])
def test_fewer_or_more_characters_are_refused(password: str) -> None:
    with pytest.raises(Refusal) as refused:
        rules.check_new_password(password)
    assert [error.field for error in refused.value.errors] == ["password"]
