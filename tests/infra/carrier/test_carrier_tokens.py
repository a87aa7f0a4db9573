"""Access tokens: what the carrier accepts from a browser, and the code of each refusal."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest

from infra.local.carrier import Carrier, TokenRefused
from tests.infra.carrier.conftest import ACCOUNT_SID, API_KEY_SECRET, API_KEY_SID, APP_SID, Clock
from tests.infra.carrier.receiver import Receiver

ANSWERS = "+12025550123"
HOUR = 3600


@pytest.mark.parametrize(
    ("flaw", "code"),
    [
        ({"valid_until": int(time.time()) - 5}, 20104),
        ({"nbf": int(time.time()) + HOUR}, 20105),
        ({"ttl": 25 * HOUR}, 20157),
        ({"secret": "x" * 32}, 20107),
        ({"key_sid": "SK" + "0" * 32}, 20103),
        ({"account_sid": "AC" + "0" * 32}, 20103),
        ({"identity": None}, 20106),
        ({"app_sid": ""}, 20106),
        ({"app_sid": "AP" + "0" * 32}, 21218),
    ],
)
def test_a_flawed_token_is_refused_and_nothing_is_asked(
    carrier: Carrier, receiver: Receiver, make_token: Callable[..., str], flaw: dict[str, Any], code: int
) -> None:
    with pytest.raises(TokenRefused) as refused:
        carrier.place_call(make_token(**flaw), ANSWERS, 5)
    assert refused.value.code == code
    assert receiver.got == []


@pytest.mark.parametrize(
    ("header", "algorithm", "code"),
    [
        ({}, "HS256", 20102),
        ({"cty": "twilio-fpa;v=2"}, "HS256", 20102),
        ({"cty": "twilio-fpa;v=1"}, "HS384", 20102),
    ],
)
def test_a_token_of_another_kind_is_refused(
    carrier: Carrier, header: dict[str, str], algorithm: str, code: int
) -> None:
    grants = {"identity": "acc_1", "voice": {"outgoing": {"application_sid": APP_SID}}}
    claims = {"iss": API_KEY_SID, "sub": ACCOUNT_SID, "exp": int(time.time()) + HOUR, "grants": grants}
    secret = API_KEY_SECRET + API_KEY_SECRET
    with pytest.raises(TokenRefused) as refused:
        carrier.start_call(jwt.encode(claims, secret, algorithm, header), ANSWERS)
    assert refused.value.code == code


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c"])
def test_what_is_no_token_is_refused(carrier: Carrier, token: str) -> None:
    with pytest.raises(TokenRefused, match="20101"):
        carrier.start_call(token, ANSWERS)


def test_a_tokens_life_does_not_follow_the_virtual_clock(carrier: Carrier, token: str, clock: Clock) -> None:
    clock.advance(days=400)
    assert carrier.place_call(token, ANSWERS, 5)["outcome"] == "completed"
