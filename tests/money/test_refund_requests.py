"""Refunds that a person asks for: set aside before Stripe is asked, and ended by whoever hears first."""

from __future__ import annotations

import threading
from datetime import timedelta

import msgspec
import pytest

from chalicelib.core import clock as service_clock
from chalicelib.core import ids
from chalicelib.core.errors import Refusal
from chalicelib.money import holds, ledger, refund_requests, refunds
from chalicelib.money.holds import Hold
from chalicelib.policy import profile
from chalicelib.providers import stripe_records
from tests.conftest import Clock
from tests.harness.killpoints import intercepted
from tests.harness.stage import Stage
from tests.money.payer import Payer
from tests.money.refunding import TEN, finish, give_back, new_id, refunded_at_stripe, reservations, spend


@pytest.fixture
def payer(stage: Stage, clock: Clock) -> Payer:
    return Payer(stage)


def test_unused_credit_goes_back_newest_payment_first(payer: Payer, clock: Clock) -> None:
    old = payer.top_up()
    clock.advance(timedelta(days=1))
    new = payer.top_up()
    made = give_back(payer, 12_500_000)
    assert [(part.payment_intent, part.amount_micros) for part in made.parts] == [
        (new, TEN),
        (old, 2_500_000),
    ]
    assert (made.state, made.amount_micros) == ("succeeded", 12_500_000)
    payer.stage.settle_payments()
    assert payer.available_micros == 7_500_000
    assert reservations(payer) == {}
    assert refunded_at_stripe(payer) == 12_500_000


def test_all_of_it_goes_back_but_parts_of_a_cent(payer: Payer) -> None:
    payer.top_up()
    spend(payer, 1_234_567)
    made = give_back(payer)
    assert made.amount_micros == 8_760_000
    assert payer.available_micros == 5_433


def test_more_than_can_go_back_is_refused_and_changes_nothing(payer: Payer) -> None:
    payer.top_up()
    spend(payer, 1_000_000)
    with pytest.raises(Refusal, match="409 not-refundable") as refused:
        give_back(payer, 9_010_000)
    assert "9 USD" in refused.value.detail
    with pytest.raises(Refusal, match="422"):
        give_back(payer, 1_000_001)
    assert payer.available_micros == 9_000_000
    assert refunded_at_stripe(payer) == 0


def test_an_account_without_credit_or_at_rest_gives_nothing_back(payer: Payer) -> None:
    with pytest.raises(Refusal, match="409 not-refundable"):
        give_back(payer)
    payer.top_up()
    ledger.set_status(payer.account_id, "suspended")
    with pytest.raises(Refusal, match="409 account-suspended"):
        give_back(payer)


def test_a_disputed_payment_is_left_out(payer: Payer, clock: Clock) -> None:
    old = payer.top_up()
    clock.advance(timedelta(days=1))
    disputed = payer.top_up()
    payer.stage.payments.dispute(disputed, 1_000_000, "lost")
    payer.stage.settle_payments()
    with pytest.raises(Refusal, match="409 account-frozen"):
        give_back(payer)
    assert refunds.refund_all(payer.account_id)
    (made,) = refund_requests.newest_first(payer.account_id)
    assert [part.payment_intent for part in made.parts] == [old]


def test_the_webhook_may_be_faster_than_the_answer(payer: Payer) -> None:
    payment = payer.top_up()
    payer.stage.payments.faults.plant("refunds.create", "timeout_after")
    made = give_back(payer)
    assert (made.state, made.amount_micros) == ("pending", TEN)
    assert reservations(payer) == {refund_requests.key_of(made.id, payment): TEN}
    assert payer.available_micros == 0
    payer.stage.settle_payments()
    assert reservations(payer) == {}
    assert refund_requests.get(payer.account_id, made.id).state == "succeeded"
    assert payer.available_micros == 0
    assert refunded_at_stripe(payer) == TEN


