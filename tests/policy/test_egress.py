"""The egress guard: a processor is reached at its own hosts with the fields of its entry; nobody else is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import msgspec
import pytest

from chalicelib.core import clock, settings
from chalicelib.core.guard import NotInPolicy
from chalicelib.policy import egress, profile
from chalicelib.policy.profile import Profile
from chalicelib.providers import (
    google,
    mail,
    stripe,
    stripe_cards,
    stripe_records,
    twilio,
    twilio_caller_ids,
    twiml,
)
from chalicelib.providers.stripe_cards import Card
from tests.harness.environment import SECRETS
from tests.harness.logged import logged
from tests.harness.offering import obeying
from tests.harness.stage import Stage

CALLS = f"https://api.twilio.com/2010-04-01/Accounts/{SECRETS['twilio_account_sid']}/Calls.json"
CHECKOUTS = "https://api.stripe.com/v1/checkout/sessions"
KINVO = profile.load("kinvo")


@contextmanager
def without(to: str, **changes: Any) -> Iterator[Profile]:
    """Kinvo with another entry of a processor."""
    processors = [msgspec.structs.replace(one, **changes) if one.id == to else one for one in KINVO.processor]
    made = msgspec.structs.replace(KINVO, processor=processors)
    with mock.patch.object(profile, "current", return_value=made):
        yield made


def fields_without(to: str, field: str) -> list[str]:
    [sent] = [one.fields_sent for one in KINVO.processor if one.id == to]
    return [one for one in sent if one != field]


def test_what_the_entry_names_is_sent(stage: Stage) -> None:
    page = "https://x.example"
    checkout = stripe.start_checkout(
        "ord_1", 10_000_000, "USD", product="Credit", success_url=page, cancel_url=page
    )
    assert checkout.url
    assert "+4930123456" in twilio.dial("+4930123456", "+12025550100", 60, 30, "https://x.example")
    assert twilio.access_token("acc_1", {"call_id": "call_1"}, 60)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/v1/checkout/sessions",
        "https://api.stripe.com.evil.example/v1/checkout/sessions",
        "https://evilapi.stripe.com/v1/checkout/sessions",
        "https://api.stripe.com@evil.example/v1/checkout/sessions",
        "https://checkout.stripe.com/v1/checkout/sessions",
        "https:///v1/checkout/sessions",
    ],
)
def test_no_other_host_is_reached(url: str) -> None:
    with pytest.raises(NotInPolicy, match="may not be reached at"):
        egress.check_request("stripe", url)


@pytest.mark.parametrize("path", ["/v1/customers", "/v1/checkout/sessions/../x", "/v2/core"])
def test_nothing_else_is_asked_there(path: str) -> None:
    with pytest.raises(NotInPolicy, match="may not be asked for"):
        egress.check_request("stripe", f"https://api.stripe.com{path}")


@pytest.mark.parametrize(
    "form",
    [
        "customer_email=ada%40example.com",
        "metadata[order]=1&metadata[name]=Ada",
        "line_items[0][price_data][unit_amount]=1&line_items[1][price_data][person]=Ada",
        {"metadata": {"phone": "+1"}},
        "CUSTOMER=cus_1",
    ],
)
def test_no_other_field_is_sent(form: str | dict[str, Any]) -> None:
    with pytest.raises(NotInPolicy, match="stripe may not get"), logged() as log:
        egress.check_request("stripe", CHECKOUTS, form)
    assert '"alarm":"not-sent"' in log.getvalue()
    assert "Ada" not in log.getvalue()
    with pytest.raises(NotInPolicy, match="stripe may not get"):
        egress.check_request("stripe", f"{CHECKOUTS}?email=ada", "")


@pytest.mark.parametrize("to", ["telnyx", "posthog", "nobody"])
def test_who_is_not_an_active_processor_is_sent_nothing(to: str) -> None:
    with pytest.raises(NotInPolicy, match="is no active processor"):
        egress.check(to, [])


def test_a_processor_of_another_role_is_another() -> None:
    """ZenVoIP's policy names Google for statistics; nobody signs in with it."""
    with obeying("zenvoip"), pytest.raises(NotInPolicy, match="google is no active processor"):
        google.authorization_url(google.Attempt("state", "nonce", "verifier"))


