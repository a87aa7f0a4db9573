"""Compiled decks: the longest prefix wins, for any set of prefixes, and nothing half written is read."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from chalicelib.core import settings
from chalicelib.core.settings import SettingsError
from chalicelib.money import decks
from chalicelib.money.decks import Deck, DeckError
from chalicelib.money.rates import Rate
from infra.decks.compiled import compile_deck
from infra.decks.offers import Offer

ORDINARY = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
HUGE = 1_000_000_000


def rate(prefix: str) -> Rate:
    return Rate(prefix, "KE", f"To {prefix}", 24_000, 0, 60, 60, 0, "")


def compiled(*rates: Rate, currency: str = "USD") -> bytes:
    return compile_deck([Offer(rate.prefix, rate) for rate in rates], currency)


def deck_of(*prefixes: str) -> Deck:
    return Deck(compiled(*map(rate, prefixes)))


def found(deck: Deck, e164: str) -> str | None:
    known = deck.find(e164)
    return known.prefix if known else None


prefixes = st.from_regex(r"[1-3][0-3]{0,5}([0-9]{9})?", fullmatch=True)
numbers = st.from_regex(r"[1-3][0-3]{0,8}([0-9]{6})?", fullmatch=True)


@given(st.sets(prefixes, max_size=40), st.lists(numbers, max_size=40))
def test_the_longest_prefix_of_the_number_wins(known: set[str], dialled: list[str]) -> None:
    deck = deck_of(*known)
    for number in [*dialled, *known]:
        expected = max((prefix for prefix in known if number.startswith(prefix)), key=len, default=None)
        assert found(deck, f"+{number}") == expected


@pytest.mark.parametrize(
    ("e164", "expected"),
    [
        ("+254700000000", "2547"),
        ("+254800000000", "254"),
        ("+254799999999999", "2547"),
        ("+255000000000", None),
        ("+253999999999999", None),
        ("+254", "254"),
        ("+25", None),
        ("+2540000000000000", None),
    ],
)
def test_a_prefix_holds_between_its_borders_only(e164: str, expected: str | None) -> None:
    assert found(deck_of("254", "2547"), e164) == expected


def test_a_number_shorter_than_a_prefix_is_not_taken_for_it() -> None:
    assert found(deck_of("1876", "18760000"), "+187600") == "1876"
    assert found(deck_of("18760000"), "+187600") is None


def test_a_rate_comes_back_as_it_was_compiled_with_the_deck_s_version() -> None:
    rates = [
        Rate("1", "US", "United States", 1, 2, 3, 4, 5, "", "EUR"),
        Rate("999999999999999", "001", "Réunion, 携帯", HUGE, HUGE, 3_600, 3_600, 3_600, "", "EUR"),
        Rate("22", "ML", "United States", 0, 0, 1, 1, 0, "", "EUR"),
    ]
    deck = Deck(compiled(*rates, currency="EUR"))
    assert deck.currency == "EUR"
    assert deck.size == 3
    for expected in rates:
        for _ in range(2):
            assert deck.find(f"+{expected.prefix}") == replace(expected, deck_version=deck.version)


def test_a_deck_without_rates_prices_nothing() -> None:
    assert deck_of().find("+12025550123") is None


def test_the_version_is_the_content_s_whatever_the_order() -> None:
    one, two = rate("1"), rate("2")
    version = Deck(compiled(one, two)).version
    assert Deck(compiled(two, one)).version == version
    others = [
        compiled(one, replace(two, price_micros=24_001)),
        compiled(one, replace(two, description="To two")),
        compiled(one),
        compiled(one, two, currency="EUR"),
    ]
    assert len({version, *(Deck(content).version for content in others)}) == 5


def test_a_file_that_is_no_deck_or_not_whole_is_refused(tmp_path: Path) -> None:
    content = compiled(rate("1"), rate("254"))
    path = tmp_path / "some.deck"
    for broken in (b"", b"PK\x03\x04" + content, content[:30], content[:-1], content + b"\0"):
        path.write_bytes(broken)
        with pytest.raises(DeckError):
            decks.load(path)
    path.write_bytes(content)
    assert decks.load(path).find("+254") is not None


def started(
    monkeypatch: pytest.MonkeyPatch, folder: Path, stage: str, name: str, *, packaging: bool = False
) -> None:
    """Start-up of a stage whose package has these decks."""
    found = replace(settings.current(), stage=stage, rate_deck=name, packaging=packaging)
    monkeypatch.setattr(settings, "current", lambda: found)
    monkeypatch.setattr(decks, "DATA", folder)
    decks._packaged.cache_clear()
    try:
        decks.check()
    finally:
        decks._packaged.cache_clear()


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package's folder with the sample deck, and one of the house's own."""
    sample = decks.shipped("sample").read_bytes()
    (tmp_path / "sample.deck").write_bytes(sample)
    (tmp_path / "copied.deck").write_bytes(sample)
    (tmp_path / "broken.deck").write_bytes(sample[:-1])
    (tmp_path / "own.deck").write_bytes(compiled(rate("1")))
    return tmp_path


