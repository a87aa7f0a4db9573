"""The browser's access token, checked as the carrier checks it; expiry is on real, never on virtual time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import jwt

from infra.local.carrier.account import Account

CONTENT_TYPE = "twilio-fpa;v=1"
LONGEST_LIFE_SECONDS = 24 * 3600


class TokenRefused(Exception):
    """The carrier does not accept this token; `code` is the one that the browser SDK reports."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Grant:
    """What a good token allows: calls as `client:<identity>`, with the parameters signed into it.

    It ends at `expires_at`, in seconds since 1970.
    """

    identity: str
    params: dict[str, str]
    expires_at: int


def check(token: str, account: Account) -> Grant:
    """The grant of a token that this account's API key signed for its application, else TokenRefused."""
    _check_header(token)
    claims = _verified(token, account)
    _check_claims(claims, account)
    return _grant(claims["grants"], account, int(claims["exp"]))


def _check_header(token: str) -> None:
    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError as error:
        raise TokenRefused(20101, "Invalid Access Token") from error
    if header.get("alg") != "HS256" or header.get("cty") != CONTENT_TYPE:
        raise TokenRefused(20102, "Invalid Access Token header")


def _verified(token: str, account: Account) -> dict[str, Any]:
    try:
        return jwt.decode(token, account.api_key_secret, algorithms=["HS256"], options={"require": ["exp"]})
    except jwt.InvalidSignatureError as error:
        raise TokenRefused(20107, "Invalid Access Token signature") from error
    except (jwt.ExpiredSignatureError, jwt.MissingRequiredClaimError) as error:
        raise TokenRefused(20104, "Access Token expired or expiration date invalid") from error
    except jwt.ImmatureSignatureError as error:
        raise TokenRefused(20105, "Access Token not yet valid") from error
    except jwt.InvalidTokenError as error:
        raise TokenRefused(20101, "Invalid Access Token") from error


def _check_claims(claims: dict[str, Any], account: Account) -> None:
    if claims.get("iss") != account.api_key_sid or claims.get("sub") != account.account_sid:
        raise TokenRefused(20103, "Invalid Access Token issuer/subject")
    if claims["exp"] - claims.get("nbf", int(time.time())) > LONGEST_LIFE_SECONDS:
        raise TokenRefused(20157, "Expiration Time in the Access Token Exceeds Maximum Time Allowed")
    if not isinstance(claims.get("grants"), dict):
        raise TokenRefused(20106, "Invalid Access Token grants")


def _grant(grants: dict[str, Any], account: Account, expires_at: int) -> Grant:
    outgoing = (grants.get("voice") or {}).get("outgoing")
    if not grants.get("identity") or not outgoing:
        raise TokenRefused(20106, "Invalid Access Token grants")
    if outgoing.get("application_sid") != account.app_sid:
        raise TokenRefused(21218, "Invalid ApplicationSid")
    params = {name: str(value) for name, value in outgoing.get("params", {}).items()}
    return Grant(grants["identity"], params, expires_at)
