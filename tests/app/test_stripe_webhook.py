"""Stripe's webhook: only Stripe is heard, and a payment is credited once, however it is told."""

from __future__ import annotations

import copy
import itertools
import json
import time
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.core import clock as core_clock
from chalicelib.core import ids
from infra.local.payments.webhooks import sign
from tests.harness.browser import Browser
from tests.harness.environment import SECRETS
from tests.harness.killpoints import intercepted
from tests.harness.lambda_door import ask
from tests.harness.signed import FORM, STRIPE, WEBHOOK_SECRET, post_stripe
from tests.harness.stage import Stage

AMOUNT = 10_000_000
COMPLETED, SUCCEEDED = "checkout.session.completed", "payment_intent.succeeded"


@dataclass
class Ordered:
    """One order of Ada's, and what Stripe has to tell of it."""

    ada: Browser
    stage: Stage
    id: str
    checkout_id: str
    heard: int

    def pay(self, outcome: Any = "succeeded") -> Ordered:
        self.stage.payments.pay(self.checkout_id, outcome)
        return self

    def events(self) -> list[dict[str, Any]]:
        return [copy.deepcopy(event) for event in self.stage.payments.events()[self.heard :]]

    def event(self, kind: str) -> dict[str, Any]:
        [found] = [event for event in self.events() if event["type"] == kind]
        return found

    @property
    def state(self) -> str:
        return str(self.ada.get(f"/api/topups/{self.id}").json["state"])

    def credits(self) -> list[int]:
        """What was booked, which is what there is."""
        entries = self.ada.get("/api/ledger", limit=100).json["items"]
        amounts = [int(entry["amount"]["amount_micros"]) for entry in entries]
        assert self.ada.available_micros() == sum(amounts)
        return amounts


@pytest.fixture
def ada(browser: Browser) -> Browser:
    return browser.sign_up()


def place(ada: Browser, stage: Stage) -> Ordered:
    heard = len(stage.payments.events())
    order = ada.post("/api/topups", {"amount_micros": AMOUNT}).json
    return Ordered(ada, stage, order["id"], order["checkout_id"], heard)


@pytest.fixture
def ordered(ada: Browser, stage: Stage) -> Ordered:
    return place(ada, stage)


@pytest.fixture
def paid(ordered: Ordered) -> Ordered:
    return ordered.pay()


def test_a_payment_is_credited_to_its_account(paid: Ordered) -> None:
    assert post_stripe(paid.event(COMPLETED)).status == 200
    assert (paid.state, paid.credits()) == ("paid", [AMOUNT])


def test_an_event_told_ten_times_credits_once(paid: Ordered) -> None:
    event = paid.event(COMPLETED)
    assert {post_stripe(event).status for _ in range(10)} == {200}
    assert {post_stripe({**event, "id": f"evt_{number}"}).status for number in range(5)} == {200}
    assert paid.credits() == [AMOUNT]


def test_all_that_is_told_of_a_payment_credits_once_in_any_order(ada: Browser, stage: Stage) -> None:
    kinds = {event["type"] for event in place(ada, stage).pay().events()}
    assert kinds >= {COMPLETED, SUCCEEDED, "charge.succeeded"}
    for count, order in enumerate(itertools.permutations([COMPLETED, SUCCEEDED, COMPLETED]), 1):
        paid = place(ada, stage).pay()
        assert [post_stripe(paid.event(kind)).status for kind in order] == [200, 200, 200]
        assert paid.state == "paid"
        assert paid.credits() == [AMOUNT] * count


def test_a_bank_payment_is_credited_when_the_bank_has_paid(ada: Browser, stage: Stage) -> None:
    for step in (1, -1):
        before = ada.available_micros()
        paid = place(ada, stage).pay("async_succeeded")
        told = paid.events()[::step]
        assert "checkout.session.async_payment_succeeded" in {event["type"] for event in told}
        assert {post_stripe(event).status for event in told} == {200}
        assert (paid.state, ada.available_micros() - before) == ("paid", AMOUNT)


def test_a_bank_that_does_not_pay_credits_nothing(ordered: Ordered) -> None:
    ordered.pay("async_failed")
    told = ordered.events()
    for event in [*told, *told[::-1]]:
        assert post_stripe(event).status == 200
    assert (ordered.state, ordered.credits()) == ("failed", [])


