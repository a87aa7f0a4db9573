"""The HTTP contract in memory, as much of it as the page asks for, with the page itself at its origin."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.web.fake_access import access_routes
from tests.web.fake_house import House, Refused

WEB = Path(__file__).parents[2] / "web" / "first"
OWN_PATHS = (
    "/",
    "/verify",
    "/parent",
    "/reset",
    "/email",
    "/account",
    "/privacy",
    "/topup/done",
    "/topup/cancelled",
    "/card/saved",
)
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; object-src 'none'"
)
CHECKOUT = "<!doctype html><title>Pay</title><h1>Pay {price}</h1><p><a href='/pay/{order}'>Pay now</a></p>"
ENDPOINTS = {"aws": "http://127.0.0.1:1", "mailbox": "/dev/mailbox"}

Answer = Callable[[Request, dict[str, Any]], Any]


def app(house: House) -> Starlette:
    """Everything under one origin, with the headers that the page gets when it is deployed."""
    return Starlette(
        routes=[
            *_people(house),
            *access_routes(house, _open, _mine),
            *_money(house),
            *_calls(house),
            *_leaving(house),
            *[Route(path, lambda _: FileResponse(WEB / "index.html")) for path in OWN_PATHS],
            Mount("/", StaticFiles(directory=WEB)),
        ],
        middleware=[Middleware(_Protected)],
    )


class Street:
    """One address for many houses: whoever comes is led to the one that moved in last."""

    def __init__(self) -> None:
        self._app: ASGIApp = Starlette()

    def move_in(self) -> House:
        house = House()
        self._app = app(house)
        return house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


def _people(house: House) -> list[Route]:
    def sign_up(_: Request, body: dict[str, Any]) -> Response:
        house.sign_up(**body)
        return Response(status_code=202, media_type="application/json")

    def verify(_: Request, body: dict[str, Any]) -> Response:
        house.verify(body["token"])
        return Response(status_code=202 if house.details.get("parent_email") else 204)

    def answer_for_child(_: Request, body: dict[str, Any]) -> Response:
        house.verify(body["token"])
        house.answered = body["agreed"]
        return Response(status_code=204)

    def change(_: Request, body: dict[str, Any]) -> Any:
        house.details |= body
        return house.me()

    def go_to_google(_: Request, body: dict[str, Any]) -> dict[str, str]:
        assert set(body) == {"birth_date", "policy_version"}
        return {"url": "/checkout-of-google"}

    def sign_in(_: Request, body: dict[str, Any]) -> Response:
        house.sign_in(**body)
        response = JSONResponse({"csrf_token": house.csrf_token, "me": house.me()})
        response.set_cookie("vowline", "a session", httponly=True, samesite="lax")
        return response

    def sign_out(_: Request, __: dict[str, Any]) -> Response:
        house.signed_in_at = None
        response = Response(status_code=204)
        response.delete_cookie("vowline")
        return response

    return [
        Route("/api/privacy/policy", _open(lambda *_: house.policy)),
        Route("/api/auth/signup", _open(lambda *_: house.schema), methods=["GET"]),
        Route("/api/auth/signup", _open(sign_up), methods=["POST"]),
        Route("/api/auth/parent", _open(answer_for_child), methods=["POST"]),
        Route("/api/auth/google", _open(go_to_google), methods=["POST"]),
        Route("/checkout-of-google", _open(lambda *_: HTMLResponse("<!doctype html><title>Google</title>"))),
        Route("/api/me", _mine(house, change), methods=["PATCH"]),
        Route("/api/auth/verify", _open(verify), methods=["POST"]),
        Route("/api/auth/login", _open(sign_in), methods=["POST"]),
        Route("/api/auth/logout", _mine(house, sign_out, while_suspended=True), methods=["POST"]),
        Route("/api/me", _mine(house, lambda *_: house.me(), while_suspended=True)),
        Route("/dev/endpoints", _open(lambda *_: ENDPOINTS if house.laptop else Response(status_code=404))),
    ]


def _money(house: House) -> list[Route]:
    def checkout(request: Request, _: dict[str, Any]) -> Response:
        order = house.orders[request.path_params["id"]]
        price = f"{order['amount']['amount_micros'] / 1e6:.2f}"
        return HTMLResponse(CHECKOUT.format(price=price, order=order["id"]))

    def pay(request: Request, _: dict[str, Any]) -> Response:
        house.pay(request.path_params["id"])
        return RedirectResponse(f"/topup/done?order={request.path_params['id']}", 303)

    return [
        Route("/api/balance", _mine(house, lambda *_: house.balance())),
        Route("/api/ledger", _mine(house, lambda request, _: _page(request, house.ledger))),
        Route("/api/topups", _mine(house, lambda _, body: (201, house.order(**body))), methods=["POST"]),
        Route("/api/topups/{id}", _mine(house, lambda request, _: house.look(request.path_params["id"]))),
        Route("/checkout/{id}", _open(checkout)),
        Route("/pay/{id}", _open(pay)),
    ]


def _calls(house: House) -> list[Route]:
    def call(request: Request, _: dict[str, Any]) -> Any:
        return house.find(request.path_params["id"])

    return [
        Route("/api/quote", _mine(house, lambda request, _: house.quote(request.query_params["to"]))),
        Route("/api/calls/token", _mine(house, lambda *_: house.token()), methods=["POST"]),
        Route("/dev/carrier/calls", _mine(house, lambda _, body: house.call(**body)), methods=["POST"]),
        Route("/api/calls", _mine(house, lambda request, _: _page(request, house.calls))),
        Route("/api/calls.csv", _mine(house, lambda *_: Response("id,started_at\n", media_type="text/csv"))),
        Route("/api/calls/{id}", _mine(house, call)),
    ]


def _leaving(house: House) -> list[Route]:
    def ask(_: Request, body: dict[str, Any]) -> Any:
        assert house.signed_in_at
        if datetime.now(UTC) - house.signed_in_at > timedelta(minutes=15):
            sentence = "Please sign in again to do this; it protects your account."
            raise Refused(403, "sign-in-again", sentence)
        return 201, house.ask_deletion(**body)

    return [
        Route("/api/privacy/requests", _mine(house, ask, while_suspended=True), methods=["POST"]),
        Route(
            "/api/privacy/requests",
            _mine(house, lambda request, _: _page(request, house.requests), while_suspended=True),
        ),
        Route(
            "/api/privacy/requests/{id}/cancel",
            _mine(house, lambda request, _: house.cancel(request.path_params["id"]), while_suspended=True),
            methods=["POST"],
        ),
    ]


def _open(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    async def respond(request: Request) -> Response:
        try:
            answered = answer(request, await request.json() if await request.body() else {})
        except Refused as refused:
            return JSONResponse(refused.problem, refused.status, media_type="application/problem+json")
        if isinstance(answered, Response):
            return answered
        status, value = answered if isinstance(answered, tuple) else (200, answered)
        return JSONResponse(value, status)

    return respond


def _mine(
    house: House, answer: Answer, *, while_suspended: bool = False
) -> Callable[[Request], Awaitable[Response]]:
    def check(request: Request, body: dict[str, Any]) -> Any:
        if not house.signed_in_at or "vowline" not in request.cookies:
            raise Refused(401, "sign-in", "Please sign in first.")
        trusted = request.headers.get("x-csrf-token") == house.csrf_token
        if request.method == "POST" and request.url.path.startswith("/api/") and not trusted:
            raise Refused(403, "csrf", "Please reload the page and try again.")
        if house.status == "suspended" and not while_suspended:
            raise Refused(409, "account-suspended", "Your account is being deleted.")
        return answer(request, body)

    return _open(check)


def _page(request: Request, items: list[dict[str, Any]]) -> dict[str, Any]:
    start, limit = (int(request.query_params.get(name, default)) for name, default in _PAGE)
    rest = len(items) > start + limit
    return {"items": items[start : start + limit], "next_cursor": str(start + limit) if rest else None}


_PAGE = (("cursor", "0"), ("limit", "5"))


class _Protected:
    """Adds the page's content policy to every answer; the API's are never kept."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
                api = scope["path"].startswith(("/api/", "/dev/"))
                headers["Cache-Control"] = "no-store" if api else "max-age=600"
            await send(message)

        await self._app(scope, receive, send_protected)
