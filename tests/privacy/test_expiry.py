"""What has ended goes the same day; what lies at the carrier, too, goes there first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest

from chalicelib.calling import records
from chalicelib.calling.models import CallRecord
from chalicelib.core import clock as service_clock
from chalicelib.core.tables import Item
from chalicelib.identity.models import Session
from chalicelib.policy.terms import Retention
from chalicelib.privacy import announcements, expiry, kinds
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.heard import hearing
from tests.harness.killpoints import Case, intercepted, survive
from tests.policy.keeping import keeping

LONDON = "+442079460958"
BRIEFLY = Retention(clock="call_ended", maximum="P60D")


@pytest.fixture
def caller(browser: Browser) -> Iterator[Browser]:
    """Somebody who has called, under a policy that keeps calls for sixty days."""
    with keeping("call_record", BRIEFLY):
        browser.sign_up().top_up()
        assert browser.call(LONDON, 61)["outcome"] == "completed"
        yield browser


def calls() -> list[CallRecord]:
    return list(CallRecord.scan())


def account_of(call: CallRecord) -> str:
    return str(call.month_key).partition("#")[0]


def models(base: type[Item] = Item) -> Iterator[type[Item]]:
    for model in base.__subclasses__():
        yield from models(model)
        if "Meta" in vars(model) and not model.__subclasses__():
            yield model


def test_an_item_goes_when_its_end_is_past_and_not_a_second_before(caller: Browser, clock: Clock) -> None:
    [call] = calls()
    assert call.expires_at
    left = call.expires_at - service_clock.epoch_seconds(service_clock.now())
    clock.advance(timedelta(seconds=left - 60))
    assert "call_record" not in expiry.sweep()
    assert len(calls()) == 1
    clock.advance(timedelta(seconds=60))
    assert expiry.sweep()["call_record"] == 1
    assert calls() == []
    assert "call_record" not in expiry.sweep()


def test_a_call_is_forgotten_at_the_carrier_days_before_its_record_ends(
    caller: Browser, clock: Clock
) -> None:
    clock.advance(timedelta(days=52))
    expiry.sweep()
    assert calls()[0].call_sid
    clock.advance(timedelta(days=2))
    with intercepted() as asked:
        expiry.sweep()
    assert asked.count("twilio DELETE") == 2
    assert all(call["deleted"] for call in caller.stage.carrier.calls())
    [record] = records.newest_first(account_of(calls()[0]))
    assert (record.to, record.call_sid) == (LONDON, "")
    with intercepted() as asked:
        expiry.sweep()
    assert "twilio DELETE" not in asked


def test_what_the_carrier_keeps_back_is_asked_for_again_the_next_day(caller: Browser, clock: Clock) -> None:
    clock.advance(timedelta(days=61))

    def away(_: int, name: str) -> None:
        if name.startswith("twilio"):
            raise TimeoutError

    with intercepted(before=away):
        assert expiry.sweep()["later"] == 1
    assert len(calls()) == 1
    assert list(records.newest_first(account_of(calls()[0]))) == []
    assert expiry.sweep()["call_record"] == 1
    assert calls() == []


def test_sessions_tokens_and_counters_go_with_their_own_ends(caller: Browser, clock: Clock) -> None:
    clock.advance(timedelta(days=31))
    assert expiry.sweep()["security"] > 3
    now = service_clock.epoch_seconds(service_clock.now())
    assert all(session.expires_at > now for session in Session.scan())


def test_what_a_day_has_no_time_for_goes_in_the_next(
    caller: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.advance(timedelta(days=31))
    monkeypatch.setattr(expiry, "SWEEP_SECONDS", 0)
    days = [expiry.sweep().get("security", 0) for _ in range(len(list(Session.scan())) + 1)]
    assert set(days) <= {0, 1}
    assert sum(days) > 3
    now = service_clock.epoch_seconds(service_clock.now())
    monkeypatch.setattr(expiry, "SWEEP_SECONDS", 30)
    assert expiry.sweep().get("security", 0) == 0, "nothing was left out"
    assert all(session.expires_at > now for session in Session.scan())


def test_an_item_that_was_given_a_later_end_meanwhile_stays(caller: Browser, clock: Clock) -> None:
    [call] = calls()
    clock.advance(timedelta(days=61))
    later = service_clock.epoch_seconds(service_clock.now() + timedelta(days=1))

    def renew(_: int, name: str) -> None:
        if name == "DeleteItem":
            key = {"month_key": {"S": call.month_key}, "call_id": {"S": call.call_id}}
            boto3.client("dynamodb").update_item(
                TableName=CallRecord.Meta.table_name,
                Key=key,
                UpdateExpression="SET expires_at = :later",
                ExpressionAttributeValues={":later": {"N": str(later)}},
            )

    seen: list[Any] = []

    def once(number: int, name: str) -> None:
        if name == "DeleteItem" and not seen:
            seen.append(number)
            renew(number, name)

    with intercepted(before=once):
        expiry._delete(kinds.of(CallRecord.Meta.table_name, raw(call)), raw(call), service_clock.now())  # type: ignore[arg-type]
    assert [one.expires_at for one in calls()] == [later]


def raw(call: CallRecord) -> dict[str, Any]:
    return {"month_key": {"S": call.month_key}, "call_id": {"S": call.call_id}}


def test_sweeping_may_die_anywhere(caller: Browser, clock: Clock) -> None:
    clock.advance(timedelta(days=61))
    [template] = calls()
    expiry.sweep()

    def make() -> Case:
        template.save()
        return Case(expiry.sweep, lambda: len(calls()))

    assert "DeleteItem" in survive(make)


def test_a_shorter_promise_brings_ends_nearer_and_a_longer_one_changes_nothing(caller: Browser) -> None:
    before = calls()[0].expires_at
    with keeping("call_record", Retention(clock="call_ended", maximum="P7Y")):
        assert expiry.shorten().get("call_record", 0) == 0
    assert calls()[0].expires_at == before
    with keeping("call_record", Retention(clock="call_ended", maximum="P1D")):
        assert expiry.shorten()["call_record"] == 1
        assert expiry.shorten().get("call_record", 0) == 0
    [call] = calls()
    assert call.expires_at == service_clock.epoch_seconds(
        service_clock.parse(call.ended_at) + timedelta(days=1)
    )


def test_a_shorter_promise_is_kept_from_the_day_on_which_its_policy_holds(
    caller: Browser, clock: Clock
) -> None:
    announcements.watch()
    with keeping("call_record", Retention(clock="call_ended", maximum="P1D")):
        assert expiry.heed_policy()["call_record"] == 1
        clock.advance(timedelta(days=8))
        assert expiry.heed_policy() == {}


def test_an_item_that_no_room_knows_is_told_of(caller: Browser, clock: Clock) -> None:
    clock.advance(timedelta(days=1))
    boto3.client("dynamodb").put_item(
        TableName=Session.Meta.table_name, Item={"token_hash": {"S": "STRANGE#1"}, "expires_at": {"N": "1"}}
    )
    with hearing() as alarms:
        assert expiry.sweep()["unknown"] == 1
    assert "item-of-no-kind" in alarms.names


def test_every_model_is_of_a_kind_that_its_room_names() -> None:
    """A new model needs one line: `Kind(Model, "PREFIX#", "category")`."""
    import app  # noqa: F401 - so that every room's models are there

    known = {kind.model for kind in kinds.kinds()}
    ours = [model for model in models() if model.__module__.startswith("chalicelib.")]
    missing = [model.__name__ for model in ours if model not in known and model.__name__ != "Probe"]
    assert not missing, (
        f"{', '.join(missing)}: of which category? Add a Kind to KINDS in the room's personal_data.py"
        " (privacy's own: chalicelib/privacy/kinds.py), so that what is past its end can be told and counted."
    )


def test_no_two_kinds_of_a_table_begin_alike() -> None:
    all_kinds = kinds.kinds()
    for kind in all_kinds:
        table = kind.model.Meta.table_name
        alike = [
            other.prefix
            for other in all_kinds
            if other is not kind
            and other.model.Meta.table_name == table
            and other.prefix.startswith(kind.prefix)
        ]
        assert not alike, f"{kind.prefix} and {alike} of {table}"
