"""A request sent again under its Idempotency-Key."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from unittest import mock

import boto3
import pytest

from chalicelib.core import ids
from chalicelib.core.errors import Refusal
from chalicelib.money import topups
from infra.local.payments.in_process import stripe_client
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.killpoints import Killed, intercepted
from tests.harness.lambda_door import Answer

TEN = {"amount_micros": 10_000_000}
KEY = "client-key-1"


@pytest.fixture
def buyer(browser: Browser) -> Browser:
    return browser.sign_up()


def order(browser: Browser, key: str = KEY, body: Any = TEN) -> Answer:
    return browser.post("/api/topups", body, idempotency_key=key)


def orders() -> list[str]:
    items = boto3.client("dynamodb").scan(TableName="vowline-local-payments")["Items"]
    return sorted(item["id"]["S"] for item in items if item["id"]["S"].startswith("ORDER#"))


def pages(browser: Browser) -> int:
    """How many checkout pages Stripe has."""
    sessions = stripe_client(browser.stage.payments).v1.checkout.sessions.list({"limit": 100})
    return len(list(sessions.auto_paging_iter()))


def kept() -> list[dict[str, Any]]:
    items = boto3.client("dynamodb").scan(TableName="vowline-local-sessions")["Items"]
    return [item for item in items if item["token_hash"]["S"].startswith("IDEMPOTENCY#")]


def test_the_same_key_and_body_is_answered_as_before_and_acts_once(buyer: Browser) -> None:
    first, again = order(buyer), order(buyer)
    assert (first.status, again.status) == (201, 201)
    assert again.json == first.json
    assert again.headers["content-type"] == first.headers["content-type"]
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert len(orders()) == 1


def test_a_request_without_a_key_is_a_new_one_each_time(buyer: Browser) -> None:
    first, again = (buyer.post("/api/topups", TEN).json["id"] for _ in range(2))
    assert first != again
    assert kept() == []


def test_the_same_key_for_another_body_is_refused(buyer: Browser) -> None:
    order(buyer)
    answer = order(buyer, body={"amount_micros": 20_000_000})
    assert (answer.status, answer.json["type"]) == (422, "idempotency-key-reused")
    assert len(orders()) == 1


def test_two_people_and_two_keys_do_not_meet(buyer: Browser) -> None:
    other = Browser(buyer.stage, buyer.mailbox).sign_up("bob@example.org")
    answers = [order(buyer), order(other), order(buyer, "other")]
    assert len({answer.json["id"] for answer in answers}) == 3


def test_a_key_that_is_none_is_refused(buyer: Browser) -> None:
    for key in ("", "a b", "x" * 256, "ä"):
        answer = order(buyer, key)
        assert (answer.status, answer.json["errors"][0]["field"]) == (422, "Idempotency-Key"), key
    assert order(buyer, "x" * 255).status == 201


def test_after_a_day_a_key_is_new(buyer: Browser, clock: Clock) -> None:
    first = order(buyer).json
    clock.advance(timedelta(hours=23, minutes=59))
    assert order(buyer).json == first
    clock.advance(timedelta(minutes=2))
    again = order(buyer)
    assert again.json["id"] != first["id"]
    assert "idempotent-replayed" not in again.headers


def test_while_the_first_is_worked_on_the_second_is_told_when_to_come_again(buyer: Browser) -> None:
    answers: list[Answer] = []
    start = topups.start

    def slowly(*arguments: Any) -> Any:
        answers.append(order(buyer))
        return start(*arguments)

    with mock.patch.object(topups, "start", slowly):
        first = order(buyer)
    [meanwhile] = answers
    assert (meanwhile.status, meanwhile.json["type"]) == (409, "in-progress")
    assert 0 < int(meanwhile.headers["retry-after"]) <= 30
    assert first.status == 201
    assert len(orders()) == 1


def test_a_refusal_is_not_kept(buyer: Browser) -> None:
    with mock.patch.object(topups, "start", side_effect=Refusal(402, "no", "No.")):
        assert order(buyer).status == 402
    answer = order(buyer)
    assert answer.status == 201
    assert "idempotent-replayed" not in answer.headers


def test_a_partner_that_was_silent_is_asked_again_for_the_same_order(buyer: Browser) -> None:
    buyer.stage.payments.faults.plant("checkout.sessions.create", "timeout_after", 1)
    assert order(buyer).status == 503
    begun = orders()
    answer = order(buyer)
    assert answer.status == 201
    assert orders() == begun == [f"ORDER#{answer.json['id']}"]
    assert pages(buyer) == 1


def test_a_kill_anywhere_leaves_one_order_and_one_page(buyer: Browser, clock: Clock) -> None:
    with intercepted() as requests:
        assert order(buyer, "undisturbed").status == 201
    assert len(requests) > 5
    for number in range(len(requests)):
        for moment in ("before", "after"):
            before, sold = orders(), pages(buyer)
            key = f"{moment}-{number}"

            def kill(at: int, _: str, number: int = number) -> None:
                if at == number:
                    raise Killed

            with pytest.raises(Killed), intercepted(**{moment: kill}):
                order(buyer, key)
            clock.advance(timedelta(seconds=31))
            answer = order(buyer, key)
            assert answer.status == 201, (moment, requests[number])
            made = set(orders()) - set(before)
            assert made == {f"ORDER#{answer.json['id']}"}, (moment, requests[number])
            assert pages(buyer) == sold + 1
            assert order(buyer, key).json == answer.json
            clock.advance(timedelta(hours=12))  # nobody orders so often


def test_before_the_lock_of_a_killed_request_has_ended_nobody_runs_it(buyer: Browser, clock: Clock) -> None:
    with mock.patch.object(topups, "start", side_effect=Killed), pytest.raises(Killed):
        order(buyer)
    answer = order(buyer)
    assert answer.status == 409
    clock.advance(timedelta(seconds=int(answer.headers["retry-after"])))
    assert order(buyer).status == 201


def test_a_slow_first_run_does_not_overwrite_the_answer_of_the_second(buyer: Browser, clock: Clock) -> None:
    answers: list[Answer] = []
    start = topups.start

    def very_slowly(*arguments: Any) -> Any:
        if not answers:
            answers.append(Answer(0, "", {}))
            clock.advance(timedelta(seconds=31))
            answers.append(order(buyer))
        return start(*arguments)

    with mock.patch.object(topups, "start", very_slowly):
        first = order(buyer)
    assert first.json == answers[1].json == order(buyer).json
    assert len(orders()) == 1


def test_what_is_kept_goes_with_the_persons_sessions_and_after_a_day(buyer: Browser) -> None:
    order(buyer)
    [item] = kept()
    assert item["user_id"]["S"] == buyer.get("/api/me").json["user_id"]
    assert int(item["expires_at"]["N"]) > 0
    assert KEY not in json.dumps(item)


def test_a_derived_id_is_the_seeds_own_and_carries_its_time() -> None:
    at = ids.made_at(ids.new("ord", ids.made_at("ord_01HZZZZZZZ0000000000000000")))
    first = ids.derived("ord", at, "seed")
    assert ids.valid("ord", first)
    assert ids.made_at(first) == at
    assert ids.derived("ord", at, "seed") == first
    assert len({first[4:], ids.derived("ref", at, "seed")[4:], ids.derived("ord", at, "other")[4:]}) == 3


def test_the_api_document_tells_which_routes_take_a_key(browser: Browser) -> None:
    document = browser.get("/api/openapi.json").json
    taking = {
        (path, method)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if any(parameter["name"] == "Idempotency-Key" for parameter in operation["parameters"])
    }
    assert {("/api/topups", "post"), ("/api/auto-topup", "put")} <= taking
    assert all({"409", "422"} <= set(document["paths"][path][method]["responses"]) for path, method in taking)
