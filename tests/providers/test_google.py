"""What proves who somebody is at Google, and what does not."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from chalicelib.core.errors import ProviderError
from chalicelib.providers import google
from chalicelib.providers.google import Attempt, NotProved
from infra.local.google import Google
from infra.local.google.in_process import InProcess
from infra.local.store import Store
from tests.harness.environment import ENVIRONMENT, SECRETS
from tests.harness.offering import offering
from tests.harness.stage import Stage

ATTEMPT = Attempt("a state", "a nonce", "a verifier of at least forty-three characters, as asked")
CLIENT = str(SECRETS["google_client_id"])


@pytest.fixture(autouse=True)
def policy() -> Iterator[None]:
    """A policy that lets people sign in with Google, and so lets us ask it."""
    with offering("google_sign_in"):
        yield


@pytest.fixture
def issuer(stage: Stage) -> Iterator[InProcess]:
    """Google, with keys of its own, behind our client."""
    callback = ENVIRONMENT["PUBLIC_URL"] + google.CALLBACK
    carried = InProcess(Google(Store(), CLIENT, str(SECRETS["google_client_secret"]), callback))
    with (
        mock.patch.object(google, "_pool", return_value=carried),
        mock.patch.object(google, "_cached_keys", None),
    ):
        yield carried


def come_back(issuer: InProcess, **claims: Any) -> str:
    """The code that Google hands to somebody."""
    back = issuer.google.choose(google.authorization_url(ATTEMPT), "Ada@example.org", "Ada", **claims)
    return dict(parse_qsl(urlsplit(back).query))["code"]


def claims(**other: Any) -> dict[str, Any]:
    now = int(time.time())
    usual = {
        "iss": "https://accounts.google.com",
        "aud": CLIENT,
        "azp": CLIENT,
        "iat": now,
        "exp": now + 3600,
        "nonce": ATTEMPT.nonce,
        "sub": "1234",
        "email": "ada@example.org",
        "email_verified": True,
    }
    return {name: value for name, value in (usual | other).items() if value is not None}


def prove(token: str) -> google.Identity:
    return google.prove(token, ATTEMPT.nonce, int(time.time()))


def test_the_browser_is_sent_with_a_state_a_nonce_and_a_challenge_and_no_secret(issuer: InProcess) -> None:
    url = google.authorization_url(ATTEMPT)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    challenge = base64.urlsafe_b64encode(hashlib.sha256(ATTEMPT.verifier.encode()).digest()).decode()
    assert url.startswith("https://accounts.google.com/o/oauth2/v2/auth?")
    assert asked["code_challenge"] == challenge.rstrip("=")
    assert (asked["state"], asked["nonce"]) == (ATTEMPT.state, ATTEMPT.nonce)
    assert asked["redirect_uri"] == "http://127.0.0.1:8000/api/auth/google/callback"
    assert ATTEMPT.verifier not in url
    assert str(SECRETS["google_client_secret"]) not in url


def test_a_code_tells_who_came_back(issuer: InProcess) -> None:
    identity = google.identify(come_back(issuer), ATTEMPT)
    assert identity.issuer == "https://accounts.google.com"
    assert (identity.email, identity.email_verified, identity.name) == ("Ada@example.org", True, "Ada")


def test_somebody_keeps_their_subject(issuer: InProcess) -> None:
    first, second = (google.identify(come_back(issuer), ATTEMPT) for _ in range(2))
    assert first.subject == second.subject


def test_a_code_is_good_once(issuer: InProcess) -> None:
    code = come_back(issuer)
    google.identify(code, ATTEMPT)
    with pytest.raises(NotProved):
        google.identify(code, ATTEMPT)


@pytest.mark.parametrize("code", ["", "guessed", "x" * 10_000, "a&grant_type=password"])
def test_a_code_that_google_never_gave_proves_nothing(issuer: InProcess, code: str) -> None:
    with pytest.raises(NotProved):
        google.identify(code, ATTEMPT)


def test_a_code_is_good_only_with_the_verifier_of_its_own_attempt(issuer: InProcess) -> None:
    with pytest.raises(NotProved):
        google.identify(come_back(issuer), Attempt(ATTEMPT.state, ATTEMPT.nonce, "another verifier"))


def test_a_code_of_another_attempt_brings_another_nonce(issuer: InProcess) -> None:
    with pytest.raises(NotProved, match="nonce"):
        google.identify(come_back(issuer), Attempt(ATTEMPT.state, "another", ATTEMPT.verifier))


@pytest.mark.parametrize(
    ("told", "check"),
    [
        ({"iss": "https://accounts.google.com.evil.example"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"aud": "another client"}, "audience"),
        ({"aud": None}, "audience"),
        ({"aud": [CLIENT, "another client"]}, "audience"),
        ({"azp": "another client"}, "audience"),
        ({"exp": int(time.time()) - 3600}, "expired"),
        ({"exp": None}, "expired"),
        ({"exp": "9999999999"}, "expired"),
        ({"exp": True}, "expired"),
        ({"iat": int(time.time()) - 3600}, "issued"),
        ({"iat": int(time.time()) + 3600}, "issued"),
        ({"iat": None}, "issued"),
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"nonce": ["a nonce"]}, "nonce"),
        ({"sub": None}, "subject"),
        ({"sub": ""}, "subject"),
        ({"sub": 1234}, "subject"),
        ({"sub": "1" * 256}, "subject"),
        ({"email": None}, "address"),
        ({"email": ["ada@example.org"]}, "address"),
    ],
)
def test_a_signed_token_with_one_wrong_claim_proves_nothing(
    issuer: InProcess, told: dict[str, Any], check: str
) -> None:
    with pytest.raises(NotProved, match=check):
        prove(issuer.google.sign(claims(**told)))


@pytest.mark.parametrize("told", [False, "true", 1, None, "false"])
def test_an_address_is_verified_only_by_a_plain_true(issuer: InProcess, told: object) -> None:
    assert not prove(issuer.google.sign(claims(email_verified=told))).email_verified


def test_googles_two_names_for_itself_are_one_issuer(issuer: InProcess) -> None:
    assert prove(issuer.google.sign(claims(iss="accounts.google.com"))) == prove(issuer.google.sign(claims()))


def unsigned(header: dict[str, Any], body: dict[str, Any], signature: str = "") -> str:
    parts = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, body)
    )
    return ".".join([*parts, signature])


def forged(issuer: InProcess) -> dict[str, str]:
    """Tokens whose claims are all right, and whose signatures are not Google's."""
    key, good = issuer.google.key, issuer.google.sign(claims())
    stranger = RSAKey.generate_key(2048)
    public = json.dumps(key.as_dict(private=False))
    free = RSAKey.import_key({k: v for k, v in key.as_dict(private=True).items() if k not in ("alg", "use")})
    head, body, signature = good.split(".")
    return {
        "none": unsigned({"alg": "none"}, claims()),
        "none with the key's name": unsigned({"alg": "none", "kid": key.kid}, claims()),
        "another key": jwt.encode({"alg": "RS256", "kid": key.kid}, claims(), stranger),
        "another key in its own header": jwt.encode(
            {"alg": "RS256", "kid": key.kid, "jwk": stranger.as_dict(private=False)}, claims(), stranger
        ),
        "an unknown key": jwt.encode({"alg": "RS256", "kid": "unknown"}, claims(), stranger),
        "the public key as a shared secret": jwt.encode(
            {"alg": "HS256", "kid": key.kid}, claims(), OctKey.import_key(public), algorithms=["HS256"]
        ),
        "another algorithm": jwt.encode(
            {"alg": "RS512", "kid": key.kid}, claims(), free, algorithms=["RS512"]
        ),
        "a critical header": unsigned(
            {"alg": "RS256", "kid": key.kid, "crit": ["x"], "x": 1}, claims(), signature
        ),
        "no signature": f"{head}.{body}.",
        "a cut signature": good[:-8],
        "another body": f"{head}.{unsigned({}, claims(sub='5678')).split('.')[1]}.{signature}",
        "two parts": f"{head}.{body}",
        "an encrypted shape": f"{good}.x.y",
        "a list": jwt.encode({"alg": "RS256", "kid": key.kid}, {"x": 1}, key).replace(".", "..", 1),
        "nothing": "",
        "no base64": "a.b.c",
        "another alphabet": "ä.ö.ü",
    }


