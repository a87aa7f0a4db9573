"""When a change may hold: never before the notice, by every channel or by any, as was promised."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.policy import calendar
from chalicelib.policy.terms import ChangeNotice
from chalicelib.privacy import change_rules

AT = datetime(2026, 11, 2, 9, 5, tzinfo=UTC)
CHANNELS: tuple[Literal["page", "mail", "service"], ...] = ("page", "mail", "service")
LEADS = ("P0D", "P1D", "P30D", "P1M", "P10BD")
notices = st.builds(
    ChangeNotice,
    channels=st.lists(st.sampled_from(CHANNELS), min_size=1, max_size=3, unique=True),
    mode=st.sampled_from(("any", "all")),
    lead=st.sampled_from(LEADS),
)
tellings = st.dictionaries(
    st.sampled_from(CHANNELS), st.integers(0, 10**7).map(lambda seconds: AT + timedelta(seconds=seconds))
)


@given(notice=notices, told=tellings)
def test_all_waits_for_the_last_channel_and_any_for_the_first(
    notice: ChangeNotice, told: dict[str, datetime]
) -> None:
    given_at = change_rules.told_at(notice, told)
    reached = [told[channel] for channel in notice.channels if channel in told]
    if notice.mode == "any":
        assert given_at == (min(reached) if reached else None)
    elif len(reached) < len(notice.channels):
        assert given_at is None
    else:
        assert given_at == max(reached)


@given(notice=notices, told=tellings, days=st.integers(0, 200))
def test_nothing_holds_before_its_day_nor_before_the_lead_is_over(
    notice: ChangeNotice, told: dict[str, datetime], days: int
) -> None:
    effective_at = (AT + timedelta(days=days)).date().isoformat()
    from_then = change_rules.may_hold_at(notice, told, effective_at)
    given_at = change_rules.told_at(notice, told)
    assert (from_then is None) == (given_at is None)
    if from_then and given_at:
        assert from_then >= calendar.after(given_at, notice.lead)
        assert from_then >= change_rules.day(effective_at)


@given(notice=notices, told=tellings, more=st.sampled_from(CHANNELS))
def test_another_channel_never_delays_any_and_never_hastens_all(
    notice: ChangeNotice, told: dict[str, datetime], more: str
) -> None:
    before = change_rules.told_at(notice, told)
    after = change_rules.told_at(notice, {more: AT + timedelta(days=400), **told})
    if notice.mode == "any":
        assert before is None or after == before
    else:
        assert after is None or before is None or after >= before


def test_a_month_of_notice_is_a_month() -> None:
    notice = ChangeNotice(channels=["page"], mode="all", lead="P1M")
    assert change_rules.earliest_day(notice, datetime(2027, 1, 31, tzinfo=UTC)).isoformat() == "2027-02-28"
