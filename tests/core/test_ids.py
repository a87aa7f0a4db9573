"""Ids: sortable, told apart by prefix, and never one that the calendar can't hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core import ids

NOW = datetime(2026, 11, 5, 12, 30, 15, 250_000, tzinfo=UTC)
ZEROS = "0" * 25


def test_an_id_tells_when_it_was_made_to_the_millisecond() -> None:
    assert ids.made_at(ids.new("call", NOW)) == NOW


def test_ids_of_later_moments_sort_later() -> None:
    made = [ids.new("call", NOW + timedelta(milliseconds=step)) for step in range(50)]
    assert made == sorted(made)


def test_ids_of_one_moment_differ() -> None:
    assert len({ids.new("call", NOW) for _ in range(1000)}) == 1000


def test_an_id_of_another_kind_is_not_valid() -> None:
    assert ids.valid("call", ids.new("call", NOW))
    assert not ids.valid("acc", ids.new("call", NOW))
    assert not ids.valid("c", ids.new("call", NOW))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "call_",
        f"call_0{ZEROS}0",
        f"call_8{ZEROS}",
        f"CALL_0{ZEROS}",
        f"call_0{ZEROS}\n",
        f"call_0{'I' * 25}",
        f"call_0{'é' * 25}",
        f"call_0{'٣' * 25}",
        f" call_0{ZEROS}",
        f"call_0{ZEROS}#",
    ],
)
def test_what_is_no_id_is_not_valid(text: str) -> None:
    assert not ids.valid("call", text)
    with pytest.raises(ValueError, match="not an id"):
        ids.made_at(text)


@given(st.from_regex(r"call_[0-9A-HJKMNP-TV-Z]{26}", fullmatch=True))
def test_a_valid_id_always_has_a_moment_with_room_around_it(text: str) -> None:
    if ids.valid("call", text):
        assert ids.made_at(text) + timedelta(days=40) > ids.made_at(text).astimezone(UTC)


def test_an_id_sorts_between_the_bounds_of_its_time() -> None:
    at = datetime(2026, 11, 21, 10, 0, 0, 123000, tzinfo=UTC)
    millisecond = timedelta(milliseconds=1)
    for _ in range(50):
        made = ids.new("call", at)
        assert ids.latest("call", at - millisecond) < ids.earliest("call", at) < made
        assert made < ids.latest("call", at) < ids.earliest("call", at + millisecond)
