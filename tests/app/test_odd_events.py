"""A signed event that is made as none of Stripe's: refused or understood, never an error, nothing booked."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
import stripe as sdk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.core import clock
from chalicelib.providers import stripe, stripe_events, stripe_facts
from tests.harness.browser import Browser
from tests.harness.logged import logged
from tests.harness.signed import post_stripe
from tests.harness.stage import Stage

ODD = [
    None,
    True,
    "",
    "12",
    "0x10",
    -1,
    1.5,
    10**30,
    [],
    {},
    [1],
    {"id": 7},
    "é" * 40,
    "x" * 3000,
    "💩" * 700,
    "4242424242424242",
]


@pytest.fixture
def told(browser: Browser, stage: Stage) -> list[dict[str, Any]]:
    """Every kind of event that paying and giving back brings."""
    browser.sign_up()
    order = browser.post("/api/topups", {"amount_micros": 10_000_000}).json
    stage.payments.pay(order["checkout_id"], "succeeded")
    stage.settle_payments()
    [intent] = stage.payments.all("payment_intent")
    stage.payments.refund(intent["id"], 2_000_000)
    stage.payments.dispute(intent["id"], 3_000_000, "won")
    stage.payments.warn_of_fraud(intent["id"])
    stage.settle_payments()
    return [event for event in stage.payments.events() if event["type"] in stripe_events.MEANINGS]


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths(inner, (*path, key))


def changed(event: dict[str, Any], path: tuple[Any, ...], to: Any) -> dict[str, Any]:
    made = copy.deepcopy(event)
    inner: Any = made
    for key in path[:-1]:
        inner = inner[key]
    if to is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = to
    return made


def test_text_where_a_number_belongs_is_refused_with_an_alarm_and_books_nothing(
    told: list[dict[str, Any]], browser: Browser
) -> None:
    before = browser.get("/api/ledger").json
    for event in told:
        for name in ("amount", "amount_total", "amount_subtotal", "amount_received", "created"):
            thing = event["data"]["object"]
            if name in thing and _means_something(event, name):
                with logged() as log:
                    answer = post_stripe(changed(event, ("data", "object", name), "twelve"))
                assert (answer.status, answer.json["type"]) == (400, "malformed"), (event["type"], name)
                assert '"alarm":"event-unclear"' in log.getvalue()
    assert browser.get("/api/ledger").json == before


def _means_something(event: dict[str, Any], name: str) -> bool:
    """Whether what we understand of an event rests on this."""
    made: Any = changed(event, ("data", "object", name), "twelve")["data"]["object"]
    try:
        stripe_facts.clear(stripe_events.MEANINGS[event["type"]], made)
    except stripe_facts.Unclear:
        return True
    return False


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_in_an_event_it_is_no_error(told: list[dict[str, Any]], data: st.DataObject) -> None:
    event = data.draw(st.sampled_from(told))
    path = data.draw(st.sampled_from(list(paths(event))))
    odd = data.draw(st.sampled_from([*ODD, ...]))
    answer = post_stripe(changed(event, path, odd))
    assert answer.status in (200, 400, 403, 409, 422, 503), (event["type"], path, odd, answer.text)


@pytest.mark.parametrize("body", ["[]", '"text"', "1", "null", "{}", '{"object": "event"}', "{"])
def test_what_is_signed_and_no_event_is_refused(stage: Stage, body: str) -> None:
    assert post_stripe(body.encode()).status in (400, 403)


def test_an_event_that_makes_no_sense_keeps_no_other_from_the_nightly_work(
    told: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = [changed(told[0], ("data", "object"), {}), told[1]]
    events = [sdk.Event.construct_from(event, None) for event in given]
    client = mock.MagicMock()
    client.v1.events.list.return_value.auto_paging_iter.return_value = iter(events)
    monkeypatch.setattr(stripe, "_client", lambda: client)
    with logged() as log:
        heard = list(stripe_events.undelivered(clock.now()))
    assert [event.id for event in heard] == [told[1]["id"]]
    assert log.getvalue().count('"alarm":"event-unclear"') == 1