@pytest.mark.parametrize("stage", ["kinvo", "kinvo-dev", "local"])
def test_a_stage_starts_with_its_own_deck_and_not_without(
    stage: str, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(monkeypatch, package, stage, "own")
    for name in ("missing", "broken"):
        with pytest.raises(SettingsError, match=f"RATE_DECK {name}"):
            started(monkeypatch, package, stage, name)


def test_a_package_can_be_made_before_its_deck(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started(monkeypatch, package, "kinvo", "missing", packaging=True)


def test_a_live_stage_does_not_start_on_the_sample_deck_under_another_name(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for stage in ("kinvo-dev", "local"):
        started(monkeypatch, package, stage, "copied")
    with pytest.raises(SettingsError, match="a copy of the sample deck"):
        started(monkeypatch, package, "kinvo", "copied")


def test_the_functions_do_not_load_without_the_deck_that_they_are_told() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import app"],
        env={**os.environ, "RATE_DECK": "nobody-s"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "SettingsError: The rate deck can't be used (RATE_DECK nobody-s)" in done.stderr


@pytest.fixture(scope="module")
def sample() -> Deck:
    return decks.load(decks.shipped("sample"))


def test_every_country_s_ordinary_example_numbers_have_a_rate_of_their_real_region(sample: Deck) -> None:
    priced = set()
    for region in phonenumbers.SUPPORTED_REGIONS:
        for kind in ORDINARY:
            number = phonenumbers.example_number_for_type(region, kind)
            if number is None:
                continue
            known = sample.find(phonenumbers.format_number(number, PhoneNumberFormat.E164))
            assert known is not None, number
            assert known.country == phonenumbers.region_code_for_number(number), number
            if phonenumbers.number_type(number) == PhoneNumberType.MOBILE:
                assert known.description.endswith("Mobile"), number
            priced.add(known.country)
    assert len(priced) > 230


@pytest.mark.parametrize(
    ("e164", "country"),
    [
        ("+12025550123", "US"),
        ("+14165550123", "CA"),
        ("+18762101234", "JM"),
        ("+12684641234", "AG"),
        ("+18092345678", "DO"),
        ("+18002345678", "US"),
        ("+77710009998", "KZ"),
        ("+79161234567", "RU"),
        ("+447781123456", "GG"),
        ("+390669812345", "VA"),
        ("+390612345678", "IT"),
    ],
)
def test_shared_calling_codes_are_priced_by_real_region(sample: Deck, e164: str, country: str) -> None:
    known = sample.find(e164)
    assert known is not None
    assert known.country == country


@pytest.mark.parametrize(
    "e164",
    [
        "+12112345678",
        "+11234567890",
        "+8821612345678",
        "+881612345678",
        "+870773111632",
        "+979123456789",
        "+999123",
    ],
)
def test_the_sample_deck_has_no_price_where_no_country_is(sample: Deck, e164: str) -> None:
    assert sample.find(e164) is None


def test_toll_free_numbers_are_free(sample: Deck) -> None:
    known = sample.find("+18002345678")
    assert known is not None
    assert (known.price_micros, known.connect_fee_micros) == (0, 0)
