"""Requests to the application: signed form posts, and the documents that come back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from infra.local.carrier import twiml
from infra.local.carrier.account import Account
from infra.local.exchange import Answered, Deliver

PATIENCE_SECONDS = 15
HTTP_FAILURE = 11200
CONNECTION_FAILURE = 11205
CONTENT_TYPE_FAILURE = 12300
XML_TYPES = ("text/xml", "application/xml", "text/html")


@dataclass(frozen=True)
class Instructions:
    """TwiML to obey and the URL that gave it; without verbs when neither URL gave any."""

    text: str
    url: str
    verbs: list[twiml.Verb]
    failed: bool = False


class Webhooks:
    def __init__(self, account: Account, deliver: Deliver, real_time: Callable[[], float]) -> None:
        self._account = account
        self._deliver = deliver
        self._real_time = real_time
        self._validator = RequestValidator(account.auth_token)

    def post(self, url: str, params: Mapping[str, str]) -> Answered:
        """The receiver's answer to a signed post; OSError when nobody answers."""
        signature = self._validator.compute_signature(url, dict(params))
        headers = {
            "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
            "user-agent": "TwilioProxy/1.1",
            "x-twilio-signature": signature,
        }
        return self._deliver(url, urlencode(params).encode(), headers)

    def instructions(self, url: str, params: Mapping[str, str]) -> Instructions:
        """The TwiML of `url`, or of the fallback URL when `url` fails, answers none or takes over 15 s."""
        try:
            return self._fetch(url, params)
        except twiml.TwimlRefused as refused:
            cause = {"ErrorCode": str(refused.code), "ErrorUrl": url}
        try:
            return self._fetch(self._account.fallback_url, {**params, **cause})
        except twiml.TwimlRefused:
            return Instructions("", url, [], failed=True)

    def _fetch(self, url: str, params: Mapping[str, str]) -> Instructions:
        started = self._real_time()
        try:
            answered = self.post(url, params)
        except OSError as error:
            raise twiml.TwimlRefused(CONNECTION_FAILURE, str(error)) from error
        if self._real_time() - started > PATIENCE_SECONDS:
            raise twiml.TwimlRefused(CONNECTION_FAILURE, "the answer took too long")
        if not 200 <= answered.status < 300:
            raise twiml.TwimlRefused(HTTP_FAILURE, f"answered {answered.status}")
        if _content_type(answered) not in XML_TYPES:
            raise twiml.TwimlRefused(CONTENT_TYPE_FAILURE, "the answer is not XML")
        text = answered.body.decode(errors="replace")
        return Instructions(text, url, twiml.parse(text, url))


def _content_type(answered: Answered) -> str:
    headers = {name.lower(): value for name, value in answered.headers.items()}
    return headers.get("content-type", "").partition(";")[0].strip().lower()
