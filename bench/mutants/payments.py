"""Faults in what follows payments, refunds, disputes and saved cards."""

from __future__ import annotations

from bench.mutants.mutant import Mutant

RULES = "chalicelib/money/rules.py"
PAYMENTS = "chalicelib/money/payments.py"
REFUNDS = "chalicelib/money/refunds.py"
DISPUTES = "chalicelib/money/disputes.py"
AUTOTOPUP = "chalicelib/money/autotopup.py"
ORDERS = "tests/money/test_event_orders.py"
SHARES = "tests/money/test_shares.py"
STRIPE = "tests/app/test_stripe_webhook.py"

PAYMENT_FAULTS = [
    Mutant(
        "a lost dispute gives the credit back",
        RULES,
        'GONE = {"pending", "succeeded", "opened", "lost"}',
        'GONE = {"pending", "succeeded", "opened"}',
        (ORDERS, "tests/money/test_disputes.py"),
    ),
    Mutant(
        "a refund that failed after it was booked is kept from the person",
        RULES,
        '        ("succeeded", "failed"): ("failed",),\n',
        "",
        ("tests/money/test_refunds.py", ORDERS),
    ),
    Mutant(
        "a dispute that is only heard of when it is won was never opened",
        RULES,
        '(None, "won"): ("opened", "won"),',
        '(None, "won"): ("won",),',
        (ORDERS, "tests/money/test_disputes.py"),
    ),
    Mutant(
        "shares of tax are not cumulative",
        RULES,
        "return gross_micros * self.net_micros // (self.gross_micros or 1)",
        "return (gross_micros * self.net_micros + self.gross_micros // 2) // (self.gross_micros or 1) - 1",
        (SHARES,),
    ),
    Mutant(
        "a disputed payment can be refunded as well",
        RULES,
        '    if any(part.kind == "dispute" and part.gone for part in parts):\n        return 0\n',
        "",
        (SHARES, "tests/money/test_refunds.py", "tests/app/test_refunds.py"),
    ),
    Mutant(
        "an order is credited whatever was paid",
        PAYMENTS,
        "if (paid.amount_micros, paid.currency) != (order.amount_micros, order.currency):",
        "if paid.currency != order.currency:",
        (STRIPE, "tests/money/test_suspense.py"),
    ),
    Mutant(
        "an unknown order is taken and dropped",
        PAYMENTS,
        "    raise orders.unknown(paid.order_id)",
        "    return False",
        (STRIPE,),
    ),
    Mutant(
        "a refund does not let go of what was set aside for it",
        REFUNDS,
        "release=fact.reservation)",
        "release=None)",
        ("tests/money/test_refunds.py", "tests/app/test_refunds.py"),
    ),
    Mutant(
        "a dispute does not freeze",
        DISPUTES,
        "return [Balance.frozen.add({dispute_id})]",
        "return []",
        ("tests/money/test_disputes.py",),
    ),
    Mutant(
        "a dispute that was won leaves the account frozen",
        DISPUTES,
        'if state in ("won", "prevented"):',
        'if state in ("prevented",):',
        ("tests/money/test_disputes.py", ORDERS),
    ),
    Mutant(
        "an account that may not spend is charged for",
        AUTOTOPUP,
        'if funds.standing != "open" or threshold is None or not funds.payment_method:',
        "if threshold is None or not funds.payment_method:",
        ("tests/money/test_autotopup.py", "tests/app/test_autotopup.py"),
    ),
]
