"""The mail when calls have used credit up."""

from __future__ import annotations

from chalicelib.money import ledger, letters
from chalicelib.money.holds import Overdue
from chalicelib.policy import profile


def tell(found: Overdue) -> bool:
    """Write once a crossing, unless credit came meanwhile or the account rests."""
    funds, threshold = ledger.funds(found.account_id), profile.current().low_balance_micros
    if funds.standing == "open" and funds.total_micros < threshold:
        letters.send(
            found.account_id,
            "low_credit",
            left=letters.amount(funds.total_micros, funds.currency),
            threshold=letters.amount(threshold, funds.currency),
        )
    return True