@pytest.mark.parametrize("fault", ["timeout_before", "timeout_after", "error500", "error500_after"])
def test_a_lost_answer_is_asked_for_again_and_refunds_once(payer: Payer, fault: str) -> None:
    payer.top_up()
    payer.stage.payments.faults.plant("refunds.create", fault)
    give_back(payer)
    payer.stage.payments.drop(payer.waiting())
    finish(payer)
    finish(payer)
    assert reservations(payer) == {}
    assert refunded_at_stripe(payer) == TEN
    assert payer.available_micros == 0


def test_days_later_the_partner_is_asked_whether_it_refunded_before_it_is_asked_to(
    payer: Payer, clock: Clock
) -> None:
    payer.top_up()
    payer.stage.payments.faults.plant("refunds.create", "timeout_after")
    give_back(payer, 1_000_000)
    payer.stage.payments.drop(payer.waiting())
    clock.advance(timedelta(days=3))
    finish(payer)
    assert refunded_at_stripe(payer) == 1_000_000
    assert payer.available_micros == 9_000_000


def test_a_refund_that_the_partner_does_not_list_yet_is_not_made_again(
    payer: Payer, monkeypatch: pytest.MonkeyPatch
) -> None:
    payer.top_up()
    payer.stage.payments.faults.plant("refunds.create", "timeout_after")
    give_back(payer, 1_000_000)
    payer.stage.payments.drop(payer.waiting())
    with monkeypatch.context() as patched:
        patched.setattr(stripe_records, "refunds_of", lambda _: iter(()))
        finish(payer)
    assert refunded_at_stripe(payer) == 1_000_000
    assert payer.available_micros == 9_000_000


def test_a_refund_that_the_partner_refuses_frees_its_credit(payer: Payer) -> None:
    payment = payer.top_up()
    payer.stage.payments.dispute(payment, TEN)
    payer.stage.payments.drop(payer.waiting())
    with pytest.raises(Refusal, match="409 not-refundable"):
        give_back(payer)
    assert reservations(payer) == {}
    assert payer.available_micros == TEN


def test_one_that_fails_before_it_is_booked_frees_its_credit(payer: Payer) -> None:
    payer.top_up()
    payer.stage.payments.start_refunds("pending")
    payer.stage.payments.faults.plant("refunds.create", "timeout_after")
    made = give_back(payer)
    (event,) = [event for event in payer.stage.payments.events() if event["type"] == "refund.created"]
    payer.stage.payments.fail_refund(event["data"]["object"]["id"])
    payer.stage.payments.deliver(payer.waiting("refund.failed"), 2)
    assert reservations(payer) == {}
    assert payer.available_micros == TEN
    assert [kind for kind, _, _ in payer.entries()] == ["topup"]
    assert refund_requests.get(payer.account_id, made.id).state == "failed"
    payer.stage.settle_payments()
    assert payer.available_micros == TEN


def test_a_pending_refund_is_booked_and_followed(payer: Payer) -> None:
    payer.top_up()
    payer.stage.payments.start_refunds("pending")
    made = give_back(payer)
    assert (made.state, payer.available_micros) == ("pending", 0)
    assert made.parts[0].refund_id
    payer.stage.payments.settle_refund(made.parts[0].refund_id)
    payer.stage.settle_payments()
    assert refund_requests.get(payer.account_id, made.id).state == "succeeded"


def test_the_same_request_sent_again_goes_on_where_it_was_left(payer: Payer, clock: Clock) -> None:
    payer.top_up()
    clock.advance(timedelta(days=1))
    payer.top_up()
    id = new_id()
    payer.stage.payments.faults.plant("refunds.create", "timeout_after", 2)
    first = give_back(payer, 12_000_000, id)
    assert first.state == "pending"
    assert give_back(payer, 12_000_000, id).state == "succeeded"
    assert give_back(payer, 12_000_000, id).amount_micros == 12_000_000
    payer.stage.settle_payments()
    assert payer.available_micros == 8_000_000
    assert refunded_at_stripe(payer) == 12_000_000