def test_whom_stripe_keeps_for_a_payment_that_failed_it_forgets(ordered: Ordered, stage: Stage) -> None:
    ordered.pay("async_failed")
    assert stage.payments.all("customer")
    for event in [*ordered.events(), *ordered.events()]:
        assert post_stripe(event).status == 200
    assert stage.payments.all("customer") == []


def test_an_unpaid_page_ends_its_order_and_a_payment_after_all_is_credited(ordered: Ordered) -> None:
    ordered.pay("abandoned")
    expired = ordered.event("checkout.session.expired")
    assert post_stripe(expired).status == 200
    assert (ordered.state, ordered.credits()) == ("expired", [])
    told = copy.deepcopy(expired)
    told["type"] = COMPLETED
    told["data"]["object"] |= {"status": "complete", "payment_status": "paid", "payment_intent": "pi_late"}
    assert post_stripe(told).status == 200
    assert (ordered.state, ordered.credits()) == ("paid", [AMOUNT])
    assert post_stripe(expired).status == 200
    assert (ordered.state, ordered.credits()) == ("paid", [AMOUNT])


def test_an_unpaid_completed_page_credits_nothing(paid: Ordered) -> None:
    event = paid.event(COMPLETED)
    for status in ("unpaid", "no_payment_required"):
        event["data"]["object"]["payment_status"] = status
        assert post_stripe(event).status == 200
    assert paid.credits() == []


def refused(paid: Ordered, kind: str, event: Any, **how: Any) -> None:
    with intercepted() as requests:
        answer = post_stripe(event, **how)
    assert (answer.status, answer.json["type"]) == (403, kind), how
    assert requests == [], "refused before anything is read or written"


def test_what_stripe_did_not_sign_is_refused(paid: Ordered) -> None:
    event = paid.event(COMPLETED)
    for secret in ("whsec_another", "", SECRETS["stripe_api_key"], "WHSEC_CURRENT"):
        refused(paid, "signature", event, secret=secret)
    for age in (301, 3600, 10 * 365 * 86_400):
        refused(paid, "signature", event, at=int(time.time()) - age)
    body = json.dumps(event).encode()
    good = sign(body, WEBHOOK_SECRET, int(time.time()))
    stamp, _, signature = good.partition(",")
    odd = [
        "",
        " ",
        "t=,v1=",
        stamp,
        signature,
        f"{stamp},v0={signature[3:]}",
        f"{stamp},v1={'0' * 64}",
        good[:-1],
    ]
    for header in [*odd, f"{stamp}0,{signature}", "t=abc,v1=def", "\u00e9", ",", "=", "x" * 10_000]:
        refused(paid, "signature", event, stripe_signature=header)
    answer = ask("POST", STRIPE, headers={"content-type": "application/json"}, body=body)
    assert (answer.status, answer.json["type"]) == (403, "signature")
    assert (paid.state, paid.credits()) == ("open", [])


def test_a_changed_body_is_refused(paid: Ordered) -> None:
    body = json.dumps(paid.event(COMPLETED)).encode()
    header = sign(body, WEBHOOK_SECRET, int(time.time()))
    for changed in (body.replace(b"1000", b"9000"), body + b" ", body[:-1], b"", b"null", b"\xff" + body):
        refused(paid, "signature", changed, stripe_signature=header)
    assert paid.credits() == []


def test_a_young_signature_of_either_secret_is_good(ada: Browser, stage: Stage) -> None:
    for count, (secret, age) in enumerate([("whsec_current", 290), ("whsec_previous", 0)], 1):
        paid = place(ada, stage).pay()
        assert post_stripe(paid.event(COMPLETED), secret=secret, at=int(time.time()) - age).status == 200
        assert len(paid.credits()) == count


def test_several_signatures_are_good_when_one_is(paid: Ordered) -> None:
    body = json.dumps(paid.event(COMPLETED)).encode()
    stamp, _, signature = sign(body, WEBHOOK_SECRET, int(time.time())).partition(",")
    assert post_stripe(body, stripe_signature=f"{stamp},v1={'0' * 64},{signature}").status == 200
    assert paid.credits() == [AMOUNT]


def test_an_event_of_stripes_other_mode_is_refused(paid: Ordered) -> None:
    refused(paid, "livemode", {**paid.event(COMPLETED), "livemode": True})
    assert paid.credits() == []


