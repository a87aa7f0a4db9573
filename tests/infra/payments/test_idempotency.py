"""Idempotency keys and planted faults: an answer that was lost is found again."""

from __future__ import annotations

from typing import get_args

import pytest
import stripe

from infra.local.exchange import Asked
from infra.local.payments.faults import Kind
from infra.local.payments.in_process import stripe_client

from .conftest import World


def refund(world: World, intent: str, amount: int = 100, key: str = "R1") -> stripe.Refund:
    return world.client.v1.refunds.create(
        {"payment_intent": intent, "amount": amount}, {"idempotency_key": key}
    )


def made(world: World) -> int:
    return len(world.client.v1.refunds.list().data)


def test_the_same_key_gives_the_same_answer_and_acts_once(world: World) -> None:
    intent = world.paid()
    first, second = refund(world, intent), refund(world, intent)
    assert first.id == second.id
    assert made(world) == 1
    assert first.last_response is not None
    assert second.last_response is not None
    assert "idempotent-replayed" not in first.last_response.headers
    headers = second.last_response.headers
    assert headers["Idempotent-Replayed"] == "true"
    assert headers["original-request"] == first.last_response.headers["request-id"]


def test_the_same_key_with_other_parameters_is_refused(world: World) -> None:
    intent = world.paid()
    refund(world, intent, 100)
    with pytest.raises(stripe.IdempotencyError) as refused:
        refund(world, intent, 200)
    assert refused.value.http_status == 400
    assert made(world) == 1


def test_a_key_is_forgotten_after_a_day(world: World) -> None:
    intent = world.paid()
    first = refund(world, intent)
    world.clock.now += 86_399
    assert refund(world, intent).id == first.id
    world.clock.now += 1
    assert refund(world, intent).id != first.id


def test_a_wrong_request_leaves_its_key_free_but_a_refused_act_keeps_it(world: World) -> None:
    intent = world.paid(1000)
    with pytest.raises(stripe.InvalidRequestError, match="at least 1"):
        refund(world, intent, 0)
    assert refund(world, intent, 900).amount == 900
    with pytest.raises(stripe.InvalidRequestError, match="more than the 100 left"):
        refund(world, intent, 101, "R2")
    with pytest.raises(stripe.InvalidRequestError) as replayed:
        refund(world, intent, 101, "R2")
    assert (replayed.value.headers or {})["idempotent-replayed"] == "true"


@pytest.mark.parametrize(
    ("kind", "error", "acted"),
    [
        ("error500", stripe.APIError, 0),
        ("error500_after", stripe.APIError, 1),
        ("timeout_before", stripe.APIConnectionError, 0),
        ("timeout_after", stripe.APIConnectionError, 1),
        ("rate_limited", stripe.RateLimitError, 0),
    ],
)
def test_a_fault_fails_before_or_after_the_act_and_a_retry_acts_once(
    world: World, kind: Kind, error: type[Exception], acted: int
) -> None:
    intent = world.paid()
    world.payments.faults.plant("refunds.create", kind)
    with pytest.raises(error):
        refund(world, intent)
    assert made(world) == acted
    assert refund(world, intent).status == "succeeded"
    assert made(world) == 1


def test_faults_strike_as_often_as_planted_and_only_their_operation(world: World) -> None:
    world.payments.faults.plant("checkout.sessions.create", "error500", 2)
    assert world.client.v1.checkout.sessions.list().data == []
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            world.order()
    assert world.order().status == "open"


def test_the_real_client_rides_over_a_lost_answer_by_itself(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.001)
    intent = world.paid()
    world.payments.faults.plant("refunds.create", "timeout_after")
    world.client = stripe_client(world.payments, max_network_retries=2)
    assert refund(world, intent).status == "succeeded"
    assert made(world) == 1


def test_an_unknown_operation_or_kind_of_fault_is_an_error(world: World) -> None:
    with pytest.raises(ValueError, match="unknown operation"):
        world.payments.faults.plant("checkout.session.create", "error500")
    with pytest.raises(ValueError, match="unknown kind"):
        world.payments.faults.plant("refunds.create", "error501")
    assert len(get_args(Kind)) == 6


def test_a_missing_object_is_the_providers_own_error(world: World) -> None:
    with pytest.raises(stripe.InvalidRequestError) as missing:
        world.client.v1.payment_intents.retrieve("pi_unknown")
    assert (missing.value.http_status, missing.value.code) == (404, "resource_missing")
    assert missing.value.request_id is not None


@pytest.mark.parametrize("key", ["sk_live_abc", "pk_test_abc", "rubbish"])
def test_a_key_that_is_no_test_key_is_refused(world: World, key: str) -> None:
    with pytest.raises(stripe.AuthenticationError) as refused:
        stripe_client(world.payments, key).v1.events.list()
    assert refused.value.http_status == 401


def test_no_key_at_all_is_refused(world: World) -> None:
    assert world.get("/v1/events").status == 401


def test_an_unknown_address_is_not_found(world: World) -> None:
    asked = Asked("GET", "/v1/accounts", headers={"authorization": "Bearer sk_test_local"})
    assert world.payments.answer(asked).status == 404


@pytest.mark.parametrize("body", [b"a[b=1", b"a=1&a=2", b"a=1&a[b]=2", b"[a]=1"])
def test_a_malformed_form_is_refused(world: World, body: bytes) -> None:
    headers = {"authorization": "Bearer sk_test_local"}
    assert world.payments.answer(Asked("POST", "/v1/customers", "", headers, body)).status == 400
