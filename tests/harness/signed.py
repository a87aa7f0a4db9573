"""Webhooks as the providers sign them, good ones and forged ones, posted at the service's doors."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from chalicelib.calling import calls
from chalicelib.core import clock, ids
from chalicelib.money import ledger
from chalicelib.money.ledger import Movement
from infra.local.payments.webhooks import sign
from tests.harness.environment import ENVIRONMENT, SECRETS
from tests.harness.lambda_door import Answer, ask

LONDON = "+442079460958"
CREDIT = 10_000_000
ACCOUNT_SID = str(SECRETS["twilio_account_sid"])
AUTH_TOKEN = str(SECRETS["twilio_auth_tokens"][0])
WEBHOOK_SECRET = str(SECRETS["stripe_webhook_secrets"][0])
FORM = "application/x-www-form-urlencoded; charset=UTF-8"
STRIPE = "/api/webhooks/stripe"


def twilio_signature(
    path: str, form: Mapping[str, str], token: str = AUTH_TOKEN, site: str = ENVIRONMENT["PUBLIC_URL"]
) -> str:
    return str(RequestValidator(token).compute_signature(site + path, form))


def post_twilio(
    path: str,
    form: Mapping[str, str],
    *,
    signature: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """A form as Twilio posts it, rightly signed unless told otherwise."""
    given = {"content-type": FORM, "x-twilio-signature": signature or twilio_signature(path, form)}
    return ask("POST", path, headers={**given, **(headers or {})}, body=urlencode(form).encode())


def post_stripe(event: Any, *, secret: str = WEBHOOK_SECRET, at: int | None = None, **headers: str) -> Answer:
    """An event as Stripe posts it, rightly signed now unless told otherwise; bytes are sent as they are."""
    body = event if isinstance(event, bytes) else json.dumps(event, indent=2).encode()
    signature = sign(body, secret, int(time.time()) if at is None else at)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    given = {"content-type": "application/json; charset=utf-8", "stripe-signature": signature, **named}
    return ask("POST", STRIPE, headers=given, body=body)


def fund(amount_micros: int = CREDIT) -> str:
    """A month-old account with credit: its id."""
    made = datetime.now(UTC) - timedelta(days=30)
    account_id = ids.new("acc", made)
    ledger.book(account_id, Movement("topup", f"pi_{secrets.token_hex(8)}", made, amount_micros))
    return account_id


def _sid() -> str:
    return f"CA{secrets.token_hex(16)}"


@dataclass
class SignedCall:
    """One call as the carrier tells of it, webhook by webhook."""

    account_id: str = field(default_factory=fund)
    call_id: str = field(default_factory=lambda: ids.new("call", clock.now()))
    sid: str = field(default_factory=_sid)
    leg_sid: str = field(default_factory=_sid)
    to: str = LONDON

    def form(self, **changed: str) -> dict[str, str]:
        """Whatever is changed, the token was for this call, and for the caller ID that is told."""
        signature = calls.sign(self.account_id, self.call_id, changed.get("caller_id"))
        return {
            "AccountSid": ACCOUNT_SID,
            "ApiVersion": "2010-04-01",
            "CallSid": self.sid,
            "CallStatus": "ringing",
            "Direction": "inbound",
            "From": f"client:{self.account_id}",
            "To": self.to,
            "call_id": self.call_id,
            "signature": signature,
            **changed,
        }

    def voice(self, **changed: str) -> Answer:
        return post_twilio("/api/webhooks/twilio/voice", self.form(**changed))

    def fallback(self, **changed: str) -> Answer:
        cause = {"ErrorCode": "11200", "ErrorUrl": f"{ENVIRONMENT['PUBLIC_URL']}/api/webhooks/twilio/voice"}
        return post_twilio("/api/webhooks/twilio/fallback", self.form(**cause, **changed))

    def ending(
        self, status: str = "completed", duration: str | None = "60", **changed: str
    ) -> dict[str, str]:
        form = {
            "AccountSid": ACCOUNT_SID,
            "CallSid": self.leg_sid,
            "ParentCallSid": self.sid,
            "CallStatus": status,
            "Direction": "outbound-dial",
            "From": ENVIRONMENT["HOUSE_NUMBER"],
            "To": self.to,
            "Timestamp": clock.now().strftime("%a, %d %b %Y %H:%M:%S +0000"),
        }
        return {**form, **({} if duration is None else {"CallDuration": duration}), **changed}

    @property
    def status_path(self) -> str:
        return f"/api/webhooks/twilio/status/{self.account_id}/{self.call_id}"

    def status(self, status: str = "completed", duration: str | None = "60", **changed: str) -> Answer:
        return post_twilio(self.status_path, self.ending(status, duration, **changed))