def test_a_service_without_payments_does_not_reach_stripe(stage: Stage) -> None:
    with obeying("kiwiphone"), pytest.raises(NotInPolicy, match="stripe is no active processor"):
        stripe_records.find_paid("pi_1")


WITHHELD: list[tuple[str, str, str, Callable[[], object]]] = [
    (
        "twilio",
        "destination_number",
        r"twilio may not get twiml\.Dial\.Number",
        lambda: twilio.dial("+4930123456", "+12025550100", 60, 30, "https://x.example"),
    ),
    (
        "twilio",
        "account_number",
        r"twilio may not get token\.identity",
        lambda: twilio.access_token("acc_1", {"call_id": "call_1"}, 60),
    ),
    (
        "twilio",
        "caller_number",
        "twilio may not get PhoneNumber",
        lambda: twilio_caller_ids.request_code("+4930123456", "cid_1", "https://x.example"),
    ),
    (
        "stripe",
        "card_reference",
        "stripe may not get customer",
        lambda: stripe_cards.charge("ord_1", 10_000_000, "USD", Card("cus_1", "pm_1"), "Credit"),
    ),
    (
        "stripe",
        "card_reference",
        "stripe may not be asked for",
        lambda: stripe.delete_customer("cus_1"),
    ),
    (
        "aws",
        "everything_stored",
        r"aws may not get Destination",
        lambda: mail.send("ada@example.com", "reset_unknown", asked_at=clock.now()),
    ),
]


@pytest.mark.parametrize("withheld", WITHHELD, ids=lambda one: f"{one[0]}-{one[1]}")
def test_a_field_that_the_policy_withholds_is_not_sent_by_the_real_clients(
    stage: Stage, withheld: tuple[str, str, str, Callable[[], object]]
) -> None:
    to, field, told, send = withheld
    with without(to, fields_sent=fields_without(to, field)), pytest.raises(NotInPolicy, match=told):
        send()


def test_a_processor_whose_hosts_are_others_is_not_reached(stage: Stage) -> None:
    with without("twilio", hosts=["twilio.example"]), pytest.raises(NotInPolicy, match="may not be reached"):
        twilio.end_call("CA" + "a" * 32)


def test_a_verb_that_the_inventory_does_not_name_cannot_be_emitted(stage: Stage) -> None:
    """Recording is forbidden: no TwiML of ours can ask for it."""
    from twilio.twiml.voice_response import VoiceResponse

    response = VoiceResponse()
    response.dial(caller_id="+12025550100", record="record-from-answer").number("+4930123456")
    with pytest.raises(NotInPolicy, match=r"twilio may not get twiml\.Dial\.record"):
        twiml.tell(response)
    response = VoiceResponse()
    response.record()
    with pytest.raises(NotInPolicy, match=r"twilio may not get twiml\.Record"):
        twiml.tell(response)


def test_a_laptops_stand_ins_are_reached_on_a_laptop_only() -> None:
    egress.check_request("stripe", "http://127.0.0.1:8003/v1/refunds")
    deployed = dataclasses.replace(settings.current(), stage="kinvo-dev")
    with (
        mock.patch.object(settings, "current", return_value=deployed),
        pytest.raises(NotInPolicy, match=r"may not be reached at 127\.0\.0\.1"),
    ):
        egress.check_request("stripe", "http://127.0.0.1:8003/v1/refunds")


@pytest.mark.parametrize("id", profile.known())
def test_every_way_leads_only_where_the_policy_says(id: str) -> None:
    policy = profile.load(id)
    entries = {one.id: one for one in policy.processor if one.active}
    for to, way in egress.ways(policy).items():
        assert way.hosts, to
        assert all(any(host.endswith(one) for one in entries[to].hosts) for host in way.hosts)
        told = next(one for one in policy.egress if one.id == to)
        for field, names in told.fields.items():
            sent = field in entries[to].fields_sent or "everything_stored" in entries[to].fields_sent
            assert way.names.issuperset(names) if sent else way.names.isdisjoint(names), (to, field)
