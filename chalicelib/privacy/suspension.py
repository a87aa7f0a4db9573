"""An account at rest while its deletion is under way: nothing is called or charged, and all can be undone."""

from __future__ import annotations

from chalicelib.privacy import register
from chalicelib.privacy.models import Request


def suspend(request: Request) -> None:
    """Stop the account and its money; may be repeated."""
    from chalicelib.identity import accounts
    from chalicelib.money import ledger

    accounts.suspend(request.user_id)
    ledger.set_status(request.account_id, "suspended")


def lift(request: Request) -> None:
    """Put both back to work, unless another request is open by now; may be repeated."""
    from chalicelib.identity import accounts
    from chalicelib.money import ledger

    if register.open_one(request.account_id, request.type):
        return
    ledger.set_status(request.account_id, "open")
    accounts.resume(request.user_id)
