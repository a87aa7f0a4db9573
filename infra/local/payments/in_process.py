"""The provider's real Python client, talking to the stand-in without a network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
import stripe

from infra.local.exchange import Asked
from infra.local.payments import Payments


class InProcess(stripe.HTTPClient):
    """Hands each request straight to `Payments.answer`; a time-out there is a lost connection here."""

    name = "in-process"

    def __init__(self, payments: Payments) -> None:
        super().__init__()
        self._payments = payments

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        parts = urlsplit(url)
        asked = Asked(
            method=method.upper(),
            path=parts.path,
            query=parts.query,
            headers={name.lower(): value for name, value in (headers or {}).items()},
            body=(post_data or "").encode(),
        )
        try:
            answered = self._payments.answer(asked)
        except OSError as lost:
            raise stripe.APIConnectionError(str(lost), should_retry=True) from lost
        return answered.body.decode(), answered.status, httpx.Headers(dict(answered.headers))

    def close(self) -> None:
        """Nothing is open."""


def stripe_client(
    payments: Payments,
    api_key: str = "sk_test_local",
    *,
    max_network_retries: int = 0,
    through: Callable[[stripe.HTTPClient], stripe.HTTPClient] = lambda http: http,
) -> stripe.StripeClient:
    """A real client; by default it does not try again by itself, so that each fault is seen.

    `through` is what the service puts before its own.
    """
    http = through(InProcess(payments))
    return stripe.StripeClient(api_key, http_client=http, max_network_retries=max_network_retries)
