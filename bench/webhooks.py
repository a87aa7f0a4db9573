"""What a webhook costs in CPU beyond the bare requests that it makes.

Both sides run in one process, in turn, on DynamoDB's recorded answers: botocore serializes, signs and parses
as ever, and nothing waits. The bare side is botocore's calls alone and the provider's own signature check.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock
from urllib.parse import parse_qsl

from botocore.client import BaseClient
from botocore.compat import HTTPHeaders
from twilio.request_validator import RequestValidator

from bench import replay
from bench.calls import LONDON
from chalicelib.core import tables
from tests.harness import stage
from tests.harness.browser import Browser
from tests.harness.environment import ENVIRONMENT, SECRETS
from tests.harness.lambda_door import Answer, ask
from tests.harness.mailbox import open_mailbox
from tests.harness.stage import running_stage

PAIRS = 60
RECEIVED, SENT = "response-received.dynamodb", "before-send.dynamodb"
CALL = BaseClient._make_api_call  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Request:
    """One request to DynamoDB."""

    operation: str
    params: dict[str, Any]


@dataclass
class Webhook:
    """A webhook as it came, every request that it made, and what came back over the wire."""

    path: str
    headers: dict[str, str]
    body: bytes
    requests: list[Request] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass(frozen=True)
class WebhookCpu:
    """Medians over interleaved pairs. The seconds are this machine's; the ratio is the figure."""

    ratio: float
    handler_seconds: float
    bare_seconds: float


def measure_webhooks() -> dict[str, WebhookCpu]:
    """The carrier's two webhooks of one call."""
    with running_stage() as made, open_mailbox() as mailbox:
        browser = Browser(made, mailbox).sign_up().top_up(100_000_000)
        voice, completed = _record(browser)
        return {"voice": _compare(voice), "completed": _compare(completed)}


def _record(browser: Browser) -> list[Webhook]:
    token = browser.post("/api/calls/token").json["token"]
    webhooks: list[Webhook] = []

    def recording(method: str, path: str, *, headers: Any, body: bytes) -> Answer:
        webhooks.append(Webhook(path, dict(headers), body))
        with _recorded(webhooks[-1]):
            return ask(method, path, headers=headers, body=body)

    with mock.patch.object(stage, "ask", recording):
        browser.stage.carrier.place_call(token, LONDON, 300)
    return webhooks


@contextmanager
def _recorded(webhook: Webhook) -> Iterator[None]:
    def keep(client: Any, operation: str, params: dict[str, Any]) -> Any:
        webhook.requests.append(Request(operation, params))
        return CALL(client, operation, params)

    def receive(response_dict: dict[str, Any], **_: Any) -> None:
        webhook.answers.append(response_dict)

    events: Any = tables.connection().client.meta.events
    events.register(RECEIVED, receive)
    try:
        with mock.patch.object(BaseClient, "_make_api_call", keep):
            yield
    finally:
        events.unregister(RECEIVED, receive)


def _replayed(webhook: Webhook) -> AbstractContextManager[None]:
    """Each request gets the answer that it got when it was recorded, in order."""
    answers = iter(webhook.answers)

    def answer() -> tuple[int, HTTPHeaders, bytes]:
        recorded = next(answers)
        return recorded["status_code"], recorded["headers"], recorded["body"]

    return replay.answered(SENT, answer)


def _compare(webhook: Webhook) -> WebhookCpu:
    def handle() -> None:
        assert ask("POST", webhook.path, headers=webhook.headers, body=webhook.body).status < 300

    def ask_barely() -> None:
        url = ENVIRONMENT["PUBLIC_URL"] + webhook.path
        signature = {name.lower(): value for name, value in webhook.headers.items()}["x-twilio-signature"]
        validator = RequestValidator(SECRETS["twilio_auth_tokens"][0])
        assert validator.validate(url, webhook.form, signature)
        client: Any = tables.connection().client
        for request in webhook.requests:
            CALL(client, request.operation, request.params)

    pairs = [(_cpu(webhook, handle), _cpu(webhook, ask_barely)) for _ in range(PAIRS)]
    return WebhookCpu(
        ratio=statistics.median(handled / bare for handled, bare in pairs),
        handler_seconds=statistics.median(handled for handled, _ in pairs),
        bare_seconds=statistics.median(bare for _, bare in pairs),
    )


def _cpu(webhook: Webhook, work: Callable[[], None]) -> float:
    with _replayed(webhook):
        started = time.process_time()
        work()
        return time.process_time() - started
