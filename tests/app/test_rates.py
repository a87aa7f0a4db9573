"""Prices through the doors: by caller, by day, frozen while a call lasts, and countries with a switch."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec
import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from chalicelib.core import clock as service_clock
from chalicelib.core import settings
from chalicelib.money.rates import Rate
from chalicelib.policy import profile
from infra.decks.compiled import compile_deck, write
from infra.decks.offers import Row, arrange
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.stage import Stage

LONDON, KINGSTON, SOMALIA = "+442079460958", "+18765230123", "+252612345678"
PARIS_CALLER = "+33142345678"


@pytest.fixture
def deck_file(tmp_path: Path) -> Iterator[Path]:
    """Where a laptop looks for an imported deck."""
    file = tmp_path / "rates.deck"
    settings.current.cache_clear()
    with mock.patch.dict(os.environ, {"DECK_FILE": str(file)}):
        yield file
    settings.current.cache_clear()


@pytest.fixture
def caller(browser: Browser, deck_file: Path) -> Browser:
    return browser.sign_up().top_up(10_000_000)


def row(prefix: str, country: str, price_micros: int, *origins: str, days: int = 0) -> Row:
    rate = Rate("", country, f"{country} by hand", price_micros, 0, 60, 60, 0, "")
    return Row(1, prefix, rate, origins, today() + timedelta(days=days))


def sell(deck_file: Path, *rows: Row) -> None:
    write(compile_deck(arrange([rows], today()), "USD"), deck_file)


def today() -> date:
    return service_clock.now().date()


def price(browser: Browser, to: str, **more: str) -> int | str:
    """What a quote says a minute costs, or why there is none."""
    answer = browser.get("/api/quote", to=to, **more)
    return int(answer.json["price_micros"]) if answer.status == 200 else str(answer.json["type"])


def newest_call(browser: Browser) -> dict[str, Any]:
    return dict(browser.get("/api/calls").json["items"][0])


def test_a_deck_that_is_imported_while_it_runs_sets_the_next_price(caller: Browser, deck_file: Path) -> None:
    before = caller.get("/api/quote", to=LONDON).json
    sell(deck_file, row("44", "GB", 70_000))
    after = caller.get("/api/quote", to=LONDON).json
    assert after["price_micros"] == 70_000
    assert after["deck_version"] != before["deck_version"]
    sell(deck_file, row("44", "GB", 80_000))
    assert price(caller, LONDON) == 80_000
    assert price(caller, "+33142345678") == "number-unpriced"


def test_the_price_of_the_hold_is_charged_whatever_the_deck_says_at_the_end(
    caller: Browser, deck_file: Path, stage: Stage
) -> None:
    sell(deck_file, row("44", "GB", 60_000))
    live = stage.carrier.start_call(caller.post("/api/calls/token").json["token"], LONDON)
    version = caller.get("/api/quote", to=LONDON).json["deck_version"]
    sell(deck_file, row("44", "GB", 900_000))
    stage.carrier.end_call(live["call_sid"], 120)
    call = newest_call(caller)
    assert call["cost"]["amount_micros"] == 120_000
    assert (call["rate"]["price_micros"], call["rate"]["deck_version"]) == (60_000, version)
    caller.call(LONDON, 60)
    assert newest_call(caller)["cost"]["amount_micros"] == 900_000


def test_a_price_that_begins_during_a_call_is_the_next_call_s(
    caller: Browser, deck_file: Path, stage: Stage, clock: Clock
) -> None:
    sell(deck_file, row("44", "GB", 60_000), row("44", "GB", 900_000, days=1))
    live = stage.carrier.start_call(caller.post("/api/calls/token").json["token"], LONDON)
    clock.advance(timedelta(days=1))
    stage.carrier.end_call(live["call_sid"], 60)
    assert newest_call(caller)["cost"]["amount_micros"] == 60_000
    assert price(caller, LONDON) == 900_000


def test_a_quote_is_for_the_caller_id_that_is_shown_or_else_the_house_number(
    caller: Browser, deck_file: Path
) -> None:
    sell(deck_file, row("44", "GB", 90_000), row("44", "GB", 20_000, "1202"), row("44", "GB", 30_000, "33"))
    assert price(caller, LONDON) == 20_000
    assert price(caller, LONDON, **{"from": PARIS_CALLER}) == 30_000
    assert price(caller, LONDON, **{"from": "+81312345678"}) == 90_000
    caller.call(LONDON, 60)
    assert newest_call(caller)["cost"]["amount_micros"] == 20_000


@pytest.mark.parametrize(
    "origin", ["", "anonymous", "12025550100", "+1", "+1202555010012345", "sip:+12025550100"]
)
def test_what_is_no_caller_id_is_refused(caller: Browser, origin: str) -> None:
    assert price(caller, LONDON, **{"from": origin}) == "invalid"


def test_one_row_for_north_america_prices_its_own_country_only(caller: Browser, deck_file: Path) -> None:
    sell(deck_file, row("1", "US", 10_000), row("1416", "CA", 11_000), row("44", "GB", 12_000))
    assert price(caller, "+12025550123") == 10_000
    assert price(caller, "+14165550123") == 11_000
    for others in (KINGSTON, "+12684601234", "+18092345678", "+17872345678", "+15065012345"):
        assert price(caller, others) == "number-unpriced"
    assert price(caller, "+447781123456") == 12_000  # Guernsey's share the United Kingdom's prices by custom


def north_american_examples() -> list[str]:
    found = []
    for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[1]:
        number = phonenumbers.example_number_for_type(region, PhoneNumberType.FIXED_LINE)
        assert number is not None
        found.append(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    return found


def test_no_north_american_country_is_sold_as_the_united_states(caller: Browser, deck_file: Path) -> None:
    sell(deck_file, row("1", "US", 10_000))
    sold = [number for number in north_american_examples() if price(caller, number) == 10_000]
    assert len(north_american_examples()) >= 25
    assert {phonenumbers.region_code_for_number(phonenumbers.parse(number)) for number in sold} == {"US"}


def test_a_high_risk_country_is_off_until_it_is_switched_on(caller: Browser) -> None:
    assert price(caller, SOMALIA) == "high-risk-country"
    refused = caller.call(SOMALIA, 60)
    assert "until your limits allow them" in refused["twiml"]
    assert "<Dial" not in refused["twiml"]
    assert caller.get("/api/balance").json["held"]["amount_micros"] == 0

    put = caller.put("/api/limits", {"high_risk_countries": True})
    assert put.json["high_risk_countries"] is True
    assert isinstance(price(caller, SOMALIA), int)
    assert caller.call(SOMALIA, 60)["outcome"] == "completed"

    caller.put("/api/limits", {"day_micros": 9_000_000})
    assert caller.get("/api/limits").json["high_risk_countries"] is False
    assert price(caller, SOMALIA) == "high-risk-country"


def test_switching_it_on_asks_for_a_fresh_sign_in_and_keeping_it_does_not(
    caller: Browser, clock: Clock
) -> None:
    clock.advance(timedelta(minutes=16))
    refused = caller.put("/api/limits", {"high_risk_countries": True})
    assert (refused.status, refused.json["type"]) == (403, "sign-in-again")
    assert caller.put("/api/limits", {"call_micros": 1_000_000}).status == 200
    caller.sign_in().put("/api/limits", {"high_risk_countries": True})
    clock.advance(timedelta(minutes=16))
    assert caller.put("/api/limits", {"high_risk_countries": True, "day_micros": 1}).status == 200


def test_a_country_that_the_profile_does_not_name_is_not_called(caller: Browser) -> None:
    policy = profile.current()
    only = msgspec.structs.replace(policy.calls, countries=frozenset({"US"}), high_risk_countries=frozenset())
    with mock.patch.object(profile, "current", return_value=msgspec.structs.replace(policy, calls=only)):
        assert isinstance(price(caller, "+12025550123"), int)
        for others in (LONDON, KINGSTON, SOMALIA):
            assert price(caller, others) == "country-not-allowed"
            assert "<Dial" not in caller.call(others, 60)["twiml"]
    assert "KP" not in policy.calls.countries
    assert price(caller, "+8501921234567") == "country-not-allowed"
