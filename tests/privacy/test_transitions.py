"""The table of transitions and the deadlines, without a table, a clock or a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.privacy import rules
from chalicelib.privacy.rules import OutOfTurn, State, Way

NOON = datetime(2027, 1, 31, 12, tzinfo=UTC)
ENDS = {"fulfilled", "partially_fulfilled", "denied", "expired", "cancelled"}
TYPES = tuple(rules.TRANSITIONS)


def paths(type: str = "deletion", state: State = "received") -> list[list[State]]:
    followers = rules.TRANSITIONS[type][state]
    return [[state, *rest] for to in followers for rest in paths(type, to)] if followers else [[state]]


def test_these_are_all_the_paths_that_a_deletion_can_take() -> None:
    assert sorted(paths()) == [
        ["received", "cancelled"],
        ["received", "grace", "cancelled"],
        ["received", "grace", "in_progress", "awaiting_processors", "fulfilled"],
        ["received", "grace", "in_progress", "awaiting_processors", "held", "fulfilled"],
        ["received", "grace", "in_progress", "fulfilled"],
        ["received", "grace", "in_progress", "held", "fulfilled"],
    ]


@pytest.mark.parametrize("type", rules.EXPORTS)
def test_these_are_all_the_paths_that_a_request_for_a_file_can_take(type: str) -> None:
    assert sorted(paths(type)) == [
        ["received", "cancelled"],
        ["received", "in_progress", "cancelled"],
        ["received", "in_progress", "fulfilled"],
    ]


@pytest.mark.parametrize("type", rules.ANSWERED)
def test_these_are_all_the_paths_that_an_answered_request_can_take(type: str) -> None:
    answers = [["fulfilled"], ["partially_fulfilled"], ["denied"], ["cancelled"]]
    known = ["received", "acknowledged"]
    assert sorted(paths(type)) == sorted(
        [
            ["received", "fulfilled"],
            ["received", "cancelled"],
            [*known, "cancelled"],
            *([*known, "verified", *end] for end in answers),
            *([*known, "verifying", end] for end in ("denied", "expired", "cancelled")),
            *([*known, "verifying", "verified", *end] for end in answers),
        ]
    )


@pytest.mark.parametrize("way", rules.WAYS)
@pytest.mark.parametrize("proved", [False, True])
def test_what_goes_on_by_itself_goes_along_the_table_and_stops_where_somebody_is_asked(
    way: Way, proved: bool
) -> None:
    stops: dict[str, State] = {}
    for state in rules.ANSWER:
        at = state
        while to := rules.onward(way, at, proved=proved):
            rules.check("correction", at, to)
            at = to
        stops[state] = at
    by_mail = "verified" if proved else "verifying"
    waits = {"self_service": "fulfilled", "signed_in": "verified", "mail": by_mail}
    assert stops["received"] == stops["acknowledged"] == waits[way]
    assert stops["verified"] == ("fulfilled" if way == "self_service" else "verified")
    assert all(stops[state] == state for state in rules.ENDS)


def test_every_state_is_on_a_path_from_receipt_to_an_end() -> None:
    assert {state for type in TYPES for path in paths(type) for state in path} == set(rules.STATES)
    assert {path[-1] for type in TYPES for path in paths(type)} == ENDS == set(rules.ENDS)


@pytest.mark.parametrize("type", TYPES)
def test_from_every_state_an_end_can_be_reached(type: str) -> None:
    assert all(path[-1] in ENDS for state in rules.TRANSITIONS[type] for path in paths(type, state))


@pytest.mark.parametrize("type", TYPES)
@pytest.mark.parametrize("state", rules.STATES)
@pytest.mark.parametrize("to", rules.STATES)
def test_a_state_is_left_only_as_the_table_says(type: str, state: State, to: State) -> None:
    if to in rules.TRANSITIONS[type].get(state, ()):
        rules.check(type, state, to)
    else:
        with pytest.raises(OutOfTurn) as refused:
            rules.check(type, state, to)
        assert refused.value.state == state


@pytest.mark.parametrize("type", TYPES)
def test_no_state_is_entered_twice(type: str) -> None:
    assert all(len(set(path)) == len(path) for path in paths(type))


def test_a_deletion_that_has_begun_can_no_longer_be_cancelled() -> None:
    assert not any("cancelled" in path for path in paths("deletion", "in_progress"))


def test_only_the_ends_are_closed() -> None:
    assert {state for state in rules.STATES if not rules.is_open(state)} == ENDS


def test_deadlines_count_from_receipt_by_the_calendar() -> None:
    ends = rules.deadlines(NOON, grace="P7D", dues=["P45D", "P1M"], waived=False)
    assert ends.grace_ends_at == datetime(2027, 2, 7, 12, tzinfo=UTC)
    assert ends.due_at == datetime(2027, 2, 28, 12, tzinfo=UTC)


@given(st.timedeltas(timedelta(), timedelta(days=27_000)))
def test_acknowledging_counts_business_days_and_an_extension_the_first_deadline(after: timedelta) -> None:
    at = NOON + after
    ends = rules.deadlines(
        at, grace="P7D", dues=["P1M", "P45D"], waived=True, acknowledge="P10BD", extend="P45D"
    )
    assert ends.acknowledge_by
    assert ends.acknowledge_by.weekday() < 5
    days = (at + timedelta(days=day) for day in range(1, (ends.acknowledge_by - at).days + 1))
    assert sum(day.weekday() < 5 for day in days) == 10
    assert ends.acknowledge_by.timetz() == at.timetz()
    month = (ends.due_at.year - at.year) * 12 + ends.due_at.month - at.month
    assert (month, ends.due_at.timetz()) == (1, at.timetz())
    assert ends.due_at.day == at.day or (ends.due_at + timedelta(days=1)).day == 1
    assert ends.extended_due_at == ends.due_at + timedelta(days=45)


@pytest.mark.parametrize("extend", [None, "P0D"])
def test_where_no_extension_is_allowed_there_is_no_later_deadline(extend: str | None) -> None:
    ends = rules.deadlines(NOON, grace="P7D", dues=["P30D"], waived=True, extend=extend)
    assert ends.extended_due_at is None


def test_a_waived_grace_ends_at_receipt_and_leaves_the_deadline() -> None:
    ends = rules.deadlines(NOON, grace="P7D", dues=["P30D"], waived=True)
    assert ends.grace_ends_at == NOON
    assert ends.due_at == NOON + timedelta(days=30)


@pytest.mark.parametrize(
    ("left", "seconds"),
    [
        (timedelta(days=7), 86_400),
        (timedelta(days=1), 86_400),
        (timedelta(hours=3), 10_800),
        (timedelta(microseconds=1), 1),
        (timedelta(), 0),
        (timedelta(microseconds=-1), 0),
        (timedelta(days=-40), 0),
    ],
)
def test_a_wait_is_whole_seconds_and_at_most_a_day(left: timedelta, seconds: int) -> None:
    assert rules.wait_seconds(NOON, NOON + left) == seconds


@given(st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(days=40)))
def test_waits_never_end_early_and_never_stand_still(grace: timedelta) -> None:
    now, until = NOON, NOON + grace
    while seconds := rules.wait_seconds(now, until):
        assert 1 <= seconds <= 86_400
        now += timedelta(seconds=seconds)
    assert until <= now < until + timedelta(seconds=1)


def test_a_deadline_is_near_two_days_before() -> None:
    assert not rules.is_near(NOON - timedelta(days=2, seconds=1), NOON)
    assert rules.is_near(NOON - timedelta(days=2), NOON)
    assert rules.is_near(NOON + timedelta(days=1), NOON)


def test_a_mail_is_given_up_after_three_days() -> None:
    assert not rules.gives_up(NOON + timedelta(days=3, seconds=-1), NOON)
    assert rules.gives_up(NOON + timedelta(days=3), NOON)


@pytest.mark.parametrize(
    ("age", "answered", "seconds"),
    [
        (timedelta(), [], 60),
        (timedelta(), [0, 0], 60),
        (timedelta(), [0, 600, 3_600], 600),
        (timedelta(minutes=59), [86_400], 86_400),
        (timedelta(hours=1), [600], 3_600),
        (timedelta(days=2), [600], 21_600),
        (timedelta(days=9), [86_400, 999_999], 86_400),
        (timedelta(days=9), [999_999], 86_400),
        (timedelta(days=-1), [], 60),
    ],
)
def test_what_is_left_rests_as_long_as_it_asked_for_and_longer_with_age(
    age: timedelta, answered: list[int], seconds: int
) -> None:
    assert rules.pace_seconds(age, answered) == seconds


def test_a_month_of_silence_takes_few_rounds() -> None:
    age, rounds = timedelta(), 0
    while age < timedelta(days=30):
        age += timedelta(seconds=rules.pace_seconds(age, []))
        rounds += 1
    assert rounds < 250