def test_a_payment_for_an_order_that_we_do_not_know_yet_is_asked_for_again(paid: Ordered) -> None:
    event = paid.event(COMPLETED)
    event["data"]["object"]["metadata"]["order"] = ids.new("ord", core_clock.now())
    event["data"]["object"]["payment_intent"] = "pi_early"
    answer = post_stripe(event)
    assert (answer.status, answer.json["type"]) == (503, "too-early")
    assert int(answer.headers["retry-after"]) > 0
    assert paid.credits() == []


def test_what_is_sold_elsewhere_in_the_same_stripe_account_is_none_of_ours(paid: Ordered) -> None:
    event = paid.event(COMPLETED)
    subscription = {"mode": "subscription", "payment_intent": None, "subscription": "sub_1"}
    setup = {"mode": "setup", "amount_subtotal": None, "amount_total": None, "currency": None}
    elsewhere: list[dict[str, Any]] = [
        {},
        subscription,
        {**setup, "payment_intent": None, "setup_intent": "seti_1"},
    ]
    for changed, metadata in itertools.product(elsewhere, ({}, {"shop": "mugs"}, None)):
        told = copy.deepcopy(event)
        told["data"]["object"] |= {**changed, "metadata": metadata}
        assert post_stripe(told).status == 200, changed
    for kind in ("customer.created", "invoice.paid", "charge.succeeded", "payout.failed", "a.new.one"):
        assert (
            post_stripe({**event, "type": kind, "data": {"object": {"id": "x", "object": "x"}}}).status == 200
        )
    assert (paid.state, paid.credits()) == ("open", [])


@pytest.mark.parametrize("service", ["other", ""])
def test_an_order_of_another_service_in_the_same_stripe_account_is_none_of_ours(
    paid: Ordered, service: str
) -> None:
    """Else it would be refused for three days, and then its money booked here."""
    event = paid.event(COMPLETED)
    event["data"]["object"]["metadata"] |= {"order": ids.new("ord", core_clock.now()), "service": service}
    assert post_stripe(event).status == 200
    assert paid.credits() == []


def test_an_order_that_names_no_service_is_ours(paid: Ordered) -> None:
    event = paid.event(COMPLETED)
    assert event["data"]["object"]["metadata"].pop("service") == "local"
    assert post_stripe(event).status == 200
    assert paid.credits() == [AMOUNT]


@pytest.mark.parametrize(
    "changed",
    [{"amount_subtotal": 999, "amount_total": 999}, {"amount_subtotal": 1_000_000}, {"currency": "eur"}],
    ids=str,
)
def test_a_payment_that_does_not_fit_its_order_is_set_aside(paid: Ordered, changed: dict[str, Any]) -> None:
    event = paid.event(COMPLETED)
    event["data"]["object"] |= changed
    for _ in range(2):
        assert post_stripe(event).status == 200
    assert (paid.state, paid.credits()) == ("suspense", [])


def test_odd_bodies_are_refused_and_never_a_failure(paid: Ordered) -> None:
    for body in (b"", b"{", b"\xff\xfe", b"x" * 1_000_000, b"[" * 100_000, b'{"a":1}' * 20_000):
        refused(paid, "signature", body, stripe_signature=f"t={int(time.time())},v1={'0' * 64}")
    for body in (b"", b"{", b"not json"):
        refused(paid, "signature", body)
    headers = {"content-type": FORM, "stripe-signature": "x"}
    assert ask("POST", STRIPE, headers=headers, body=b"a=b").status == 403
    assert paid.credits() == []


def test_a_huge_event_is_read_as_any_other(paid: Ordered) -> None:
    event = paid.event(COMPLETED)
    event["data"]["object"]["custom_text"] = {"submit": {"message": "x" * 2_000_000}}
    assert post_stripe(event).status == 200
    assert paid.credits() == [AMOUNT]


def test_a_silent_stripe_lets_the_event_come_again(paid: Ordered) -> None:
    event = paid.event(SUCCEEDED)
    faults: list[Any] = ["error500", "timeout_before", "timeout_after", "rate_limited"]
    for fault in faults:
        paid.stage.payments.faults.plant("checkout.sessions.list", fault)
        answer = post_stripe(event)
        assert answer.status == 503, fault
        assert int(answer.headers["retry-after"]) > 0
        paid.stage.payments.faults.clear()
    assert post_stripe(event).status == 200
    assert paid.credits() == [AMOUNT]
