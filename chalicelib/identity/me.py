"""What a person's own client is told about them."""

from __future__ import annotations

from chalicelib.core.errors import Refusal
from chalicelib.core.requests import SignedIn
from chalicelib.identity import accounts
from chalicelib.identity.accounts import Account
from chalicelib.identity.shapes import Me, Service
from chalicelib.policy import profile


def tell(signed_in: SignedIn, account: Account | None = None) -> Me:
    """The account behind a session, read now unless it is at hand."""
    account = account or accounts.get(signed_in.user_id)
    if not account:  # erased since the door let them in
        raise Refusal(401, "sign-in", "Please sign in first.")
    active = profile.current()
    return Me(
        user_id=account.user_id,
        account_id=account.account_id,
        email=account.email,
        status=account.status,
        created_at=account.created_at,
        policy_version=account.policy_version,
        csrf_token=signed_in.csrf_token,
        service=Service(
            id=active.id,
            title=active.title,
            policy_version=active.version,
            offers=active.offers,
            currency=active.currency,
        ),
        closed_at=account.closed_at,
        ends_at=account.ends_at,
        **account.details,
    )