def test_two_requests_never_ask_twice_for_the_same_credit(payer: Payer) -> None:
    payer.top_up()
    payer.stage.payments.faults.plant("refunds.create", "timeout_before", 2)
    give_back(payer, 6_000_000)
    with pytest.raises(Refusal, match="409 not-refundable"):
        give_back(payer, 6_000_000)
    give_back(payer, 4_000_000)
    finish(payer)
    assert payer.available_micros == 0
    assert refunded_at_stripe(payer) == TEN


def test_a_call_and_a_refund_never_spend_the_same_credit(payer: Payer) -> None:
    payer.top_up()
    call = ids.new("call", service_clock.now())
    holds.place(payer.account_id, call, lambda micros: Hold(min(micros, 7_000_000), 1, {}), 2)
    with pytest.raises(Refusal, match="409 not-refundable"):
        give_back(payer, 4_000_000)
    assert give_back(payer).amount_micros == 3_000_000
    assert payer.available_micros == 0


def test_refunds_that_race_give_back_no_more_than_there_is(payer: Payer) -> None:
    """moto is right in one thread only, so rivals take turns: they start while the first waits for Stripe."""
    payer.top_up()
    client_answer = payer.stage.payments.answer
    begun = threading.Event()

    def answer(asked: object) -> object:
        if not begun.is_set():
            begun.set()
            with pytest.raises(Refusal, match="409 not-refundable"):
                give_back(payer, 7_000_000)
            give_back(payer, 3_000_000)
        return client_answer(asked)  # type: ignore[arg-type]

    payer.stage.payments.answer = answer  # type: ignore[method-assign,assignment]
    give_back(payer, 7_000_000)
    payer.stage.settle_payments()
    assert payer.available_micros == 0
    assert refunded_at_stripe(payer) == TEN


def test_with_tax_the_whole_payment_goes_back_for_its_net_price(
    payer: Payer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = msgspec.structs.replace(profile.current(), automatic_tax=True)
    monkeypatch.setattr(profile, "current", lambda: made)
    payer.stage.payments.set_tax("8.9")
    payer.top_up()
    assert payer.available_micros == TEN
    part = give_back(payer, 3_330_000)
    assert 3_320_000 < part.amount_micros <= 3_330_000
    rest = give_back(payer)
    assert part.amount_micros + rest.amount_micros == TEN
    assert payer.available_micros == 0
    assert refunded_at_stripe(payer) == 10_890_000


def test_what_a_rival_sets_aside_once_more_is_let_go(payer: Payer) -> None:
    """It had looked at the payment before the refund was booked."""
    payment = payer.top_up()
    made = give_back(payer, 4_000_000)
    payer.stage.settle_payments()
    key = refund_requests.key_of(made.id, payment)
    holds.reserve(payer.account_id, key, Hold(4_000_000, 0, {"gross": 4_000_000, "at": 0}))
    assert payer.available_micros == 2_000_000
    finish(payer)
    assert (payer.available_micros, reservations(payer)) == (6_000_000, {})
    assert refunded_at_stripe(payer) == 4_000_000


def test_of_many_refunds_only_what_is_news_is_looked_into(payer: Payer) -> None:
    payment = payer.top_up()
    for _ in range(5):
        give_back(payer, 1_000_000)
    payer.stage.payments.refund(payment, 1_000_000)
    payer.stage.payments.drop(payer.waiting())
    with intercepted() as requests:
        assert refunds.look(payment)
    assert payer.available_micros == 4_000_000
    with intercepted() as requests:
        assert not refunds.look(payment)
    assert requests == ["GetItem", "stripe GET"]


def test_many_payments_are_read_at_once(payer: Payer) -> None:
    for _ in range(5):
        payer.top_up(5_000_000)
    with intercepted() as requests:
        assert refunds.refundable_micros(payer.account_id) == 25_000_000
    assert requests == ["GetItem", "Query", "BatchGetItem"]
