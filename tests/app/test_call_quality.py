"""How well a call went, as its browser tells: once, of one's own, within a day, only where it is offered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.calling import quality, records
from chalicelib.calling.personal_data import ROWS
from chalicelib.calling.quality import CallQuality
from chalicelib.core import ids
from chalicelib.core.errors import Refusal
from chalicelib.core.subjects import Subject
from chalicelib.money import holds
from tests.calling import past_calls
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.killpoints import Case, intercepted, survive
from tests.harness.lambda_door import Answer, ask
from tests.harness.naughty import texts
from tests.harness.offering import offering
from tests.harness.stage import Stage

LONDON = "+442079460958"
GOOD = {
    "jitter_ms": 4,
    "packet_loss_permille": 12,
    "round_trip_ms": 80,
    "mos_hundredths": 421,
    "connection": "steady",
}
WORSE = {**GOOD, "mos_hundredths": 310}


@pytest.fixture
def offered() -> Iterator[None]:
    with offering("call_quality"):
        yield


@pytest.fixture
def caller(browser: Browser, offered: None) -> Browser:
    return browser.sign_up().top_up()


def tell(browser: Browser, call_id: str, told: Any = GOOD) -> Answer:
    return browser.post(f"/api/calls/{call_id}/quality", told)


def problem(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["type"]


def called(browser: Browser) -> str:
    browser.call(LONDON, 60)
    return str(browser.get("/api/calls").json["items"][0]["id"])


def test_it_is_not_offered_where_the_policy_does_not_collect_it(browser: Browser) -> None:
    browser.sign_up().top_up()
    assert problem(tell(browser, called(browser))) == (404, "not-offered")


def test_what_a_browser_measured_is_kept_with_its_call_and_told_with_it(caller: Browser) -> None:
    call_id = called(caller)
    bare = caller.get(f"/api/calls/{call_id}").json
    assert bare["quality"] is None
    assert tell(caller, call_id).status == 204
    expected = {**bare, "quality": GOOD}
    assert caller.get(f"/api/calls/{call_id}").json == expected
    assert caller.get("/api/calls").json["items"] == [expected]


def test_the_same_again_changes_nothing_and_other_values_are_refused(caller: Browser, clock: Clock) -> None:
    call_id = called(caller)
    assert [tell(caller, call_id).status for _ in range(2)] == [204, 204]
    for name, other in (("jitter_ms", 5), ("round_trip_ms", 0), ("connection", "lost")):
        assert problem(tell(caller, call_id, {**GOOD, name: other})) == (409, "quality-known")
    clock.advance(timedelta(days=2))
    caller.sign_in()
    assert tell(caller, call_id).status == 204
    assert caller.get(f"/api/calls/{call_id}").json["quality"] == GOOD


def test_of_a_live_call_it_is_asked_for_again_until_the_call_has_ended(caller: Browser, stage: Stage) -> None:
    token = caller.post("/api/calls/token").json
    live = stage.carrier.start_call(token["token"], LONDON)
    answer = tell(caller, token["call_id"])
    assert problem(answer) == (409, "call-live")
    assert int(answer.headers["retry-after"]) > 0
    stage.carrier.end_call(live["call_sid"], 30)
    assert tell(caller, token["call_id"]).status == 204


@pytest.mark.parametrize(
    "asked",
    [lambda me, id: tell(me, id).status == 204, lambda me, id: me.get(f"/api/calls/{id}").status == 200],
)
def test_a_call_that_is_settled_between_two_reads_is_found(
    caller: Browser, stage: Stage, monkeypatch: pytest.MonkeyPatch, asked: Callable[[Browser, str], bool]
) -> None:
    """Whichever is read first, hold or record."""
    token = caller.post("/api/calls/token").json
    live = stage.carrier.start_call(token["token"], LONDON)
    ended: list[str] = []

    def end_after(find: Callable[[str, str], Any]) -> Callable[[str, str], Any]:
        def found(account_id: str, call_id: str) -> Any:
            there = find(account_id, call_id)
            if not ended:
                ended.append(call_id)
                stage.carrier.end_call(live["call_sid"], 30)
            return there

        return found

    monkeypatch.setattr(holds, "find", end_after(holds.find))
    monkeypatch.setattr(records, "find", end_after(records.find))
    assert asked(caller, token["call_id"])
    assert ended == [token["call_id"]]


def test_it_may_come_for_a_day(caller: Browser, clock: Clock) -> None:
    call_id, other = called(caller), called(caller)
    clock.advance(timedelta(hours=23))
    caller.sign_in()
    assert tell(caller, call_id).status == 204
    clock.advance(timedelta(hours=2))
    assert problem(tell(caller, other)) == (409, "too-late")
    assert caller.get(f"/api/calls/{other}").json["quality"] is None


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("jitter_ms", [-1, 60_001, 1.5, "4", True, None, 10**30, [], {}]),
        ("packet_loss_permille", [-1, 1001, 0.5]),
        ("round_trip_ms", [-1, 60_001, "80"]),
        ("mos_hundredths", [99, 501, 4.21]),
        ("connection", ["", "Steady", "=1+1", 1, None, ["steady"]]),
        ("codec", ["opus"]),
    ],
)
def test_what_is_out_of_bounds_is_refused_and_not_kept(
    caller: Browser, name: str, values: list[object]
) -> None:
    call_id = called(caller)
    for value in values:
        answer = tell(caller, call_id, {**GOOD, name: value})
        assert problem(answer) == (422, "invalid"), value
        assert [error["field"] for error in answer.json["errors"]] == [name]
    for missing in GOOD:
        without = {field: value for field, value in GOOD.items() if field != missing}
        assert tell(caller, call_id, without).status == 422
    assert caller.get(f"/api/calls/{call_id}").json["quality"] is None


def test_no_text_in_any_field_is_taken(caller: Browser) -> None:
    call_id = called(caller)
    for place, name in enumerate(GOOD):
        for text in texts()[place::10]:
            assert tell(caller, call_id, {**GOOD, name: text}).status in (400, 413, 422), text
    for text in texts()[::25]:
        assert tell(caller, call_id, {**GOOD, text: 1}).status in (400, 413, 422), text
    assert caller.get(f"/api/calls/{call_id}").json["quality"] is None


def test_numbers_that_json_does_not_know_are_refused(caller: Browser) -> None:
    call_id = called(caller)
    cookie = "; ".join(f"{name}={value}" for name, value in caller.cookies.items())
    headers = {"cookie": cookie, "x-csrf-token": str(caller.csrf_token), "content-type": "application/json"}
    for odd in ("NaN", "Infinity", "-Infinity", "1e400", "0x4", "04"):
        body = json.dumps({**GOOD, "jitter_ms": 4}).replace("4", odd, 1).encode()
        answer = ask("POST", f"/api/calls/{call_id}/quality", headers=headers, body=body)
        assert answer.status in (400, 422), odd
    assert caller.get(f"/api/calls/{call_id}").json["quality"] is None


def test_nobody_tells_of_anothers_call_or_of_none(caller: Browser, stage: Stage) -> None:
    call_id = called(caller)
    token = caller.post("/api/calls/token").json
    stage.carrier.start_call(token["token"], LONDON)
    stranger = Browser(stage, caller.mailbox).sign_up("eve@example.org")
    for foreign in (call_id, token["call_id"]):
        assert problem(tell(stranger, foreign)) == (404, "not-found")
    for unknown in (ids.new("call", ids.made_at(call_id)), ids.new("acc", ids.made_at(call_id)), "x", "%00"):
        assert tell(caller, unknown).status == 404
    assert caller.get(f"/api/calls/{call_id}").json["quality"] is None


@pytest.mark.usefixtures("offered")
def test_one_of_two_that_tell_at_once_is_believed(stage: Stage) -> None:
    """The rival writes between our look and our write."""
    account_id = past_calls.account()
    [call_id] = past_calls.write(past_calls.record(account_id))
    told = CallQuality(**GOOD)  # type: ignore[arg-type]

    def meet(rival: CallQuality) -> None:
        def write_first(_: int, name: str) -> None:
            if name == "UpdateItem" and not rivals:
                rivals.append(name)
                quality.note(account_id, call_id, rival)

        rivals: list[str] = []
        with intercepted(before=write_first):
            quality.note(account_id, call_id, told)
        assert rivals

    with pytest.raises(Refusal, match="quality-known"):
        meet(CallQuality(**WORSE))  # type: ignore[arg-type]
    [call_id] = past_calls.write(past_calls.record(account_id))
    meet(told)


@pytest.mark.usefixtures("offered")
def test_a_call_that_is_erased_meanwhile_stays_gone(stage: Stage) -> None:
    account_id = past_calls.account()
    record = past_calls.record(account_id)
    [call_id] = past_calls.write(record)

    def erase(_: int, name: str) -> None:
        if name == "UpdateItem":
            record.delete()

    with intercepted(before=erase), pytest.raises(Refusal, match="404"):
        quality.note(account_id, call_id, CallQuality(**GOOD))  # type: ignore[arg-type]
    assert records.find(account_id, call_id) is None


@pytest.mark.usefixtures("offered")
def test_killed_at_any_request_it_is_told_again(stage: Stage) -> None:
    account_id = past_calls.account()

    def make() -> Case:
        [call_id] = past_calls.write(past_calls.record(account_id))
        told = CallQuality(**GOOD)  # type: ignore[arg-type]
        return Case(lambda: quality.note(account_id, call_id, told), lambda: noted(account_id, call_id))

    assert "UpdateItem" in survive(make)


def noted(account_id: str, call_id: str) -> CallQuality | None:
    record = records.find(account_id, call_id)
    return quality.of(record) if record else None


def test_an_erasure_takes_it_with_its_call(caller: Browser) -> None:
    call_id = called(caller)
    assert tell(caller, call_id).status == 204
    [row] = [row for row in ROWS if row.name == "calls"]
    assert row.erase(Subject("usr", caller.account_id)).count == 1
    assert tell(caller, call_id).status == 404
