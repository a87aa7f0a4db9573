"""Keyed hashes and signatures: each for its purpose, through a rotation."""

from __future__ import annotations

from dataclasses import dataclass
from unittest import mock

import pytest

from chalicelib.core import keys, secrets


@dataclass
class Known:
    address_key: str = "address"
    signing_keys: tuple[str, ...] = ("signing",)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Known:
    made = Known()
    monkeypatch.setattr(secrets, "current", mock.Mock(return_value=made))
    return made


def test_a_signature_is_good_for_its_purpose_and_text_only(known: Known) -> None:
    signature = keys.sign("csrf", "session")
    assert keys.signed("csrf", "session", signature)
    assert not keys.signed("cursor", "session", signature)
    assert not keys.signed("csrf", "another", signature)


def test_a_purpose_cannot_run_over_into_its_text(known: Known) -> None:
    assert keys.sign("csrf", "session") != keys.sign("csrfsession", "")
    assert keys.sign("a", "b:c") != keys.sign("a:b", "c")


@pytest.mark.parametrize("signature", ["", "x", "é", "\udce9", "=" * 43, "\0"])
def test_what_is_no_signature_is_refused_quietly(known: Known, signature: str) -> None:
    try:
        assert not keys.signed("csrf", "session", signature)
    except UnicodeEncodeError:
        assert signature == "\udce9", "only what UTF-8 cannot write, which HTTP cannot carry either"


def test_a_rotation_keeps_what_was_signed_before_until_it_is_over(known: Known) -> None:
    before = keys.sign("csrf", "session")
    known.signing_keys = ("new", "signing")
    after = keys.sign("csrf", "session")
    assert after != before
    assert keys.signed("csrf", "session", before)
    assert keys.signed("csrf", "session", after)
    known.signing_keys = ("new",)
    assert not keys.signed("csrf", "session", before)
    assert keys.signed("csrf", "session", after)


def test_an_addresss_hash_outlives_a_rotation_of_the_signing_keys(known: Known) -> None:
    before = keys.address_hash("ada@example.org")
    known.signing_keys = ("new",)
    assert keys.address_hash("ada@example.org") == before
    known.address_key = "signing"
    assert keys.sign("address", "ada@example.org") != before


def test_tokens_have_256_bits_and_are_stored_as_their_hash() -> None:
    made = {keys.fresh_token() for _ in range(1000)}
    assert len(made) == 1000
    assert all(len(token) >= 43 for token in made)
    token = made.pop()
    assert token not in keys.fingerprint(token)
    assert keys.fingerprint(token) == keys.fingerprint(token)
