"""Who may open call records: not by what was mailed to an address that is new, where a law says so."""

from __future__ import annotations

from chalicelib.core import clock
from chalicelib.core.errors import Refusal
from chalicelib.policy import calendar, profile


def check(user_id: str) -> None:
    """Refuse who set the password through a mail to an address that was changed of late.

    Whoever has taken a mailbox could otherwise take the calls, too. The password of before still does. Every
    door that tells of past calls, in whatever form, asks this.
    """
    from chalicelib.identity import accounts

    account = accounts.get(user_id)
    if not account or not account.address_changed_at or not account.password_mailed_at:
        return
    if account.password_mailed_at < account.address_changed_at:
        return
    rests = [one.address_rest for one in profile.current().regimes if one.address_rest]
    ends_at = max((calendar.after(account.address_changed_at, rest) for rest in rests), default=None)
    if ends_at and clock.now() < ends_at:
        sentence = (
            "Your address was changed and your password was then set by a mail to it. To keep your calls from"
            f" strangers, they and your data are only shown from {ends_at:%Y-%m-%d} on."
        )
        raise Refusal(403, "address-too-new", sentence)
