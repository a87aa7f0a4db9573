"""The faults: what a tired author might write, each with the proofs that should see it first."""

from __future__ import annotations

from dataclasses import dataclass

LEDGER = "chalicelib/money/ledger.py"
HOLDS = "chalicelib/money/holds.py"
FUNDS = "chalicelib/money/funds.py"
RATES = "chalicelib/money/rates.py"
RULES = "chalicelib/money/rules.py"
PAYMENTS = "chalicelib/money/payments.py"
REFUNDS = "chalicelib/money/refunds.py"
DISPUTES = "chalicelib/money/disputes.py"
AUTOTOPUP = "chalicelib/money/autotopup.py"
SETTLEMENTS = "chalicelib/calling/settlements.py"
CALL_RULES = "chalicelib/calling/rules.py"
CALLS = "chalicelib/calling/calls.py"
SWEEPER = "chalicelib/calling/sweeper.py"
FACTS = "chalicelib/providers/stripe_facts.py"

MODEL = "tests/money/test_ledger_model.py"
PRICES = "tests/money/test_rates.py"
ORDERS = "tests/money/test_event_orders.py"
SHARES = "tests/money/test_shares.py"
SETTLED = "tests/calling/test_settlements.py"
DIALLED = "tests/app/test_calls.py"
CARRIER = "tests/app/test_carrier_webhooks.py"
STRIPE = "tests/app/test_stripe_webhook.py"
CAPS = "tests/money/test_limits.py"


@dataclass(frozen=True)
class Mutant:
    """In `file`, `old` becomes `new`; `proofs` are what pytest is to run."""

    name: str
    file: str
    old: str
    new: str
    proofs: tuple[str, ...]


