"""Refunds at the doors: what a person asks for, sees and may not see; and what leaving gives back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.core import clock as service_clock
from chalicelib.core import ids
from chalicelib.money import ledger
from chalicelib.money.ledger import Movement
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.mailbox import Mailbox
from tests.privacy.requested import Requested

REFUNDS = "/api/refunds"


@pytest.fixture
def ada(browser: Browser) -> Browser:
    """Ada, with ten dollars of credit."""
    return browser.sign_up().top_up()


def balance(browser: Browser) -> tuple[int, int, str]:
    told = browser.get("/api/balance").json
    return told["available"]["amount_micros"], told["held"]["amount_micros"], told["status"]


def test_a_refund_is_answered_with_its_parts_and_booked(ada: Browser) -> None:
    answer = ada.post(REFUNDS, {"amount_micros": 2_500_000})
    assert answer.status == 201, answer.text
    made = answer.json
    assert (made["state"], made["amount"]) == ("succeeded", {"amount_micros": 2_500_000, "currency": "USD"})
    (part,) = made["parts"]
    assert part["refund"].startswith("re_")
    assert part["payment_intent"].startswith("pi_")
    ada.stage.settle_payments()
    assert balance(ada) == (7_500_000, 0, "open")
    (entry,) = [item for item in ada.get("/api/ledger").json["items"] if item["kind"] == "refund"]
    assert (entry["amount"]["amount_micros"], entry["cause"]) == (-2_500_000, part["refund"])
    assert ada.get(f"{REFUNDS}/{made['id']}").json == made


def test_without_an_amount_everything_goes_back(ada: Browser) -> None:
    assert ada.post(REFUNDS, {}).json["amount"]["amount_micros"] == 10_000_000
    assert balance(ada) == (0, 0, "open")
    again = ada.post(REFUNDS, {})
    assert (again.status, again.json["type"]) == (409, "not-refundable")


def test_what_is_set_aside_shows_as_held_until_the_partner_answers(ada: Browser) -> None:
    ada.stage.payments.faults.plant("refunds.create", "timeout_before")
    made = ada.post(REFUNDS, {"amount_micros": 4_000_000}).json
    assert made["state"] == "pending"
    assert balance(ada) == (6_000_000, 4_000_000, "open")


@pytest.mark.parametrize("amount", [0, -10_000, 1.5, "1", 10_000_000_001, True])
def test_an_amount_that_is_none_is_refused(ada: Browser, amount: object) -> None:
    assert ada.post(REFUNDS, {"amount_micros": amount}).status == 422


def test_a_part_is_no_smaller_than_a_dollar_unless_it_is_all_that_is_left(ada: Browser) -> None:
    answer = ada.post(REFUNDS, {"amount_micros": 990_000})
    assert (answer.status, answer.json["type"]) == (422, "invalid")
    assert "at least 1 USD" in answer.text
    assert ada.post(REFUNDS, {"amount_micros": 9_500_000}).status == 201
    assert ada.post(REFUNDS, {"amount_micros": 490_000}).status == 422
    assert ada.post(REFUNDS, {"amount_micros": 500_000}).status == 201
    assert balance(ada) == (0, 0, "open")


def test_ten_refunds_a_day_are_enough(ada: Browser, clock: Clock) -> None:
    answers = [ada.post(REFUNDS, {"amount_micros": 5_000}).status for _ in range(10)]
    assert set(answers) == {422}
    late = ada.post(REFUNDS, {"amount_micros": 1_000_000})
    assert (late.status, late.json["type"]) == (429, "too-many-requests")
    clock.advance(timedelta(days=1))
    ada.sign_in()
    assert ada.post(REFUNDS, {"amount_micros": 1_000_000}).status == 201


def test_parts_of_a_cent_and_more_than_there_is_are_refused(ada: Browser) -> None:
    assert ada.post(REFUNDS, {"amount_micros": 5_000}).status == 422
    answer = ada.post(REFUNDS, {"amount_micros": 10_010_000})
    assert (answer.status, answer.json["type"]) == (409, "not-refundable")
    assert balance(ada) == (10_000_000, 0, "open")


def test_refunds_are_listed_newest_first_and_page_by_page(ada: Browser) -> None:
    made = [ada.post(REFUNDS, {"amount_micros": cents * 10_000}).json["id"] for cents in (100, 200, 300)]
    found, cursor = [], None
    while True:
        page = ada.get(REFUNDS, limit=2, **({"cursor": cursor} if cursor else {})).json
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == made[::-1]


def test_a_strangers_refund_is_not_found(ada: Browser, mailbox: Mailbox) -> None:
    made = ada.post(REFUNDS, {"amount_micros": 1_000_000}).json
    eve = Browser(ada.stage, mailbox).sign_up("eve@example.org")
    assert eve.get(f"{REFUNDS}/{made['id']}").status == 404
    assert eve.get(REFUNDS).json == {"items": [], "next_cursor": None}
    (payment,) = made["parts"]
    assert eve.get(f"{REFUNDS}/{payment['refund']}").status == 404


def test_a_frozen_account_can_not_take_its_credit_out(ada: Browser) -> None:
    ada.top_up()
    disputed = ada.get("/api/ledger").json["items"][0]["cause"]
    ada.stage.payments.dispute(disputed, 1_000_000)
    ada.stage.settle_payments()
    answer = ada.post(REFUNDS, {})
    assert (answer.status, answer.json["type"]) == (409, "account-frozen")
    assert balance(ada) == (19_000_000, 0, "frozen")


def test_a_refund_needs_a_session_and_its_token(ada: Browser) -> None:
    ada.csrf_token = "guessed"
    assert ada.post(REFUNDS, {}).status == 403
    ada.cookies.clear()
    assert ada.post(REFUNDS, {}).status == 401
    assert ada.get(REFUNDS).status == 401


def test_leaving_gives_unused_credit_back_and_ends_the_books_at_nothing(ada: Browser) -> None:
    account_id = ada.account_id
    call = ids.new("call", service_clock.now())
    ledger.book(account_id, Movement("call", call, ids.made_at(call), -1_234_567))
    answer = ada.sign_in().post("/api/privacy/requests", {"type": "deletion", "waive_grace": True})
    assert answer.status == 201, answer.text
    Requested(ada, Clock(), answer.json).finish()
    funds = ledger.funds(account_id)
    assert (funds.status, funds.total_micros) == ("closed", 0)
    booked = {entry.kind: entry.amount_micros for entry in ledger.entries(account_id, 10)}
    assert booked == {"topup": 10_000_000, "call": -1_234_567, "refund": -8_760_000, "rounding": -5_433}
