"""The cookies that the profile registers: names, lives and flags."""

from __future__ import annotations

from chalicelib.core import settings
from chalicelib.core.requests import Incoming
from chalicelib.policy import calendar, profile

HOST = "__Host-"


def life(name: str) -> str:
    """How long the policy lets a cookie live, as an ISO 8601 duration."""
    return next(cookie.life for cookie in profile.current().cookie if cookie.name == name)


def write(name: str, value: str, left_seconds: int | None = None) -> str:
    """The Set-Cookie header that keeps a value for the cookie's life, or for what is left of it."""
    return _line(name, value, calendar.seconds(life(name)) if left_seconds is None else left_seconds)


def clear(name: str) -> str:
    """The Set-Cookie header that takes the cookie away."""
    return _line(name, "", 0)


def read(name: str, request: Incoming) -> str | None:
    return request.cookie(_called(name))


def _called(name: str) -> str:
    """Browsers keep a `__Host-` cookie only over https, which a laptop's loopback is not."""
    return name if _secure() else name.removeprefix(HOST)


def _line(name: str, value: str, life_seconds: int) -> str:
    secure = "; Secure" if _secure() else ""
    return f"{_called(name)}={value}; Max-Age={life_seconds}; Path=/{secure}; HttpOnly; SameSite=Lax"


def _secure() -> bool:
    return settings.current().public_url.startswith("https:")
