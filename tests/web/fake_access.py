"""The part of the HTTP contract about what opens an account: password, address and sessions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.web.fake_house import TOKEN, House, Refused, render

Answer = Callable[[Request, dict[str, Any]], Any]
Guard = Callable[..., Callable[[Request], Awaitable[Response]]]


def access_routes(house: House, anybody: Guard, owner: Guard) -> list[Route]:
    """Routes that anybody may ask, and those that only who is signed in may."""
    guarded: list[tuple[str, str, Answer]] = [
        ("/api/me/password", "POST", lambda _, body: _set_password(house, **body)),
        ("/api/me/email", "POST", lambda _, body: _ask_for_address(house, **body)),
        ("/api/me/email/confirm", "POST", lambda _, body: _confirm_address(house, **body)),
        ("/api/auth/sessions", "GET", lambda *_: _sessions(house)),
        ("/api/auth/sessions", "DELETE", lambda *_: _end_all(house)),
        ("/api/auth/sessions/{id}", "DELETE", lambda *_: _end_other(house)),
    ]

    def reset(_: Request, body: dict[str, Any]) -> Response:
        house.reset(**body)
        return Response(status_code=204)

    def forget(_: Request, body: dict[str, Any]) -> Response:
        assert set(body) == {"email"}
        return Response(status_code=202, media_type="application/json")

    return [
        Route("/api/auth/password/forgot", anybody(forget), methods=["POST"]),
        Route("/api/auth/password/reset", anybody(reset), methods=["POST"]),
        *[Route(path, owner(house, answer), methods=[method]) for path, method, answer in guarded],
    ]


def _set_password(house: House, current_password: str, password: str) -> Any:
    house.check(current_password, "current_password")
    _check_fresh(house)
    house.signed_up["password"] = password
    return _fresh_session(house)


def _ask_for_address(house: House, email: str, password: str) -> Any:
    house.check(password, "password")
    house.new_address = email
    return Response(status_code=202, media_type="application/json")


def _confirm_address(house: House, token: str) -> Any:
    if token != TOKEN or not house.new_address:
        raise Refused(404, "link-not-valid", "This link no longer works.")
    house.signed_up["email"], house.new_address = house.new_address, ""
    return _fresh_session(house)


def _fresh_session(house: House) -> dict[str, Any]:
    """The token of before counts for nothing from now on."""
    house.csrf_token += "-renewed"
    house.other_sessions = 0
    return {"csrf_token": house.csrf_token, "me": house.me()}


def _check_fresh(house: House) -> None:
    assert house.signed_in_at
    if datetime.now(UTC) - house.signed_in_at > timedelta(minutes=15):
        raise Refused(403, "sign-in-again", "Please sign in again to do this; it protects your account.")


def _sessions(house: House) -> dict[str, Any]:
    at = render(datetime.now(UTC) - timedelta(days=2))
    items = [
        {"id": f"ses_{number}", "created_at": at, "current": number == 0}
        for number in range(house.other_sessions + 1)
    ]
    return {"items": items, "next_cursor": None}


def _end_other(house: House) -> Response:
    house.other_sessions -= 1
    return Response(status_code=204)


def _end_all(house: House) -> Response:
    house.signed_in_at = None
    return Response(status_code=204)
