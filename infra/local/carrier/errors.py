"""The REST API's error document."""

from __future__ import annotations

from infra.local.exchange import Answered


def error(status: int, code: int, message: str) -> Answered:
    """An error as the carrier's API answers it."""
    more_info = f"https://www.twilio.com/docs/errors/{code}"
    return Answered.json(status, {"code": code, "message": message, "more_info": more_info, "status": status})
