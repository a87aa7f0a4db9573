"""Every webhook: heard when its sender signed it for our address, and otherwise refused before it is read."""

from __future__ import annotations

import base64
import gzip
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

import boto3
import pytest
from twilio.request_validator import RequestValidator

from chalicelib.core import secrets, settings
from chalicelib.core.doors import Door
from infra.local.payments.webhooks import sign
from tests.app.surface.granted import OFFERED, SITE, Request, grant, name_of, request_for, want
from tests.app.surface.scene import Scene
from tests.app.surface.wanted import Wanted
from tests.harness.environment import ENVIRONMENT, SECRETS
from tests.harness.gateway_events import enter, event
from tests.harness.killpoints import intercepted
from tests.harness.lambda_door import Answer
from tests.harness.signed import AUTH_TOKEN

WEBHOOKS = [door for door in OFFERED if door.webhook]
TWILIOS = [door for door in WEBHOOKS if door.webhook == "X-Twilio-Signature"]
PUBLIC = "https://kinvo.example"
# What a signer may have taken for our address; the two that are good are the same address.
ADDRESSES = {
    "{site}{path}": 200,
    "{site}:443{path}": 200,
    "http://kinvo.example{path}": 403,
    "http://kinvo.example:80{path}": 403,
    "{site}:8443{path}": 403,
    "https://KINVO.EXAMPLE{path}": 403,
    "HTTPS://kinvo.example{path}": 403,
    "https://www.kinvo.example{path}": 403,
    "https://kinvo.example.evil.example{path}": 403,
    "https://evil.example{path}": 403,
    "https://user@kinvo.example{path}": 403,
    "https://abc123.execute-api.us-east-1.amazonaws.com{path}": 403,
    "https://abc123.execute-api.us-east-1.amazonaws.com/live{path}": 403,
    "{site}/live{path}": 403,
    "{site}/{path}": 403,
    "{site}{path}/": 403,
    "{site}{path}?": 403,
    "{site}{path}?a=1&b=2": 403,
    "{site}{path}?b=2&a=1": 403,
    "{site}{path}#x": 403,
    "{site}{encoded}": 403,
    "{site}{upper}": 403,
    "{path}": 403,
    "": 403,
}


