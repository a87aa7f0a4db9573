"""What a legal hold keeps from its end: calls and the register, whatever would delete them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest

from chalicelib.calling import records
from chalicelib.calling.models import CallRecord
from chalicelib.core import clock as service_clock
from chalicelib.core import ids
from chalicelib.core.errors import Refusal
from chalicelib.core.tables import Item
from chalicelib.identity.models import Session, User
from chalicelib.money import aging, ledger
from chalicelib.money.models import Entry
from chalicelib.policy.terms import Retention
from chalicelib.privacy import closings, expiry, holds, register
from chalicelib.privacy.models import Event, Registered
from tests.calling import past_calls
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.killpoints import intercepted
from tests.harness.lambda_door import run_schedule
from tests.policy.keeping import keeping
from tests.privacy.asked import Asked, work

LONDON = "+442079460958"
COUNSEL = "operator:counsel"
SIXTY = timedelta(days=60)
TERM = timedelta(days=31)


@pytest.fixture
def caller(browser: Browser) -> Iterator[Browser]:
    """Somebody who has called, under a policy that keeps calls for sixty days."""
    with keeping("call_record", Retention(clock="call_ended", maximum="P60D")):
        browser.sign_up().top_up()
        assert browser.call(LONDON, 61)["outcome"] == "completed"
        yield browser


def forms(model: type[Item]) -> set[str]:
    """How the ends of a table's items are written: N for numbers, which TTL deletes by, S for texts."""
    items = boto3.client("dynamodb").scan(TableName=model.Meta.table_name)["Items"]
    return {form for item in items if "expires_at" in item for form in item["expires_at"]}


def reap(at: int) -> int:
    """What DynamoDB does by itself: delete by numbers alone, sooner or later; how many went."""
    client, gone = boto3.client("dynamodb"), 0
    for model in (CallRecord, Registered):
        keys = [name for name in (model._hash_keyname, model._range_keyname) if name]
        for item in client.scan(TableName=model.Meta.table_name)["Items"]:
            if int(item.get("expires_at", {}).get("N", at + 1)) <= at:
                client.delete_item(TableName=model.Meta.table_name, Key={name: item[name] for name in keys})
                gone += 1
    return gone


def later(clock: Clock, by: timedelta) -> int:
    clock.advance(by)
    return service_clock.epoch_seconds(service_clock.now())


def calls(account_id: str) -> list[CallRecord]:
    """Past their end or not."""
    return [call for call in CallRecord.scan() if call.month_key.startswith(account_id)]


def test_what_is_held_is_kept_from_its_end_and_has_it_again_when_it_is_released(
    caller: Browser, clock: Clock
) -> None:
    [before] = calls(caller.account_id)
    assert forms(CallRecord) == {"N"}
    hold = holds.place(caller.account_id, "2026/17", ["call_record"], COUNSEL)
    assert forms(CallRecord) == {"S"}
    assert calls(caller.account_id)[0].expires_at == before.expires_at
    holds.release(caller.account_id, hold.id, COUNSEL)
    assert forms(CallRecord) == {"N"}
    assert calls(caller.account_id)[0].expires_at == before.expires_at
    assert holds.look_after() == {"accounts": 1, "failed": 0}
    assert holds.watched() == []


def test_neither_time_nor_the_daily_look_takes_what_is_held(caller: Browser, clock: Clock) -> None:
    account_id = caller.account_id
    hold = holds.place(account_id, "2026/17", ["call_record"], COUNSEL)
    now = later(clock, SIXTY + timedelta(days=1))
    assert reap(now) == 0
    with intercepted() as asked:
        assert expiry.sweep()["held"] == 1
    assert "twilio DELETE" not in asked
    assert len(calls(account_id)) == 1
    holds.release(account_id, hold.id, COUNSEL)
    assert forms(CallRecord) == {"S"}, "the carrier is asked first"
    assert reap(now) == 0
    with intercepted() as asked:
        assert expiry.sweep()["call_record"] == 1
    assert asked.count("twilio DELETE") == 2
    assert calls(account_id) == []
    assert holds.look_after()["failed"] == 0
    assert holds.watched() == []


