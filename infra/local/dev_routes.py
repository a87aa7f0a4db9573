"""/dev/: what people, banks and time do elsewhere, for a laptop. Never packaged.

Anyone on the machine may use it, and no web page but the service's own: a foreign Host (a name that was
rebound to this machine) or Origin is refused.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from infra.local import mail_returns, mailbox
from infra.local.carrier import Carrier, NoCall, NoCodeCall, TokenRefused
from infra.local.clock_file import duration
from infra.local.exchange import Answered, Asked
from infra.local.google import Google
from infra.local.hosting import Deliveries
from infra.local.mailbox import Mailbox
from infra.local.payments import Payments, RefusedError, desk
from infra.local.schedules import ScheduleFailed, Schedules

BY_THE_CARRIER = {
    TokenRefused: (403, "token-refused"),
    NoCodeCall: (404, "not-found"),
    NoCall: (404, "not-found"),
}
Act = Callable[[Request, bytes], Any]
NOT_OFFERED = ("/dev/carrier/inbound-calls", "/dev/carrier/inbound-messages")
# Mails are shown in frames of their own, without script; the page itself has none either.
CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; frame-src 'self'"


class Call(msgspec.Struct, forbid_unknown_fields=True):
    token: str
    to: str
    talk_seconds: int
    faults: list[str] = []


class FarEnd(msgspec.Struct, forbid_unknown_fields=True):
    hang_up: bool


class CodeTyped(msgspec.Struct, forbid_unknown_fields=True):
    digits: str | None = None
    faults: list[str] = []


class Return(msgspec.Struct, forbid_unknown_fields=True):
    to: str
    outcome: mail_returns.Outcome


class Advance(msgspec.Struct, forbid_unknown_fields=True):
    advance: str


class Fault(msgspec.Struct, forbid_unknown_fields=True):
    service: str
    operation: str
    kind: str
    count: int = 1


@dataclass
class Developer:
    """The routes of /dev/ over the parts of one running service; `endpoints` are their addresses."""

    endpoints: Mapping[str, Any]
    payments: Payments
    carrier: Carrier
    deliveries: Deliveries
    mailbox: Mailbox
    schedules: Schedules
    google: Google
    more: Sequence[Route] = ()
    _moving: threading.Lock = field(default_factory=threading.Lock)

    def app(self, hosts: tuple[str, ...]) -> ASGIApp:
        """The routes, for requests to one of `hosts` (name and port) alone."""
        routes = [
            Route("/dev/endpoints", _serve(lambda _request, _body: self.endpoints)),
            Route("/dev/mailbox", _serve(self._mails)),
            Route("/dev/mailbox", _serve(self._return), methods=["POST"]),
            Route("/dev/payments/settings", _serve(self._settings), methods=["POST"]),
            *(
                Route(f"/dev/payments/{{id}}/{verb}", _serve(self._payments(verb)), methods=["POST"])
                for verb in desk.VERBS
            ),
            Route("/dev/carrier/calls", _serve(self._call), methods=["POST"]),
            Route("/dev/carrier/calls/{sid}", _serve(self._look)),
            Route("/dev/carrier/calls/{sid}", _serve(self._hang_up), methods=["POST"]),
            Route("/dev/carrier/caller-ids/{id}", _serve(self._type_code), methods=["POST"]),
            Route("/dev/clock", _serve(lambda _request, _body: self._clock())),
            Route("/dev/clock", _serve(self._advance), methods=["POST"]),
            Route("/dev/google{path:path}", self._google, methods=["GET", "POST"]),
            Route("/dev/faults", _serve(self._plant), methods=["POST"]),
            Route("/dev/faults", _serve(self._mend), methods=["DELETE"]),
            *self.more,
            *(Route(path, _not_offered, methods=["POST"]) for path in NOT_OFFERED),
        ]
        return _Guard(Starlette(routes=routes, exception_handlers={HTTPException: _refused}), hosts)

    def _mails(self, request: Request, _body: bytes) -> Any:
        self.mailbox.collect()
        mails = self.mailbox.items(request.query_params.get("to"))
        if "text/html" not in request.headers.get("accept", ""):
            return {"items": mails}
        return HTMLResponse(mailbox.page(mails), headers={"content-security-policy": CONTENT_POLICY})

    def _return(self, _request: Request, body: bytes) -> Any:
        """What a mail server or a reader does with the newest mail to an address."""
        asked = msgspec.json.decode(body, type=Return)
        self.mailbox.collect()
        if not self.mailbox.items(asked.to):
            raise ValueError("no mail went to this address")
        now = self.schedules.clock.now()
        mail_returns.tell(self.schedules.aws, mail_returns.event(asked.to, asked.outcome, now))
        return {"told": asked.outcome}

    def _payments(self, verb: str) -> Act:
        def act(request: Request, body: bytes) -> Any:
            answer = desk.act(self.payments, request.path_params["id"], verb, body)
            self.deliveries.wake()
            return answer

        return act

    def _settings(self, _request: Request, body: bytes) -> Any:
        return desk.settings(self.payments, body)

    def _call(self, _request: Request, body: bytes) -> Any:
        asked = msgspec.json.decode(body, type=Call)
        return self.carrier.place_call(asked.token, asked.to, asked.talk_seconds, asked.faults)

    def _look(self, request: Request, _body: bytes) -> Any:
        return self.carrier.look(request.path_params["sid"])

    def _hang_up(self, request: Request, body: bytes) -> Any:
        """What the other side of a live call does."""
        if msgspec.json.decode(body, type=FarEnd).hang_up:
            self.carrier.end_call(request.path_params["sid"])
        return self._look(request, body)

    def _type_code(self, request: Request, body: bytes) -> Any:
        asked = msgspec.json.decode(body, type=CodeTyped)
        return self.carrier.answer_code(request.path_params["id"], asked.digits, asked.faults)

    async def _google(self, request: Request) -> Response:
        """Google itself: its account page for people, and its other answers for the service."""
        asked = Asked(
            request.method, request.path_params["path"], request.url.query, {}, await request.body()
        )
        try:
            answered = await run_in_threadpool(self.google.answer, asked)
        except TimeoutError:
            answered = Answered(504)  # nobody waits for an answer that never comes
        return Response(answered.body, answered.status, dict(answered.headers))

    def _clock(self) -> Any:
        clock = self.schedules.clock
        return {"now": f"{clock.now():%Y-%m-%dT%H:%M:%SZ}", "offset_seconds": clock.offset_seconds()}

    def _advance(self, _request: Request, body: bytes) -> Any:
        by = duration(msgspec.json.decode(body, type=Advance).advance)
        with self._moving:
            self.schedules.advance(by)
        return self._clock()

    def _plant(self, _request: Request, body: bytes) -> Any:
        asked = msgspec.json.decode(body, type=Fault)
        stand_ins = {
            "payments": self.payments.faults.plant,
            "carrier": self.carrier.faults.plant,
            "google": self.google.faults.plant,
        }
        if asked.service not in stand_ins:
            raise ValueError(f"no service {asked.service!r}: one of {', '.join(stand_ins)}")
        plant: Any = stand_ins[asked.service]
        plant(asked.operation, asked.kind, asked.count)
        return {"planted": asked.count}

    def _mend(self, _request: Request, _body: bytes) -> Any:
        for faults in (self.payments.faults, self.carrier.faults, self.google.faults):
            faults.clear()
        return {"planted": 0}


class _Guard:
    """Refuses what another web page could have sent."""

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...]) -> None:
        self._app = app
        self._hosts = hosts
        self._origins = tuple(f"http://{host}" for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        if request.headers.get("host") not in self._hosts:
            response = problem(403, "foreign-host", f"/dev/ answers at {self._origins[0]} only.")
        elif request.headers.get("origin", self._origins[0]) not in self._origins:
            response = problem(403, "foreign-origin", "/dev/ answers the service's own page only.")
        else:
            return await self._app(scope, receive, send)
        return await response(scope, receive, send)


def problem(status: int, type: str, detail: str) -> Response:
    """A refusal as RFC 9457 has it."""
    document = {
        "type": type,
        "title": type.replace("-", " ").capitalize(),
        "status": status,
        "detail": detail,
    }
    return JSONResponse(document, status, media_type="application/problem+json")


def _serve(act: Act) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        body = await request.body()
        try:
            answer = await run_in_threadpool(act, request, body)
        except (msgspec.MsgspecError, ValueError) as error:
            return problem(422, "invalid", str(error))
        except (TokenRefused, NoCodeCall, NoCall) as refused:
            return problem(*BY_THE_CARRIER[type(refused)], str(refused))
        except RefusedError as refused:
            return problem(refused.status, "refused", str(refused))
        except ScheduleFailed as failed:
            return problem(500, "schedule-failed", str(failed))
        except httpx.HTTPError as error:
            return problem(503, "embedded-aws-away", str(error))
        response = answer if isinstance(answer, Response) else JSONResponse(answer)
        response.headers["cache-control"] = "no-store"
        return response

    return answer


async def _not_offered(_request: Request) -> Response:
    return problem(404, "not-offered", "This service does not offer that yet.")


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = "method-not-allowed" if error.status_code == 405 else "not-found"
    return problem(error.status_code, kind, str(error.detail))
