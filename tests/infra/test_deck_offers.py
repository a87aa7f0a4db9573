"""Rates by caller and by day: what sheets say is what the compiled deck answers, at each moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core import clock
from chalicelib.money.decks import Deck
from chalicelib.money.rates import Rate
from infra.decks.compiled import compile_deck
from infra.decks.offers import BadDeck, Row, arrange, changes

FIRST = date(2026, 1, 1)
KENYA, MOBILE = "+254201234567", "+254712345678"
LONDON, PARIS, NEW_YORK = "+442079460018", "+33142345678", "+12125550123"


def row(line: int, prefix: str, *origins: str, day: int = 0) -> Row:
    """A row whose price says its line."""
    rate = Rate("", "KE", "Kenya", line, 0, 60, 60, 0, "")
    return Row(line, prefix, rate, origins, FIRST + timedelta(days=day))


def deck_of(*sheets: list[Row], on: date = FIRST) -> Deck:
    return Deck(compile_deck(arrange(sheets, on), "USD"))


def line_for(
    deck: Deck, e164: str, origin: str | None = None, *, day: int = 0, seconds: int = 0
) -> int | None:
    """The line of the row that prices a call, so many days and seconds after the first."""
    moment = datetime.combine(FIRST, time(), UTC) + timedelta(days=day, seconds=seconds)
    with mock.patch.object(clock, "now", return_value=moment):
        rate = deck.find(e164, origin)
    return rate.price_micros if rate else None


def test_a_caller_s_longest_origin_counts_and_others_get_the_row_without() -> None:
    deck = deck_of([row(1, "254"), row(2, "254", "44", "33"), row(3, "254", "4420", "1")])
    assert line_for(deck, KENYA, LONDON) == 3
    assert line_for(deck, KENYA, "+441132345678") == 2
    assert line_for(deck, KENYA, PARIS) == 2
    assert line_for(deck, KENYA, "+81312345678") == 1
    assert line_for(deck, KENYA) == 1


def test_the_longer_prefix_counts_before_the_longer_origin() -> None:
    deck = deck_of([row(1, "254", "442079460018"), row(2, "2547")])
    assert line_for(deck, MOBILE, LONDON) == 2


def test_a_prefix_without_a_rate_for_the_caller_leaves_it_to_a_shorter_one() -> None:
    deck = deck_of([row(1, "254"), row(2, "2547", "33")])
    assert line_for(deck, MOBILE, PARIS) == 2
    assert line_for(deck, MOBILE, LONDON) == 1
    assert line_for(deck_of([row(1, "254", "33")]), KENYA, LONDON) is None


def test_a_future_price_takes_effect_by_itself_at_midnight_utc() -> None:
    deck = deck_of([row(1, "254"), row(2, "254", day=10)])
    assert line_for(deck, KENYA, day=9, seconds=86_399) == 1
    assert line_for(deck, KENYA, day=10) == 2
    assert line_for(deck, KENYA, day=4_000) == 2


def test_a_prefix_that_begins_later_has_no_price_before() -> None:
    deck = deck_of([row(1, "254", day=10)])
    assert line_for(deck, KENYA, day=9) is None
    assert line_for(deck, KENYA, day=10) == 1


def test_a_later_row_replaces_an_earlier_one_for_its_own_callers_only() -> None:
    deck = deck_of([row(1, "254", "44", "33"), row(2, "254", "44", day=5), row(3, "254")])
    assert [line_for(deck, KENYA, LONDON, day=day) for day in (4, 5)] == [1, 2]
    assert [line_for(deck, KENYA, PARIS, day=day) for day in (4, 5)] == [1, 1]
    assert [line_for(deck, KENYA, NEW_YORK, day=day) for day in (4, 5)] == [3, 3]


def test_a_later_sheet_replaces_the_whole_earlier_one_from_its_first_day() -> None:
    old, new = [row(1, "254"), row(2, "2547"), row(3, "254", day=30)], [row(11, "254", day=20)]
    for sheets in ([old, new], [new, old]):
        deck = deck_of(*sheets)
        assert [line_for(deck, MOBILE, day=day) for day in (0, 19, 20, 40)] == [2, 2, 11, 11]
        assert [line_for(deck, KENYA, day=day) for day in (0, 19, 20, 40)] == [1, 1, 11, 11]


def test_two_sheets_of_one_first_day_are_refused() -> None:
    with pytest.raises(BadDeck, match="Two sheets begin on 2026-01-01"):
        arrange([[row(1, "254")], [row(1, "255")]], FIRST)


def test_what_ended_before_is_left_out_and_what_changes_is_named() -> None:
    sheet = [row(1, "254"), row(2, "254", day=10), row(3, "254", day=20)]
    offers = arrange([sheet], FIRST + timedelta(days=10))
    assert [offer.rate.price_micros for offer in offers] == [2, 3]
    assert changes(offers) == [FIRST + timedelta(days=20)]
    assert changes(arrange([sheet], FIRST + timedelta(days=20))) == []


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ((), (), "Line 2: prefix 254 is already there for 2026-01-01."),
        (("44", "33"), ("33", "1"), "Line 2: prefix 254 from 33 is already there for 2026-01-01."),
    ],
)
def test_two_rows_for_the_same_callers_and_day_are_refused(
    first: tuple[str, ...], second: tuple[str, ...], told: str
) -> None:
    with pytest.raises(BadDeck) as caught:
        arrange([[row(1, "254", *first), row(2, "254", *second)]], FIRST)
    assert caught.value.problems == [told]


prefixes = st.from_regex(r"[12][01]{0,3}", fullmatch=True)
days = st.integers(0, 3)
keys = st.tuples(prefixes, st.one_of(st.just(""), prefixes), days)


@settings(deadline=None)
@given(st.lists(st.lists(keys, min_size=1, max_size=12, unique=True), min_size=1, max_size=3), days)
def test_the_deck_answers_as_a_search_of_all_rows_would(
    drawn: list[list[tuple[str, str, int]]], on: int
) -> None:
    lines = iter(range(1, 100))
    sheets = [
        [
            row(next(lines), prefix, *filter(None, [origin]), day=day + 10 * at)
            for prefix, origin, day in sheet
        ]
        for at, sheet in enumerate(drawn)
    ]
    deck = deck_of(*sheets, on=FIRST + timedelta(days=on))
    for day in (*range(on, 5), 11, 13, 22, 99):
        for to in ("1", "10", "1011", "20001"):
            for origin in (None, "+1011", "+2"):
                assert line_for(deck, f"+{to}", origin, day=day) == _searched(sheets, to, origin, day)


def _searched(sheets: list[list[Row]], to: str, origin: str | None, day: int) -> int | None:
    today = FIRST + timedelta(days=day)
    begun = [sheet for sheet in sheets if min(row.effective_from for row in sheet) <= today]
    fitting = [
        (len(row.prefix), len(named), row.effective_from, row.line)
        for row in (max(begun, key=lambda sheet: min(row.effective_from for row in sheet)) if begun else [])
        for named in ["".join(row.origins)]
        if to.startswith(row.prefix) and (origin or "+")[1:].startswith(named) and row.effective_from <= today
    ]
    return max(fitting)[-1] if fitting else None