def told(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["type"]


@pytest.fixture
def good(scene: Scene, door: Door) -> Request:
    return grant(door, scene)


def resigned(request: Request, wanted: Wanted, *, token: str = AUTH_TOKEN, url: str | None = None) -> Request:
    """Signed by Twilio's rules, with another token or for another address."""
    address = SITE + request.path if url is None else url
    return request.having(x_twilio_signature=RequestValidator(token).compute_signature(address, wanted.body))


def test_there_are_webhooks_of_both_partners() -> None:
    assert {door.webhook for door in WEBHOOKS} == {"Stripe-Signature", "X-Twilio-Signature"}


@pytest.mark.parametrize("door", WEBHOOKS, ids=name_of)
def test_what_is_not_signed_is_refused_before_anything_is_read(
    scene: Scene, door: Door, good: Request
) -> None:
    header = str(door.webhook).lower()
    right = good.headers[header]
    odd = [
        "",
        " ",
        right[:-1],
        right[1:],
        f"{right}0",
        right.swapcase(),
        "\u00e9",
        "x" * 5000,
        "t=,v1=",
        "null",
    ]
    before = scene.everything_stored()
    with intercepted() as requests:
        assert told(good.without(header).send()) == (403, "signature")
        for signature in odd:
            assert told(good.having(**{header: signature}).send()) == (403, "signature"), signature
        for other in ("authorization", "x-signature", "signature"):
            assert good.without(header).having(**{other: right}).send().status == 403
        assert told(replace(good, body=good.body + b"&x=1").send()) == (403, "signature")
        assert told(replace(good, body=b"").send()) == (403, "signature")
    assert requests == []
    assert scene.everything_stored() == before


@pytest.mark.parametrize("door", WEBHOOKS, ids=name_of)
def test_a_signature_for_one_webhook_is_none_for_another(scene: Scene, door: Door, good: Request) -> None:
    for other in WEBHOOKS:
        if other is not door and other.webhook == door.webhook:
            foreign = replace(good, headers=grant(other, scene).headers)
            assert told(foreign.send()) == (403, "signature"), other.path


@pytest.mark.parametrize("door", WEBHOOKS, ids=name_of)
def test_a_webhook_asks_for_no_session_origin_or_token(good: Request, door: Door) -> None:
    strange = good.having(origin="https://evil.example", cookie="vowline=x", sec_fetch_site="cross-site")
    assert strange.send().status in door.answers


@pytest.mark.parametrize("door", WEBHOOKS, ids=name_of)
@pytest.mark.parametrize("is_base64", [False, True])
def test_a_webhook_is_heard_however_the_gateway_hands_it_over(
    good: Request, door: Door, is_base64: bool
) -> None:
    text = base64.b64encode(good.body).decode() if is_base64 else good.body.decode()
    names = dict(zip(door.path_names, good.path.split("/")[-len(door.path_names) :], strict=False))
    context = {**event()["requestContext"], "httpMethod": door.method, "resourcePath": door.path}
    handed = event(door.method, good.path, body=text, isBase64Encoded=is_base64, headers=dict(good.headers))
    handed |= {"pathParameters": names, "resource": door.path, "requestContext": context}
    assert enter(handed).status in door.answers
    spoiled = {**handed, "body": text[:-4] + ("AAAA" if is_base64 else "0000")}
    assert told(enter(spoiled)) == (403, "signature")


@pytest.mark.parametrize("door", WEBHOOKS, ids=name_of)
def test_a_huge_or_compressed_webhook_is_refused_at_once(scene: Scene, door: Door, good: Request) -> None:
    before = scene.everything_stored()
    with intercepted() as requests, mock.patch.object(secrets, "current") as looked_up:
        huge = replace(good, body=b"x" * (door.limit_bytes + 1))
        assert told(huge.send()) == (413, "too-large")
        assert not looked_up.called
    zipped = replace(good, body=gzip.compress(b"x" * 10_000_000)).having(content_encoding="gzip")
    assert told(zipped.send()) == (403, "signature")
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "xx"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    assert told(replace(good, body=bomb).having(content_type="text/xml").send()) == (403, "signature")
    assert requests == []
    assert scene.everything_stored() == before


@pytest.mark.parametrize("door", TWILIOS, ids=name_of)
def test_only_our_own_address_is_signed(scene: Scene, door: Door) -> None:
    wanted = want(door, scene)
    good = request_for(door, wanted, scene)
    there = replace(settings.current(), public_url=PUBLIC)
    before = scene.everything_stored()
    assert len(ADDRESSES) > 20
    with mock.patch.object(settings, "current", return_value=there):
        for address, status in sorted(ADDRESSES.items(), key=lambda pair: -pair[1]):
            encoded, upper = good.path.replace("webhooks", "%77ebhooks"), good.path.upper()
            url = address.format(site=PUBLIC, path=good.path, encoded=encoded, upper=upper)
            for host in ("kinvo.example", "evil.example", "abc123.execute-api.us-east-1.amazonaws.com"):
                request = resigned(good, wanted, url=url).having(host=host, x_forwarded_host=host)
                answer = request.send()
                assert answer.status in (door.answers if status == 200 else {403}), (url, answer.text)
            if status == 200:
                before = scene.everything_stored()
    assert scene.everything_stored() == before


@pytest.mark.parametrize("door", TWILIOS, ids=name_of)
def test_what_a_query_adds_is_signed_by_nobody(scene: Scene, door: Door, good: Request) -> None:
    """Our addresses have none."""
    for query in ({"x": "1"}, {"AccountSid": "x"}, {"": ""}):
        assert told(replace(good, query=query).send()) == (403, "signature"), query


@pytest.mark.parametrize("door", TWILIOS, ids=name_of)
def test_another_account_of_the_carrier_is_refused(scene: Scene, door: Door) -> None:
    wanted = want(door, scene)
    before = scene.everything_stored()
    for sid in ("AC" + "f" * 32, "", str(wanted.body["AccountSid"]).upper()):
        other = replace(wanted, body={**wanted.body, "AccountSid": sid})
        assert told(request_for(door, other, scene).send()) == (403, "account"), sid
    without = {name: value for name, value in wanted.body.items() if name != "AccountSid"}
    assert told(request_for(door, replace(wanted, body=without), scene).send()) == (403, "account")
    assert scene.everything_stored() == before


@pytest.mark.parametrize("door", WEBHOOKS, ids=name_of)
def test_while_a_secret_changes_both_are_good_and_then_the_new_one_alone(scene: Scene, door: Door) -> None:
    old, new = "0" * 32, "1" * 32
    wanted = want(door, scene)
    request = request_for(door, wanted, scene)
    for accepted in ([old], [new, old], [new]):
        with stored(door, accepted):
            for secret in (old, new, AUTH_TOKEN):
                answer = signed_by(secret, request, wanted).send()
                assert answer.status in (door.answers if secret in accepted else {403}), (accepted, secret)


def signed_by(secret: str, request: Request, wanted: Wanted) -> Request:
    if request.door in TWILIOS:
        return resigned(request, wanted, token=secret)
    return request.having(stripe_signature=sign(request.body, secret, int(time.time())))


@contextmanager
def stored(door: Door, accepted: list[str]) -> Iterator[None]:
    """These are the secrets for webhooks, and it is five minutes later."""
    field = "twilio_auth_tokens" if door in TWILIOS else "stripe_webhook_secrets"
    try:
        _store({**SECRETS, field: accepted})
        yield
    finally:
        _store(SECRETS)


def _store(document: dict[str, Any]) -> None:
    client = boto3.client("secretsmanager")
    client.put_secret_value(SecretId=ENVIRONMENT["SECRETS_ID"], SecretString=json.dumps(document))
    secrets._cached = None
