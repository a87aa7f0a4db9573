"""The real Twilio client, talking to a stand-in in the same process."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import requests
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from infra.local.carrier import Carrier
from infra.local.exchange import Asked


def twilio_client(
    carrier: Carrier,
    username: str = "",
    password: str = "",
    *,
    through: Callable[[HttpClient], HttpClient] = lambda http: http,
) -> Client:
    """A client of the carrier's account; with its API key unless other credentials are given.

    `through` is what the service puts before its own.
    """
    account = carrier.account
    return Client(
        username or account.api_key_sid,
        password or account.api_key_secret,
        account.account_sid,
        http_client=through(InProcess(carrier)),
    )


class InProcess(HttpClient):
    """Hands each request to `Carrier.answer`, encoded as the real HTTP client would encode it."""

    def __init__(self, carrier: Carrier) -> None:
        super().__init__(logging.getLogger(__name__), is_async=False)
        self._carrier = carrier

    def request(  # noqa: PLR0917 - the base class's signature
        self,
        method: str,
        uri: str,
        params: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002
        allow_redirects: bool = False,  # noqa: ARG002
    ) -> Response:
        prepared = requests.Request(method, uri, headers, params=params, data=data, auth=auth).prepare()
        try:
            answered = self._carrier.answer(_asked(prepared))
        except TimeoutError as error:
            raise requests.ReadTimeout(str(error)) from error
        return Response(answered.status, answered.body.decode(), dict(answered.headers))


def _asked(prepared: requests.PreparedRequest) -> Asked:
    url = urlsplit(prepared.url or "")
    headers = {name.lower(): str(value) for name, value in prepared.headers.items()}
    body = prepared.body or b""
    assert isinstance(body, str | bytes)
    return Asked(
        prepared.method or "",
        url.path,
        url.query,
        {**headers, "x-original-host": url.netloc},
        body.encode() if isinstance(body, str) else body,
    )