def test_what_is_past_its_end_is_only_stored(caller: Browser, clock: Clock) -> None:
    """The history, a file of it and the person's own data tell nothing of it; the case can be read."""
    holds.place(caller.account_id, "2026/17", ["call_record"], COUNSEL)
    [call] = calls(caller.account_id)
    assert [one["id"] for one in caller.get("/api/calls").json["items"]] == [call.call_id]
    clock.advance(SIXTY + timedelta(days=1))
    expiry.sweep()
    caller.sign_in()
    assert len(calls(caller.account_id)) == 1
    assert caller.get("/api/calls").json["items"] == []
    assert call.call_id not in caller.get("/api/calls.csv").text
    assert list(records.newest_first(caller.account_id)) == []
    asked = Asked(caller)
    work()
    assert asked.fetch().rows("calls") == []


def test_a_person_does_not_see_that_their_data_is_held(caller: Browser) -> None:
    def told() -> list[dict[str, Any]]:
        asked = Asked(caller, "access")
        work()
        return [{**row} for row in asked.fetch().rows("calls")]

    before = told()
    holds.place(caller.account_id, "2026/17", [], COUNSEL)
    assert told() == before
    assert before[0]["expires_at"] == calls(caller.account_id)[0].expires_at


def test_what_is_written_while_a_hold_stands_is_kept_from_the_next_day_on(
    caller: Browser, clock: Clock
) -> None:
    holds.place(caller.account_id, "2026/17", ["call_record"], COUNSEL)
    assert caller.call(LONDON, 60)["outcome"] == "completed"
    assert forms(CallRecord) == {"N", "S"}
    run_schedule("daily")
    assert forms(CallRecord) == {"S"}


def test_everything_of_the_register_is_kept_with_a_hold_on_all(browser: Browser, clock: Clock) -> None:
    browser.sign_up()
    asked = Asked(browser)
    work()
    hold = holds.place(browser.account_id, "2026/17", [], COUNSEL)
    ending = [item for item in Registered.scan() if item.expires_at]
    assert {item.sk.partition("#")[0] for item in ending} >= {"REQUEST", "EVENT", "AUDIT"}
    assert forms(Registered) == {"S"}
    assert reap(later(clock, timedelta(days=365 * 4))) == 0
    assert expiry.sweep()["held"] >= len(ending)
    assert Event.stored(f"REQUEST#{asked.id}", "EVENT#fulfilled")
    holds.release(asked.account_id, hold.id, COUNSEL)
    expiry.sweep()
    assert Event.stored(f"REQUEST#{asked.id}", "EVENT#fulfilled") is None
    assert register.get(asked.account_id, asked.id) is None


def test_a_hold_keeps_its_account_and_its_categories_alone(caller: Browser, clock: Clock) -> None:
    mine, other = caller.account_id, ids.new("acc", service_clock.now())
    past_calls.write(past_calls.record(other, expires_at=calls(caller.account_id)[0].expires_at))
    holds.place(other, "2026/17", ["call_record"], COUNSEL)
    holds.place(caller.account_id, "2026/17", ["ledger"], COUNSEL)
    clock.advance(SIXTY + timedelta(days=1))
    expiry.sweep()
    assert calls(mine) == []
    assert len(calls(other)) == 1


def test_a_narrowed_hold_gives_back_what_it_covers_no_more(caller: Browser) -> None:
    hold = holds.place(caller.account_id, "2026/17", [], COUNSEL)
    assert forms(CallRecord) == {"S"}
    holds.narrow(caller.account_id, hold.id, ["ledger"], COUNSEL)
    assert forms(CallRecord) == {"N"}


def test_a_shorter_promise_shortens_what_is_held_and_keeps_it(caller: Browser) -> None:
    hold = holds.place(caller.account_id, "2026/17", ["call_record"], COUNSEL)
    with keeping("call_record", Retention(clock="call_ended", maximum="P30D")):
        assert expiry.shorten()["call_record"] == 1
    assert forms(CallRecord) == {"S"}
    holds.release(caller.account_id, hold.id, COUNSEL)
    [call] = calls(caller.account_id)
    ended = service_clock.parse(call.ended_at)
    assert call.expires_at == service_clock.epoch_seconds(ended + timedelta(days=30))


