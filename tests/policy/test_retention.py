"""Retention: an item goes at its earliest end, never before its minimum."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.policy import calendar, profile, retention
from chalicelib.policy.terms import Retention
from tests.policy.written import with_retention

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
CLOCKS = ("created", "call_ended", "account_closed", "last_activity")
MOMENTS = st.integers(0, 4000 * 24).map(lambda hours: NOW + timedelta(hours=hours))
LENGTHS = st.sampled_from(["P0D", "P1D", "P30D", "P1M", "P90D", "P1Y", "P7Y", "P10BD"])


@st.composite
def rules(draw: st.DrawFn) -> list[Retention]:
    """Rules as the lints let them through: a maximum each, and no minimum beyond it."""
    made = []
    for clock in draw(st.lists(st.sampled_from(CLOCKS), min_size=1, unique=True)):
        maximum = draw(LENGTHS)
        shorter = [
            None,
            *(text for text in ("P1D", "P30D", "P1Y") if calendar.days(text) <= calendar.days(maximum)),
        ]
        made.append(Retention(clock=clock, maximum=maximum, minimum=draw(st.sampled_from(shorter))))  # type: ignore[arg-type]
    return made


def test_an_item_goes_at_the_earliest_end_whose_clock_has_started() -> None:
    made = with_retention(
        "call_record",
        '[{ clock = "call_ended", maximum = "P7Y" }, { clock = "account_closed", maximum = "P1M" }]',
    )
    assert made.expires_at("call_record") is None
    assert made.expires_at("call_record", created=NOW) is None
    assert made.expires_at("call_record", call_ended=NOW) == NOW.replace(year=2033)
    both = made.expires_at("call_record", call_ended=NOW, account_closed=NOW)
    assert both == datetime(2026, 4, 1, 9, tzinfo=UTC)


def test_what_lives_with_the_account_has_no_end_until_it_is_closed() -> None:
    kinvo = profile.load("kinvo")
    assert kinvo.expires_at("call_record", call_ended=NOW) is None
    assert kinvo.expires_at("call_record", call_ended=NOW, account_closed=NOW) == NOW + timedelta(days=30)


def test_a_minimum_of_one_clock_outlasts_the_maximum_of_another() -> None:
    made = [
        Retention(clock="call_ended", minimum="P5Y", maximum="P7Y", basis="legal_obligation"),
        Retention(clock="account_closed", maximum="P30D"),
    ]
    assert retention.end(made, {"call_ended": NOW, "account_closed": NOW}) == NOW.replace(year=2031)
    assert retention.not_before(made, {"call_ended": NOW}) == NOW.replace(year=2031)
    assert retention.not_before(made, {"account_closed": NOW}) is None


@given(rules(), st.dictionaries(st.sampled_from(CLOCKS), MOMENTS))
def test_the_end_is_one_of_the_promised_ones_and_never_too_early(
    made: list[Retention], clocks: dict[str, datetime]
) -> None:
    end = retention.end(made, clocks)
    promised = [
        calendar.after(clocks[rule.clock], str(rule.maximum)) for rule in made if rule.clock in clocks
    ]
    floor = retention.not_before(made, clocks)
    if end is None:
        assert not promised
        return
    assert end in promised or end == floor
    assert end >= min(promised)
    assert floor is None or end >= floor


@given(rules(), st.dictionaries(st.sampled_from(CLOCKS), MOMENTS), st.sampled_from(CLOCKS), MOMENTS)
def test_without_minimums_another_clock_can_only_bring_the_end_nearer(
    made: list[Retention], clocks: dict[str, datetime], clock: str, moment: datetime
) -> None:
    free = [Retention(clock=rule.clock, maximum=rule.maximum) for rule in made]
    before, after = retention.end(free, clocks), retention.end(free, {**clocks, clock: moment})
    if before is not None and clock not in clocks:
        assert after is not None
        assert after <= before


def test_what_was_stored_with_an_end_keeps_it_unless_a_promise_is_shorter() -> None:
    later = NOW + timedelta(days=1)
    assert retention.sooner(NOW, later) == NOW
    assert retention.sooner(later, NOW) == NOW
    assert retention.sooner(None, later) == later
    assert retention.sooner(None, None) is None
