"""A person leaves: from the request through grace, erasure and certificate to a new beginning."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import boto3
import pytest
import stripe
from twilio.base.exceptions import TwilioRestException

from chalicelib.core import clock as service_clock
from chalicelib.money import errands, holds
from chalicelib.privacy import audit
from chalicelib.providers import suppressions
from infra.local.carrier.in_process import twilio_client
from infra.local.payments.in_process import stripe_client
from tests.calling.exported import stored
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.environment import ENVIRONMENT
from tests.harness.mailbox import Mailbox
from tests.privacy.asked import Asked, work
from tests.privacy.requested import Requested

ADA = "ada@example.org"
LONDON = "+442071838750"
REQUESTS = "/api/privacy/requests"


@dataclass
class Life:
    """What Ada had before she left."""

    user_id: str
    account_id: str
    call_sid: str
    customer: str
    entries: list[dict[str, Any]]
    available_micros: int


@pytest.fixture
def life(browser: Browser) -> Life:
    """Ada signed up, bought credit and called London."""
    browser.sign_up(ADA).top_up()
    call = browser.call(LONDON, 90)
    errands.sweep(list(holds.overdue(service_clock.epoch_seconds(service_clock.now()))))
    me = browser.get("/api/me").json
    (payment,) = [item for item in everything("payments") if item["id"]["S"].startswith("PI#")]
    return Life(
        user_id=me["user_id"],
        account_id=me["account_id"],
        call_sid=call["call_sid"],
        customer=payment["customer"]["S"],
        entries=browser.get("/api/ledger").json["items"],
        available_micros=browser.available_micros(),
    )


def ask(browser: Browser, clock: Clock, *, waive_grace: bool = False) -> Requested:
    answer = browser.sign_in().post(REQUESTS, {"type": "deletion", "waive_grace": waive_grace})
    assert answer.status == 201, answer.text
    return Requested(browser, clock, answer.json)


def everything(*tables: str) -> list[dict[str, Any]]:
    """Every item of these tables, or of all."""
    dynamodb = boto3.client("dynamodb")
    prefix = ENVIRONMENT["TABLE_PREFIX"]
    names = [prefix + table for table in tables] or dynamodb.list_tables()["TableNames"]
    return [item for name in names for item in dynamodb.scan(TableName=name)["Items"]]


def traces(*words: str) -> list[dict[str, Any]]:
    """Items of any table that contain one of these words."""
    return [item for item in everything() if any(word in json.dumps(item, default=str) for word in words)]


@pytest.mark.parametrize("ordered", [iter, reversed])
def test_a_deletion_takes_its_grace_and_then_everything_that_is_hers(
    browser: Browser, clock: Clock, mailbox: Mailbox, life: Life, ordered: Any
) -> None:
    """In whatever order its rows go."""
    requested = ask(browser, clock)
    suppressions.note(ADA, "complaint", service_clock.now())
    machine = requested.machine()
    machine.ordered = ordered
    assert machine.run(requested.input) == "Certified"
    grace = timedelta(days=7)
    assert grace - timedelta(minutes=1) <= machine.waited <= grace + timedelta(minutes=1)
    assert service_clock.now() < service_clock.parse(requested.answer["due_at"])
    assert traces(ADA, LONDON, life.call_sid, life.customer) == []
    assert everything("users", "cdrs") == []
    left = [item["token_hash"]["S"] for item in everything("sessions")]
    assert all(key.startswith("THROTTLE#") for key in left), "counts of tries are nobody's"
    assert browser.get("/api/me").status == 401
    login = browser.post("/api/auth/login", {"email": ADA, "password": "correct horse battery staple"})
    assert login.status == 401
    assert mailbox.to(ADA)[-1].subject == "Your account at Kinvo is deleted"


def test_the_providers_forget_her_too(browser: Browser, clock: Clock, life: Life) -> None:
    payments = stripe_client(browser.stage.payments)
    carrier = twilio_client(browser.stage.carrier)
    assert carrier.calls(life.call_sid).fetch().sid == life.call_sid
    assert "deleted" not in payments.v1.customers.retrieve(life.customer).to_dict()
    ask(browser, clock, waive_grace=True).finish()
    assert payments.v1.customers.retrieve(life.customer).to_dict()["deleted"] is True
    with pytest.raises(TwilioRestException) as gone:
        carrier.calls(life.call_sid).fetch()
    assert gone.value.status == 404


def test_a_provider_that_is_down_holds_up_only_its_own_row(
    browser: Browser, clock: Clock, life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    requested = ask(browser, clock, waive_grace=True)
    erased: list[str] = []
    machine = requested.machine()
    answers = iter([stripe.APIConnectionError("down")] * 2)
    payments = browser.stage.payments
    works = payments.answer

    def sometimes_down(asked: Any) -> Any:
        if asked.method == "DELETE" and (error := next(answers, None)):
            raise OSError(str(error))
        return works(asked)

    monkeypatch.setattr(payments, "answer", sometimes_down)
    machine.after = lambda event: erased.append(event["row"]["name"]) if "row" in event else None
    assert machine.run(requested.input) == "Certified"
    assert erased.count("stripe_customers") == 3
    assert set(erased) - {"stripe_customers"}
    assert traces(life.customer) == []


def test_what_law_keeps_stays_and_the_books_balance(browser: Browser, clock: Clock, life: Life) -> None:
    requested = ask(browser, clock, waive_grace=True)
    requested.finish()
    items = [item for item in everything("balances") if item["account_id"]["S"] == life.account_id]
    (balance,) = [item for item in items if item["sk"]["S"] == "BAL"]
    entries = [item for item in items if item["sk"]["S"].startswith("ENTRY#")]
    assert balance["status"]["S"] == "closed"
    assert balance["holds"]["M"] == {}
    booked = {entry["kind"]["S"]: int(entry["amount_micros"]["N"]) for entry in entries}
    assert len(life.entries) == 2
    assert set(booked) == {"topup", "call", "refund", "rounding"}
    assert -booked["refund"] - booked["rounding"] == life.available_micros
    assert sum(booked.values()) == int(balance["available_micros"]["N"]) == 0
    kept = {line["store"]: line for line in requested.now().kept}
    assert set(kept) == {"balances", "payments", "registry", "logs"}
    assert all(line["reason"] and line["until"] for line in kept.values())
    assert {line["category"]: line["count"] for line in requested.now().actions}["account"] == 1


def test_what_stays_names_nobody(browser: Browser, clock: Clock, life: Life) -> None:
    ask(browser, clock, waive_grace=True).finish()
    assert everything("balances", "payments", "registry")
    assert traces("@", "+44", "example.org") == []
    assert not [item for item in everything("balances", "payments") if life.user_id in json.dumps(item)]


def test_a_call_that_is_live_when_the_account_closes_is_ended_and_paid(
    browser: Browser, clock: Clock, life: Life
) -> None:
    token = browser.post("/api/calls/token").json["token"]
    live = browser.stage.carrier.start_call(token, LONDON)
    assert live["outcome"] == "in-progress"
    clock.advance(timedelta(minutes=2))
    requested = ask(browser, clock, waive_grace=True)
    requested.finish()
    items = [item for item in everything("balances") if item["account_id"]["S"] == life.account_id]
    charges = [int(item["amount_micros"]["N"]) for item in items if item.get("kind", {}).get("S") == "call"]
    assert len(charges) == 2
    assert all(charge < 0 for charge in charges)
    (balance,) = [item for item in items if item["sk"]["S"] == "BAL"]
    assert balance["holds"]["M"] == {}
    assert everything("cdrs") == []


def test_a_suspended_account_is_narrowed_to_its_privacy(
    browser: Browser, clock: Clock, mailbox: Mailbox, life: Life
) -> None:
    requested = ask(browser, clock)
    requested.until("grace")
    closed = [
        browser.get("/api/balance"),
        browser.get("/api/ledger"),
        browser.get("/api/calls"),
        browser.post("/api/calls/token"),
        browser.post("/api/topups", {"amount_micros": 10_000_000}),
    ]
    assert [(answer.status, answer.json["type"]) for answer in closed] == [(409, "account-suspended")] * 5
    other = Browser(browser.stage, mailbox).sign_in()
    assert other.get("/api/me").json["status"] == "suspended"
    assert other.get("/api/auth/sessions").status == 200
    assert other.get(f"{REQUESTS}/{requested.id}").json["state"] == "grace"
    assert other.get(REQUESTS).json["items"][0]["id"] == requested.id
    assert other.post(f"{REQUESTS}/{requested.id}/cancel").json["state"] == "cancelled"
    assert other.available_micros() == life.available_micros
    assert other.call(LONDON, 30)["outcome"] == "completed"
    assert other.get("/api/calls").json["items"][0]["to"] == LONDON
    assert browser.post("/api/auth/logout").status == 204


def test_a_call_from_a_token_of_before_is_refused_while_suspended(
    browser: Browser, clock: Clock, life: Life
) -> None:
    token = browser.post("/api/calls/token").json["token"]
    ask(browser, clock).until("grace")
    assert browser.stage.carrier.place_call(token, LONDON, 60)["outcome"] == "refused"


def test_the_same_address_may_begin_again_and_gets_nothing_old(
    browser: Browser, clock: Clock, mailbox: Mailbox, life: Life
) -> None:
    requested = ask(browser, clock, waive_grace=True)
    requested.finish()
    again = Browser(browser.stage, mailbox).sign_up(ADA)
    me = again.get("/api/me").json
    assert me["user_id"] != life.user_id
    assert me["account_id"] != life.account_id
    assert me["status"] == "active"
    assert again.available_micros() == 0
    assert again.get("/api/ledger").json["items"] == []
    assert again.get("/api/calls").json["items"] == []
    assert again.get(REQUESTS).json["items"] == []
    assert again.get(f"{REQUESTS}/{requested.id}").status == 404
    assert again.top_up().call(LONDON, 60)["outcome"] == "completed"


def test_the_old_deletion_never_touches_who_began_again(
    browser: Browser, clock: Clock, mailbox: Mailbox, life: Life
) -> None:
    requested = ask(browser, clock, waive_grace=True)
    requested.finish()
    again = Browser(browser.stage, mailbox).sign_up(ADA).top_up()
    # The whole machine once more, as a late restart would run it.
    requested.finish()
    assert again.get("/api/me").json["status"] == "active"
    assert again.available_micros() == 10_000_000


def test_between_close_and_certificate_a_sign_up_changes_nothing(
    browser: Browser, clock: Clock, mailbox: Mailbox, life: Life
) -> None:
    requested = ask(browser, clock, waive_grace=True)
    requested.until("in_progress")
    requested.step("close")
    requested.step("erase", "users")
    version = browser.get("/api/privacy/policy").json["version"]
    new = {"email": ADA, "password": "another good password", "birth_date": "1990-05-17"}
    assert browser.post("/api/auth/signup", {**new, "policy_version": version}).status == 202
    assert everything("users") == []
    requested.finish()
    assert everything("users") == []
    assert Browser(browser.stage, mailbox).sign_up(ADA).get("/api/me").status == 200


def test_a_file_that_is_asked_for_in_the_grace_is_fetched_and_goes_with_the_rest(
    life: Life, browser: Browser, clock: Clock
) -> None:
    requested = ask(browser, clock)
    requested.until("grace")
    asked = Asked(browser.sign_in(ADA))
    work()
    assert asked.fetch().rows("account")[0]["email"] == ADA
    queued = Asked(browser, "portability")
    assert stored(life.account_id)
    requested.at_grace_end()
    requested.finish()
    assert stored(life.account_id) == {}
    whose = [(entry.actor, entry.what) for entry in audit.entries(life.account_id)]
    assert queued.request().state == "cancelled"
    assert ("service", "cancelled") in whose
    assert ("person", "cancelled") not in whose


def test_what_a_deletion_drops_of_other_requests_nobody_is_said_to_have_cancelled(
    life: Life, browser: Browser, clock: Clock
) -> None:
    assert browser.post(REQUESTS, {"type": "correction"}).status == 201
    requested = ask(browser, clock, waive_grace=True)
    requested.finish()
    said = {entry.what: entry.actor for entry in audit.entries(life.account_id)}
    assert said["cancelled"] == "service"
    assert audit.check(life.account_id) == []
