"""What follows when somebody signs in: their browser's choices become theirs, and they accept the policy."""

from __future__ import annotations

from chalicelib.core.requests import Incoming
from chalicelib.privacy import acceptances, consents


def arrive(account_id: str, request: Incoming) -> None:
    """Never keeps anybody out: what could not be written is written at the next sign-in."""
    consents.arrive(account_id, request)
    acceptances.arrive(account_id)
