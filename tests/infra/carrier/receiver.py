"""The application's side in the tests: checks every signature, serves TwiML and keeps the callbacks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator

from infra.local.exchange import Answered

AUTH_TOKEN = "auth-token-of-the-tests"
SITE = "http://127.0.0.1:8000"
VOICE = f"{SITE}/api/webhooks/twilio/voice"
FALLBACK = f"{SITE}/api/webhooks/twilio/fallback"
STATUS = f"{SITE}/api/webhooks/twilio/status/acc_1/call_1"
ALL_EVENTS = "initiated ringing answered completed"

Params = dict[str, str]


def xml(inside: str) -> Answered:
    return Answered(200, f"<Response>{inside}</Response>".encode(), {"Content-Type": "application/xml"})


def dial(
    number: str,
    time_limit: int = 600,
    events: str = ALL_EVENTS,
    caller_id: str = "+12025550100",
    more: str = "",
) -> Answered:
    return xml(
        f'<Dial timeLimit="{time_limit}" callerId="{caller_id}" answerOnBridge="true" {more}>'
        f'<Number statusCallback="{STATUS}" statusCallbackEvent="{events}">{number}</Number></Dial>'
    )


@dataclass
class Receiver:
    """`answers` maps a URL to what it answers, an OSError to raise, or a function of the parameters."""

    answers: dict[str, Answered | OSError | Callable[[Params], Answered]] = field(default_factory=dict)
    got: list[tuple[str, Params]] = field(default_factory=list)

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True)
        params = dict(pairs)
        assert len(params) == len(pairs), "a name came twice"
        assert headers["content-type"].startswith("application/x-www-form-urlencoded")
        assert RequestValidator(AUTH_TOKEN).validate(url, params, headers["x-twilio-signature"]), url
        self.got.append((url, params))
        answer = self.answers.get(url, Answered(204))
        if isinstance(answer, OSError):
            raise answer
        return answer if isinstance(answer, Answered) else answer(params)

    def to(self, url: str) -> list[Params]:
        return [params for where, params in self.got if where == url]

    def statuses(self) -> list[str]:
        return [params["CallStatus"] for params in self.to(STATUS)]