NAMES = [
    "none",
    "none with the key's name",
    "another key",
    "another key in its own header",
    "an unknown key",
    "the public key as a shared secret",
    "another algorithm",
    "a critical header",
    "no signature",
    "a cut signature",
    "another body",
    "two parts",
    "an encrypted shape",
    "a list",
    "nothing",
    "no base64",
    "another alphabet",
]


def test_every_forgery_is_tried(issuer: InProcess) -> None:
    assert list(forged(issuer)) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_token_that_google_did_not_sign_proves_nothing(issuer: InProcess, name: str) -> None:
    with pytest.raises(NotProved):
        prove(forged(issuer)[name])


def test_googles_keys_are_read_once_and_again_when_it_signs_with_a_new_one(issuer: InProcess) -> None:
    prove(issuer.google.sign(claims()))
    prove(issuer.google.sign(claims()))
    assert issuer.asked.count("/oauth2/v3/certs") == 1
    issuer.google.store.delete("key", "current")
    with mock.patch.object(google, "KEYS_AGAIN_SECONDS", -1):
        prove(issuer.google.sign(claims()))
    assert issuer.asked.count("/oauth2/v3/certs") == 2


def test_unknown_keys_do_not_make_us_ask_google_each_time(issuer: InProcess) -> None:
    prove(issuer.google.sign(claims()))
    for _ in range(20):
        with pytest.raises(NotProved):
            prove(forged(issuer)["an unknown key"])
    assert issuer.asked.count("/oauth2/v3/certs") == 1


def test_a_google_that_is_silent_or_broken_is_a_passing_trouble(issuer: InProcess) -> None:
    issuer.silent = True
    with pytest.raises(ProviderError):
        google.identify("code", ATTEMPT)
    issuer.silent, issuer.status = False, 503
    with pytest.raises(ProviderError):
        google.identify("code", ATTEMPT)
    issuer.status = 200
    with pytest.raises(ProviderError):
        google.identify("code", ATTEMPT)
