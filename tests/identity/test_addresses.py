"""Which addresses are taken, and in which form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import Refusal
from chalicelib.identity import rules

ORDINARY = ["ada@example.org", "a.b+calls@sub.example.co.uk", "o'neil_1@xn--bcher-kva.example", "A@b-c.dev"]
WRONG = [
    "",
    "ada",
    "@example.org",
    "ada@",
    "ada@example",
    "ada@@example.org",
    "ada@example..org",
    "ada@-example.org",
    "ada@example.1",
    ".ada@example.org",
    "a..da@example.org",
    "ada@exa mple.org",
    "ada@example.org, eve@example.org",
    "ada@example.org\r\nBcc: eve@example.org",
    "Ada <ada@example.org>",
    '"ada"@example.org',
    "ada@[127.0.0.1]",
    "ad\u0430@example.org",
    "ada@exam\u017fple.org",
    "ada@e\u212axample.org",
    "ada\0@example.org",
    "a" * 65 + "@example.org",
    "ada@" + "a." * 125 + "org",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_address_is_taken_as_it_is(text: str) -> None:
    assert rules.address(text) == text


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_plain_address_is_refused_by_its_field(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        rules.address(text)
    assert (refused.value.status, [error.field for error in refused.value.errors]) == (422, ["email"])


def test_space_around_it_goes_and_the_domain_is_lowered_but_the_name_stays_as_typed() -> None:
    assert rules.address("  Ada.Lovelace@EXAMPLE.Org\n") == "Ada.Lovelace@example.org"


def test_an_address_of_254_characters_is_taken_and_one_of_255_is_not() -> None:
    domain = ".".join(["d" * 63, "d" * 63, "d" * 57, "org"])
    assert len(rules.address("l" * 64 + "@" + domain)) == 254
    with pytest.raises(Refusal):
        rules.address("l" * 64 + "@d" + domain)


@given(st.text(max_size=300))
def test_any_text_is_an_ascii_address_without_spaces_or_is_refused(text: str) -> None:
    try:
        address = rules.address(text)
    except Refusal:
        return
    assert address.isascii()
    assert address.count("@") == 1
    assert not set(address) & set(' \t\r\n,;:<>()[]\\"\0')
    assert rules.address(address) == address