def test_short_lived_items_are_no_evidence_and_end_as_ever(caller: Browser, clock: Clock) -> None:
    holds.place(caller.account_id, "2026/17", [], COUNSEL)
    clock.advance(TERM)
    assert expiry.sweep()["security"] > 0
    now = service_clock.epoch_seconds(service_clock.now())
    assert all(session.expires_at > now for session in Session.scan())


def test_a_closed_account_goes_but_for_what_is_held_and_by_whom_it_is_found(
    caller: Browser, clock: Clock
) -> None:
    caller.put("/api/favourites", {"numbers": [LONDON]})
    me = caller.post("/api/me/close").json
    hold = holds.place(me["account_id"], "2026/17", ["saved_card"], COUNSEL)
    clock.advance(TERM)
    assert closings.sweep()["held"] == 1
    user = User.stored(me["user_id"])
    assert user
    assert user.expired()
    assert list(Session.by_user.query(me["user_id"]))
    assert closings.sweep()["held"] == 1
    holds.release(me["account_id"], hold.id, COUNSEL)
    assert closings.sweep()["ended"] == 1
    assert User.stored(me["user_id"]) is None
    assert closings.sweep()["closed"] == 0


def test_the_calls_of_a_closed_account_stay_while_they_are_held(browser: Browser, clock: Clock) -> None:
    browser.sign_up().top_up()
    browser.call(LONDON, 61)
    me = browser.post("/api/me/close").json
    hold = holds.place(me["account_id"], "2026/17", ["call_record"], COUNSEL)
    assert closings.sweep()["limited"] == 0
    now = later(clock, TERM)
    run_schedule("daily")
    assert reap(now) == 0
    assert len(calls(me["account_id"])) == 1
    assert not any(call.get("deleted") for call in browser.stage.carrier.calls())
    holds.release(me["account_id"], hold.id, COUNSEL)
    run_schedule("daily")
    assert calls(me["account_id"]) == []
    assert all(call["deleted"] for call in browser.stage.carrier.calls())
    assert User.stored(me["user_id"]) is None


def test_movements_that_are_held_are_neither_carried_nor_dropped(browser: Browser, clock: Clock) -> None:
    browser.sign_up().top_up()
    me = browser.post("/api/me/close").json
    clock.advance(timedelta(minutes=1))
    run_schedule("sweep")
    account_id, count = me["account_id"], len(list(ledger.statement(me["account_id"])))
    hold = holds.place(account_id, "2026/17", ["ledger"], COUNSEL)
    clock.advance(timedelta(days=366 * 8))
    closings.sweep()
    assert aging.let_go(service_clock.now()) == {"carried": 0, "orders": 0, "later": 0, "books": 0}
    assert len(list(Entry.query(account_id, Entry.sk.startswith("ENTRY#")))) == count > 0
    holds.release(account_id, hold.id, COUNSEL)
    assert aging.let_go(service_clock.now())["carried"] == count


def test_a_hold_on_no_account_is_refused(stage: object) -> None:
    with pytest.raises(Refusal, match="no-account"):
        holds.place("acc_1", "2026/17", [], COUNSEL)


def test_one_account_that_fails_keeps_no_other_from_its_hold(
    caller: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = ids.new("acc", service_clock.now())
    for account_id in (other, caller.account_id):
        holds.place(account_id, "2026/17", [], COUNSEL)
    keep = holds.keep

    def broken(account_id: str) -> bool:
        if account_id == other:
            raise RuntimeError
        return keep(account_id)

    monkeypatch.setattr(holds, "keep", broken)
    assert holds.look_after() == {"accounts": 2, "failed": 1}


def test_a_hold_that_comes_while_another_is_given_back_keeps_all(caller: Browser) -> None:
    """In either order: whoever gives back looks again."""
    hold = holds.place(caller.account_id, "2026/17", ["call_record"], COUNSEL)
    second: list[str] = []

    def come(_: int, name: str) -> None:
        if name == "UpdateItem" and not second:
            second.append("")
            second[0] = holds.place(caller.account_id, "2026/18", ["call_record"], COUNSEL).id

    with intercepted(before=come):
        holds.release(caller.account_id, hold.id, COUNSEL)
    assert second
    assert forms(CallRecord) == {"S"}
