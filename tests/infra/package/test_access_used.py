"""What the functions really ask of AWS is within their roles; nothing on a laptop would refuse it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from botocore.client import BaseClient

import app
from chalicelib.calling.quality import CallQuality
from chalicelib.core import clock as service_clock
from chalicelib.core import vault
from chalicelib.core.api import Api
from chalicelib.privacy import watchdog
from infra.local import mail_returns
from infra.local.mail_returns import Outcome
from tests.app import person
from tests.app.at_google import arrive, follow, reason, running_google
from tests.calling.exported import Exported
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.lambda_door import Context
from tests.harness.offering import offering
from tests.infra.package.rights import OBJECTS, Used, allowed, exceeded
from tests.numbers.phones import OTHER_PHONE, Phones
from tests.privacy.asked import Asked
from tests.privacy.machine import run_step
from tests.privacy.requested import Requested, lose

LONDON = "+442079460958"
SCHEDULED = dict.fromkeys(
    ("version", "id", "source", "account", "time", "region", "resources", "detail-type", "detail")
)


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> Used:
    noted = Used()
    call: Callable[..., Any] = BaseClient._make_api_call  # type: ignore[attr-defined]
    answer = Api.__call__

    def listening(self: Any, operation: str, asked: dict[str, Any]) -> Any:
        noted.note(self.meta.service_model.service_name, operation, asked)
        return call(self, operation, asked)

    def entered(self: Any, *arguments: Any) -> Any:
        with noted.by("app"):
            return answer(self, *arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", listening)
    monkeypatch.setattr(Api, "__call__", entered)
    return noted


@pytest.fixture
def caller(used: Used, browser: Browser) -> Browser:
    """Ada has paid and called."""
    browser.sign_up().top_up().call(LONDON, 60)
    return browser


def ask_for_deletion(browser: Browser, clock: Clock) -> Requested:
    answer = browser.post("/api/privacy/requests", {"type": "deletion"})
    assert answer.status == 201, answer.text
    return Requested(browser, clock, answer.json)


def test_the_recorder_hears_what_a_role_lacks(used: Used, caller: Browser) -> None:
    with used.by("sweep"):
        used.note("dynamodb", "Scan", {"TableName": "vowline-local-users"})
        used.note("dynamodb", "Query", {"TableName": "vowline-local-users", "IndexName": "elsewhere"})
    lacking = {("dynamodb:Scan", "Users"), ("dynamodb:Query", "Users/index/elsewhere")}
    assert exceeded(used) == {"sweep": lacking}


def test_a_callers_life_stays_within_the_roles(used: Used, caller: Browser, clock: Clock) -> None:
    caller.get("/api/quote", to=LONDON)
    caller.call(LONDON, 60, "lose_completed")
    clock.advance(timedelta(hours=3))
    with used.by("sweep"):
        assert app.sweep(SCHEDULED, Context())["settled"] == 1
    caller.sign_in()
    for path in ("calls", "calls.csv", "ledger", "balance", "me", "auth/sessions", "privacy/requests"):
        assert caller.get(f"/api/{path}").status == 200, path
    assert caller.post("/api/auth/logout").status == 204
    assert {"dynamodb:UpdateItem", "dynamodb:PutItem"} <= {action for action, _ in used.rights["app"]}
    assert exceeded(used) == {}


def test_a_person_who_changes_all_that_opens_their_account_stays_within_the_roles(
    used: Used, browser: Browser
) -> None:
    person.forget(browser.sign_up())
    assert person.reset(browser, person.mailed(browser.mailbox)).status == 204
    browser.sign_in(password=person.NEW)
    person.ask_for_address(browser, password=person.NEW)
    assert person.confirm_address(browser, person.mailed(browser.mailbox, person.NEW_ADDRESS)).status == 200
    assert person.set_password(browser, person.OTHER, person.NEW).status == 200
    assert {("dynamodb:DeleteItem", "Users"), ("dynamodb:DeleteItem", "Sessions")} <= used.rights["app"]
    assert exceeded(used) == {}


def test_a_call_whose_quality_is_told_stays_within_the_roles(used: Used, caller: Browser) -> None:
    [call] = caller.get("/api/calls").json["items"]
    told = CallQuality(4, 12, 80, 421, "steady")
    with offering("call_quality"):
        answer = caller.post(f"/api/calls/{call['id']}/quality", msgspec.to_builtins(told))
    assert answer.status == 204
    assert ("dynamodb:UpdateItem", "Cdrs") in used.rights["app"]
    assert exceeded(used) == {}


def test_who_comes_by_google_stays_within_the_roles(used: Used, browser: Browser) -> None:
    with running_google() as issuer:
        assert arrive(browser, issuer).status == 302
        joined = Browser(browser.stage, browser.mailbox).sign_up("eve@example.org")
        page = joined.post("/api/me/google").json["url"]
        assert reason(follow(joined, issuer.google.choose(page, "eve@example.com"))) == "linked"
    assert ("dynamodb:DeleteItem", "Sessions") in used.rights["app"]
    assert exceeded(used) == {}


def test_a_file_of_calls_stays_within_the_roles(used: Used, caller: Browser, clock: Clock) -> None:
    exported = Exported(caller)
    exported.ask()
    with used.by("exports"):
        assert app.exports(SCHEDULED, Context())["calls"]["ready"] == 1
    assert exported.fetch().startswith("id,")
    assert ("s3:GetObject", OBJECTS) in allowed("app"), "a link is as good as who signs it"
    clock.advance(timedelta(days=1))
    with used.by("exports"):
        assert app.exports(SCHEDULED, Context())["calls"]["ended"] == 1
    assert ("s3:DeleteObject", OBJECTS) in used.rights["exports"]
    assert exceeded(used) == {}


def test_a_file_of_all_that_somebody_has_stays_within_the_roles(
    used: Used, caller: Browser, clock: Clock
) -> None:
    asked = Asked(caller, "portability")
    with used.by("daily"):
        watchdog.watch()
    with used.by("exports"):
        assert app.exports(SCHEDULED, Context())["data"]["ready"] == 1
    assert asked.fetch().rows("calls")
    assert asked.offer().status == 201
    assert caller.delete(f"{asked.path}/transmission").status == 204
    clock.advance(timedelta(days=1))
    with used.by("exports"):
        assert app.exports(SCHEDULED, Context())["data"]["ended"] == 1
    assert ("dynamodb:BatchGetItem", "Payments") in used.rights["exports"]
    assert exceeded(used) == {}


def test_refunds_letters_and_the_nightly_work_stay_within_the_roles(
    used: Used, caller: Browser, clock: Clock
) -> None:
    caller.stage.payments.faults.plant("refunds.create", "timeout_after", 5)
    caller.post("/api/refunds", {"amount_micros": 1_000_000})
    webhooks_lost = caller.post("/api/topups", {"amount_micros": 10_000_000}).json
    caller.stage.payments.pay(webhooks_lost["checkout_id"], "succeeded")
    clock.advance(timedelta(hours=1))
    with used.by("sweep"):
        swept = app.sweep(SCHEDULED, Context())
    assert (swept["errands_failed"], swept["errands"] > 0) == (0, True)
    with used.by("daily"):
        done = app.daily(SCHEDULED, Context())
    assert done["reconciler"]["sessions"] == 1
    assert done["books"]["drifted"] == 0
    assert done["margins"]["priced"] == 1
    assert ("dynamodb:Scan", "Balances") in used.rights["daily"]
    assert {"dynamodb:UpdateItem", "dynamodb:PutItem"} <= {action for action, _ in used.rights["daily"]}
    assert exceeded(used) == {}


def test_a_closed_account_stays_within_the_roles(used: Used, caller: Browser, clock: Clock) -> None:
    assert Phones(caller, caller.stage).verify("+12025550123")
    assert caller.put("/api/favourites", {"numbers": ["+442079460958"]}).status == 200
    assert caller.post("/api/me/close").status == 200
    clock.advance(timedelta(minutes=2))
    with used.by("sweep"):
        assert app.sweep(SCHEDULED, Context())["errands_failed"] == 0
    clock.advance(timedelta(days=31))
    with used.by("daily"):
        assert app.daily(SCHEDULED, Context())["closed accounts"]["ended"] == 1
    with used.by("sweep"):
        for _ in range(3):
            clock.advance(timedelta(hours=7))
            app.sweep(SCHEDULED, Context())
    with used.by("daily"):
        clock.advance(timedelta(days=8 * 365))
        assert app.daily(SCHEDULED, Context())["old movements"]["books"] == 1
    assert ("dynamodb:DeleteItem", "Balances") in used.rights["daily"]
    assert exceeded(used) == {}


def test_caller_ids_stay_within_the_roles(used: Used, caller: Browser, clock: Clock) -> None:
    phones = Phones(caller, caller.stage)
    removed = phones.verify()
    caller.stage.carrier.faults.plant("outgoing_caller_ids.delete", "error500")
    assert phones.remove(removed) == 204
    late = phones.add(OTHER_PHONE).json
    phones.type(late["id"], late["code"], "lose_completed")
    clock.advance(timedelta(minutes=11))
    with used.by("sweep"):
        assert app.sweep(SCHEDULED, Context())["errands_failed"] == 0
    assert phones.states() == {OTHER_PHONE: "verified"}
    caller.sign_in()
    requested = ask_for_deletion(caller, clock)
    given = requested.input
    with used.by("deletion"):
        assert requested.machine().run(given) == "Certified"
    assert ("dynamodb:DeleteItem", "Users") in used.rights["sweep"] & used.rights["deletion"]
    assert exceeded(used) == {}


def test_mails_that_come_back_stay_within_the_roles(used: Used, caller: Browser) -> None:
    outcomes: tuple[Outcome, ...] = ("bounce", "complaint")
    for outcome in outcomes:
        with used.by("mail_events"):
            app.hear_of_mail(mail_returns.event(person.ADA, outcome, service_clock.now()), Context())
    assert used.rights["mail_events"] >= {("dynamodb:PutItem", "Sessions"), ("dynamodb:GetItem", "Users")}
    assert exceeded(used) == {}


def test_a_deletion_stays_within_the_roles(used: Used, caller: Browser, clock: Clock) -> None:
    requested = ask_for_deletion(caller, clock)
    given = requested.input
    vault.begin(f"{given['request']['account_id']}/exp.csv", "text/csv")
    with used.by("deletion"):
        assert requested.machine().run(given) == "Certified"
    assert {"kms:Encrypt", "kms:Decrypt", "ses:SendEmail"} <= {
        action for action, _ in used.rights["deletion"]
    }
    assert exceeded(used) == {}


def test_a_deletion_that_was_lost_or_cancelled_stays_within_the_roles(
    used: Used, caller: Browser, clock: Clock
) -> None:
    requested = ask_for_deletion(caller, clock)
    lose(f"{requested.id}-1")
    with used.by("daily"):
        assert app.daily(SCHEDULED, Context())["watchdog"]["restarted"] == 1
    event = {"step": "suspend", **requested.input}
    with used.by("deletion"):
        run_step(event)
    assert requested.cancel() == 200
    assert {"states:StartExecution", "states:DescribeExecution"} <= {
        action for action, _ in used.rights["daily"]
    }
    assert exceeded(used) == {}