MUTANTS = [
    Mutant(
        "a hold does not ask whether the credit is still there",
        HOLDS,
        "condition &= Balance.available_micros >= hold.amount_micros",
        "condition &= Balance.available_micros.exists()",
        (MODEL, "tests/bench/test_race.py"),
    ),
    Mutant(
        "a hold does not ask whether it is there already",
        HOLDS,
        "        & Balance.holds[key].does_not_exist()\n",
        "",
        (MODEL, CARRIER, "tests/bench/test_race.py"),
    ),
    Mutant(
        "a frozen account may hold, when it froze meanwhile",
        HOLDS,
        "        & Balance.frozen.does_not_exist()\n",
        "",
        (MODEL, CAPS, "tests/money/test_disputes.py"),
    ),
    Mutant(
        "more calls at once than allowed, when they come at once",
        HOLDS,
        "        & (size(Balance.holds) < limit + others)\n",
        "",
        (MODEL, CAPS),
    ),
    Mutant(
        "the day's spending is not asked for as it was read",
        HOLDS,
        "        & _same(Balance.day_spent_micros, before.day_spent_micros if before.day else None)\n",
        "",
        (CAPS,),
    ),
    Mutant(
        "the index is not told of an earlier deadline",
        HOLDS,
        "if before.sweep_at is not None and before.sweep_at <= hold.due:",
        "if before.sweep_at is not None:",
        (MODEL,),
    ),
    Mutant(
        "a reservation may take what is not there",
        HOLDS,
        "        if before.available_micros < hold.amount_micros:\n            return None\n",
        "",
        (MODEL, "tests/money/test_refunds.py", "tests/app/test_refunds.py"),
    ),
    Mutant(
        "the books ask for no version",
        LEDGER,
        "            Balance.version == before.version,\n        )\n        if movement:",
        "            Balance.sk.exists(),\n        )\n        if movement:",
        (MODEL, "tests/bench/test_race.py"),
    ),
    Mutant(
        "an entry may be written twice",
        LEDGER,
        'transaction.put("entry", _entry(before, movement), Entry.sk.does_not_exist())',
        'transaction.put("entry", _entry(before, movement))',
        (MODEL, STRIPE, ORDERS),
    ),
    Mutant(
        "what is released is not given back",
        LEDGER,
        'before.available_micros + (hold["amount"] if hold else 0) + amount',
        "before.available_micros + amount",
        (MODEL,),
    ),
    Mutant(
        "the hold stays in the map when it is released",
        LEDGER,
        "        actions.append(Balance.holds[release].remove())\n",
        "",
        (MODEL,),
    ),
    Mutant(
        "an errand is left without a deadline in the index",
        LEDGER,
        "            deadlines[key] = errand.due\n",
        "",
        ("tests/money/test_errands.py", MODEL),
    ),
    Mutant(
        "the balance after an entry forgets what is held",
        LEDGER,
        "balance_after_micros=before.total_micros + movement.amount_micros",
        "balance_after_micros=before.available_micros + movement.amount_micros",
        (MODEL, DIALLED, "tests/money/test_books.py"),
    ),
    Mutant(
        "a closed account opens again",
        LEDGER,
        'change(account_id, [Balance.status.set(status)], Balance.status != "closed")',
        "change(account_id, [Balance.status.set(status)])",
        (MODEL, "tests/money/test_suspense.py"),
    ),
    Mutant(
        "an entry's key is the moment of booking",
        LEDGER,
        'return f"ENTRY#{clock.render_exactly(self.caused_at)}#{self.cause}{phase}"',
        'return f"ENTRY#{clock.render_exactly(clock.now())}#{self.cause}{phase}"',
        (MODEL, STRIPE),
    ),
    Mutant(
        "unused credit of a day is not freed",
        LEDGER,
        'before.day_spent_micros - hold["amount"] - amount',
        'before.day_spent_micros - hold["amount"]',
        (CAPS, "tests/app/test_limits.py"),
    ),
    Mutant(
        "who is below a threshold crosses it again",
        FUNDS,
        "after_micros < threshold_micros <= before_micros",
        "after_micros < threshold_micros",
        ("tests/money/test_errands.py", "tests/money/test_autotopup.py"),
    ),
    Mutant(
        "the day's cap forgets what was spent",
        FUNDS,
        "bounds.append(funds.day_cap_micros - spent)",
        "bounds.append(funds.day_cap_micros)",
        (CAPS,),
    ),
    Mutant(
        "yesterday's spending counts today",
        FUNDS,
        "return self.day_spent_micros if self.day == day else 0",
        "return self.day_spent_micros",
        (CAPS,),
    ),
    Mutant(
        "a price is rounded down",
        RATES,
        "-(-rate.price_micros * billed // MINUTE_SECONDS)",
        "(rate.price_micros * billed // MINUTE_SECONDS)",
        (PRICES,),
    ),
    Mutant(
        "an unanswered call pays the connect fee",
        RATES,
        "    if billed == 0:\n        return 0\n",
        "",
        (PRICES,),
    ),
    Mutant(
        "the limit is a second longer than the credit",
        RATES,
        "return min(rate.increment_first_seconds + whole_steps, longest_seconds)",
        "return min(rate.increment_first_seconds + whole_steps + 1, longest_seconds)",
        (PRICES,),
    ),
    Mutant(
        "the minimum is forgotten",
        RATES,
        "max(duration_seconds, rate.minimum_seconds)",
        "duration_seconds",
        (PRICES,),
    ),
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
        '    raise Refusal(503, TOO_EARLY, "We do not know this order yet.", retry_after_seconds=60)',
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
        "a switched-off automatic top-up charges all the same",
        AUTOTOPUP,
        'if funds.standing != "open" or threshold is None or not funds.payment_method:',
        "if threshold is None or not funds.payment_method:",
        ("tests/money/test_autotopup.py", "tests/app/test_autotopup.py"),
    ),
    Mutant(
        "a stranger's ending ends the call",
        SETTLEMENTS,
        "if known.sid is None or call_sid not in (None, known.sid):",
        "if known.sid is None:",
        (CARRIER, SETTLED),
    ),
    Mutant(
        "a late charge may come twice",
        SETTLEMENTS,
        'transaction.update("record", key, actions, CallRecord.state == "voided")',
        'transaction.update("record", key, actions)',
        (SETTLED, "tests/calling/test_kills.py", "tests/app/test_settlement.py"),
    ),
    Mutant(
        "a record may be overwritten",
        SETTLEMENTS,
        'transaction.put("record", ended, CallRecord.call_id.does_not_exist())',
        'transaction.put("record", ended)',
        (SETTLED, "tests/app/test_settlement.py"),
    ),
    Mutant(
        "whatever a callback says of the length is booked",
        SETTLEMENTS,
        "if call_sid and charges and rules.is_beyond(known.limit_seconds, leg.duration_seconds):",
        "if call_sid is None and charges and rules.is_beyond(known.limit_seconds, leg.duration_seconds):",
        (SETTLED, CARRIER, "tests/app/test_settlement.py"),
    ),
    Mutant(
        "a hold beside a voided record is only let go",
        CALL_RULES,
        '(True, "voided", True): Settlement.LATE,',
        '(True, "voided", True): Settlement.RELEASE,',
        (SETTLED,),
    ),
    Mutant(
        "the deadline comes before the call can have ended",
        CALL_RULES,
        "due = now_seconds + RING_SECONDS + limit + GRACE_SECONDS",
        "due = now_seconds + limit",
        (SETTLED, DIALLED, "tests/calling"),
    ),
    Mutant(
        "a stale call id is taken",
        CALL_RULES,
        "return abs(now - made_at) <= CALL_ID_LIFE",
        "return True",
        (CARRIER,),
    ),
    Mutant(
        "a carrier that does not answer frees the hold",
        SWEEPER,
        'extra={"call": call_id, "code": error.code})\n        return None\n',
        'extra={"call": call_id, "code": error.code})\n        return Leg("failed", 0, None, None)\n',
        (DIALLED, "tests/calling/test_sweeper.py"),
    ),
    Mutant(
        "one account's trouble stops the sweep of all",
        SWEEPER,
        '        return "failed"\n',
        "        raise\n",
        ("tests/calling/test_sweeper.py",),
    ),
]
