"""Google sign-in: where a person is sent, what their code is exchanged for, and the proof of who they are.

Authorization code flow with PKCE, state and nonce (OpenID Connect Core 3.1). Nothing of Google's is kept but
the answer to "who is this": no access token, no refresh token.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlencode

from chalicelib.core import clock, secrets, settings
from chalicelib.core.errors import ProviderError
from chalicelib.core.logs import log
from chalicelib.policy import egress

if TYPE_CHECKING:
    from joserfc.jwk import KeySet
    from urllib3 import PoolManager

ISSUERS = {"https://accounts.google.com", "accounts.google.com"}
AUTHORIZE_URL = "https://accounts.google.com/o/oauth2/v2/auth"
TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
KEYS_URL = "https://www.googleapis.com/oauth2/v3/certs"
CALLBACK = "/api/auth/google/callback"
SCOPE = "openid email profile"
ALGORITHM = "RS256"
TIMEOUT_SECONDS = 5
LARGEST_ANSWER_BYTES = 100_000
SKEW_SECONDS = 60
OLDEST_SECONDS = 600
KEYS_LIFE_SECONDS = 3600
KEYS_AGAIN_SECONDS = 60
LONGEST_SUBJECT = 255


class NotProved(Exception):
    """Google's answer does not prove who this is; the message names the check that failed, and no person."""


@dataclass(frozen=True)
class Identity:
    """Somebody as Google knows them: `issuer` and `subject` never change, the rest may."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    name: str


@dataclass(frozen=True)
class Attempt:
    """What ties one sign-in together, all of it random: sent to Google, and asked for again afterwards."""

    state: str
    nonce: str
    verifier: str


def authorization_url(attempt: Attempt) -> str:
    """Where the browser goes; Google sends it back to CALLBACK with a code and the state."""
    digest = hashlib.sha256(attempt.verifier.encode()).digest()
    asked = {
        "client_id": _client_id(),
        "redirect_uri": _redirect_uri(),
        "response_type": "code",
        "scope": SCOPE,
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
        "prompt": "select_account",
    }
    egress.check_request("google", AUTHORIZE_URL, asked)
    return f"{_address(AUTHORIZE_URL)}?{urlencode(asked)}"


def identify(code: str, attempt: Attempt) -> Identity:
    """Who came back with this code. Raises NotProved, or ProviderError when Google does not answer."""
    answer = _ask(
        "POST",
        TOKEN_URL,
        {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": attempt.verifier,
            "client_id": _client_id(),
            "client_secret": _client_secret(),
            "redirect_uri": _redirect_uri(),
        },
    )
    token = answer.get("id_token")
    if not isinstance(token, str):
        _refuse("no token")
    return prove(token, attempt.nonce, clock.real_epoch_seconds())


def prove(token: str, nonce: str, now: int) -> Identity:
    """The identity in an ID token that Google signed for us, just now and for this attempt (Core 3.1.3.7).

    `now` is real time, in epoch seconds: it is Google's clock that signed.
    """
    claims = _signed_claims(token)
    if claims.get("iss") not in ISSUERS:
        _refuse("issuer")
    if claims.get("aud") != _client_id() or claims.get("azp", _client_id()) != _client_id():
        _refuse("audience")
    if not _is_time(claims.get("exp")) or claims["exp"] + SKEW_SECONDS <= now:
        _refuse("expired")
    if not _is_time(claims.get("iat")) or not -SKEW_SECONDS <= now - claims["iat"] <= OLDEST_SECONDS:
        _refuse("issued at another time")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        _refuse("nonce")
    subject, email = claims.get("sub"), claims.get("email")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        _refuse("subject")
    if not isinstance(email, str):
        _refuse("no address")
    name = claims.get("name")
    return Identity(
        issuer=AUTHORIZE_URL.rpartition("/o/")[0],  # one name for both of its spellings
        subject=subject,
        email=email,
        email_verified=claims.get("email_verified") is True,
        name=name if isinstance(name, str) else "",
    )


def _signed_claims(token: str) -> dict[str, Any]:
    """What Google signed; its keys are read anew when a token names one that we have not seen."""
    from joserfc import jwt
    from joserfc.errors import InvalidKeyIdError, JoseError

    try:
        try:
            return jwt.decode(token, _keys(), algorithms=[ALGORITHM]).claims
        except InvalidKeyIdError:
            return jwt.decode(token, _keys(again=True), algorithms=[ALGORITHM]).claims
    except (JoseError, ValueError) as error:
        _refuse(type(error).__name__)


_cached_keys: tuple[float, KeySet] | None = None


def _keys(*, again: bool = False) -> KeySet:
    """Google's signing keys: kept for an hour, and read at most once a minute because of odd tokens."""
    from joserfc.jwk import KeySet

    global _cached_keys  # noqa: PLW0603 - a process has one set of keys
    age_seconds = clock.monotonic() - _cached_keys[0] if _cached_keys else None
    life_seconds = KEYS_AGAIN_SECONDS if again else KEYS_LIFE_SECONDS
    if not _cached_keys or age_seconds is None or age_seconds > life_seconds:
        _cached_keys = (clock.monotonic(), KeySet.import_key_set(_ask("GET", KEYS_URL)))  # type: ignore[arg-type]
    return _cached_keys[1]


def _ask(method: str, url: str, form: dict[str, str] | None = None) -> dict[str, Any]:
    """A JSON object of Google's. Raises NotProved when it refuses, ProviderError when it does not answer."""
    from urllib3.exceptions import HTTPError

    egress.check_request("google", url, form)
    body = urlencode(form) if form else None
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
    try:
        answer = _pool().request(
            method, _address(url), body=body, headers=headers, redirect=False, preload_content=False
        )
        content = answer.read(LARGEST_ANSWER_BYTES)
        answer.release_conn()
    except HTTPError as error:
        log.warning("google did not answer", extra={"error": type(error).__name__})
        raise ProviderError("google", "no-answer", permanent=False) from None
    if answer.status >= 500 or answer.status == 429:
        raise ProviderError("google", str(answer.status), permanent=False)
    if answer.status != 200:
        _refuse("code" if form else "keys")
    try:
        said = json.loads(content)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise ProviderError("google", "not-json", permanent=False)
    return said


def _refuse(check: str) -> NoReturn:
    log.warning("google sign-in not proved", extra={"check": check})
    raise NotProved(check)


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 2**53


def _client_id() -> str:
    return secrets.needed("google_client_id")


def _client_secret() -> str:
    return secrets.needed("google_client_secret")


def _redirect_uri() -> str:
    return settings.current().public_url + CALLBACK


def _address(url: str) -> str:
    """Google's own, or the issuer on a laptop under the same paths."""
    base = settings.current().google_base
    return f"{base}/{url.split('/', 3)[3]}" if base else url


@cache
def _pool() -> PoolManager:
    from urllib3 import PoolManager, Timeout

    return PoolManager(timeout=Timeout(total=TIMEOUT_SECONDS), retries=False, maxsize=2)
