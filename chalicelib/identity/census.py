"""Everybody who has an account, page by page, for what concerns them all."""

from __future__ import annotations

from chalicelib.identity import accounts
from chalicelib.identity.accounts import Account
from chalicelib.identity.models import User


def page(after: str | None, size: int) -> tuple[list[Account], str | None]:
    """At most `size` people behind the one whose id is `after`, in an order that does not change.

    Answers the id to go on behind, too; None at the end. Who signs up meanwhile may be missed.
    """
    begin = {"user_id": {"S": after}} if after else None
    found = User.scan(
        User.account_id.exists() & User.email.exists(),
        limit=size,
        last_evaluated_key=begin,
        consistent_read=True,
    )
    people = [accounts.tell(user) for user in found]
    end = found.last_evaluated_key
    return people, str(end["user_id"]["S"]) if end else None
