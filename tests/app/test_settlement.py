"""How calls end, through the doors: signed callbacks, the fallback, schedules, the carrier's own answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from chalicelib.calling import calls
from chalicelib.core.chores import ChoresFailed
from chalicelib.money import books, ledger
from chalicelib.privacy import watchdog
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.environment import ENVIRONMENT, SECRETS
from tests.harness.heard import Alarms, hearing, metrics_in
from tests.harness.lambda_door import Answer, ask, run_schedule
from tests.harness.stage import Stage

LONDON = "+442079460958"


class Live:
    """A call that has been answered and goes on; its callbacks can be told by hand."""

    def __init__(self, browser: Browser, *faults: str) -> None:
        self.browser = browser
        self.account_id = browser.account_id
        token = browser.post("/api/calls/token").json
        self.id = token["call_id"]
        self.sid = browser.stage.carrier.start_call(token["token"], LONDON, faults)["call_sid"]

    def tell(self, duration: str | None, **changes: str) -> Answer:
        form = {"CallStatus": "completed", "ParentCallSid": self.sid, "CallSid": "CA" + "1" * 32}
        form |= {} if duration is None else {"CallDuration": duration}
        return webhook(f"status/{self.account_id}/{self.id}", {**form, **changes})

    def fall_back(self) -> Answer:
        form = {"From": f"client:{self.account_id}", "call_id": self.id, "CallSid": self.sid, "To": LONDON}
        form["signature"] = calls.sign(self.account_id, self.id)
        return webhook("fallback", form)

    @property
    def shown(self) -> dict[str, Any]:
        return dict(self.browser.get(f"/api/calls/{self.id}").json)

    @property
    def charges(self) -> list[str]:
        return [entry.kind for entry in ledger.entries(self.account_id, 100) if entry.kind != "topup"]

    @property
    def held_micros(self) -> int:
        return ledger.funds(self.account_id).held_micros


def webhook(name: str, form: dict[str, str]) -> Answer:
    """A form that the carrier signed."""
    path = f"/api/webhooks/twilio/{name}"
    form = {"AccountSid": str(SECRETS["twilio_account_sid"]), **form}
    key = RequestValidator(SECRETS["twilio_auth_tokens"][0])
    signature = key.compute_signature(ENVIRONMENT["PUBLIC_URL"] + path, form)
    headers = {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature}
    return ask("POST", path, headers=headers, body=urlencode(form).encode())


@pytest.fixture
def live(browser: Browser) -> Live:
    return Live(browser.sign_up().top_up(10_000_000))


@pytest.fixture
def alarms() -> Iterator[Alarms]:
    with hearing() as heard:
        yield heard


def test_a_duration_beyond_the_limit_waits_while_the_carrier_says_the_call_goes_on(live: Live) -> None:
    assert live.tell("80000").status == 204
    assert (live.shown["state"], live.charges) == ("live", [])
    assert live.held_micros > 0


def test_a_duration_beyond_the_limit_is_corrected_by_the_carrier(browser: Browser) -> None:
    live = Live(browser.sign_up().top_up(10_000_000), "lose_completed")
    browser.stage.carrier.end_call(live.sid, 90)
    assert live.shown["state"] == "live"
    assert live.tell("80000").status == 204
    assert (live.shown["duration_seconds"], live.charges) == (90, ["call"])


@pytest.mark.parametrize("fault", ["error500", "rate_limited", "timeout_before"])
def test_a_carrier_that_does_not_confirm_leaves_the_call_to_the_sweep(
    live: Live, clock: Clock, fault: str
) -> None:
    live.browser.stage.carrier.faults.plant("calls.fetch", fault, 1)
    assert live.tell("80000").status == 204
    assert live.charges == []
    clock.advance(timedelta(hours=3))
    live.browser.stage.carrier.deliver_due()
    run_schedule("sweep")
    live.browser.sign_in()
    assert (live.shown["state"], live.charges, live.held_micros) == ("charged", ["call"], 0)


@pytest.mark.parametrize("duration", [None, "", "-1", "\uff11\uff12", "1e3", "9999999", "12 or 1=1"])
def test_an_odd_duration_is_answered_and_ignored(live: Live, duration: str | None) -> None:
    assert live.tell(duration).status == 204
    assert (live.shown["state"], live.charges) == ("live", [])


def test_another_duration_later_changes_nothing_and_rings(live: Live, alarms: Alarms) -> None:
    assert live.tell("60").status == 204
    before = live.browser.get("/api/balance").json
    for told in ("61", "30"):
        assert live.tell(told).status == 204
    assert live.tell("0", CallStatus="no-answer").status == 204
    assert live.browser.get("/api/balance").json == before
    assert alarms.names == ["duration-contradicted"] * 3


def test_a_call_that_fell_back_and_was_answered_after_all_is_charged_once(live: Live) -> None:
    assert "Nothing was charged" in live.fall_back().text
    assert (live.shown["state"], live.held_micros) == ("voided", 0)
    for _ in range(2):
        assert live.tell("60").status == 204
    assert (live.shown["state"], live.charges) == ("charged", ["late_charge"])


def test_a_fallback_after_the_bill_changes_nothing(live: Live) -> None:
    live.tell("60")
    live.fall_back()
    assert (live.shown["state"], live.charges) == ("charged", ["call"])


def test_a_strangers_callback_for_a_known_call_changes_nothing(live: Live) -> None:
    assert live.tell("60", ParentCallSid="CA" + "9" * 32).status == 204
    assert webhook(f"status/acc_{'0' * 26}/{live.id}", {"CallStatus": "completed"}).status == 204
    assert webhook("status/acc_nobody/call_none", {"CallStatus": "completed"}).status == 204
    assert (live.shown["state"], live.charges) == ("live", [])


def test_webhooks_that_are_refused_are_counted(live: Live, capsys: pytest.CaptureFixture[str]) -> None:
    path = f"/api/webhooks/twilio/status/{live.account_id}/{live.id}"
    capsys.readouterr()
    assert ask("POST", path, body=b"CallStatus=completed").status == 403
    assert metrics_in(capsys.readouterr().out)["WebhookFailures"] == 1
    live.tell("60")
    assert "WebhookFailures" not in metrics_in(capsys.readouterr().out)


def test_the_daily_work_goes_on_after_a_part_that_failed_and_fails_at_the_end(
    live: Live, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], alarms: Alarms
) -> None:
    def broken() -> None:
        raise ValueError("ada@example.org must not reach the log")

    monkeypatch.setattr(watchdog, "watch", broken)
    monkeypatch.setattr(books, "check", broken)
    with pytest.raises(ChoresFailed, match="watchdog, books"):
        run_schedule("daily")
    printed = capsys.readouterr().out
    assert "UnbilledCalls" in metrics_in(printed), "the last part has run"
    assert "ada@" not in str([vars(record) for record in alarms.records])


def test_the_daily_work_answers_what_each_part_did(stage: Stage) -> None:
    assert list(run_schedule("daily")) == [
        "watchdog",
        "residues",
        "closed accounts",
        "legal holds",
        "reconciler",
        "books",
        "margins",
        "old movements",
        "policy",
        "shorter promises",
        "expired items",
    ]
