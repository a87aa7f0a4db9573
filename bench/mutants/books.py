"""Faults in the ledger, holds, caps and prices: each with the proofs that should see it first."""

from __future__ import annotations

from bench.mutants.mutant import Mutant

LEDGER = "chalicelib/money/ledger.py"
HOLDS = "chalicelib/money/holds.py"
FUNDS = "chalicelib/money/funds.py"
RATES = "chalicelib/money/rates.py"
MODEL = "tests/money/test_ledger_model.py"
RIVALS = "tests/money/test_hold_rivals.py"
PRICES = "tests/money/test_rates.py"
ORDERS = "tests/money/test_event_orders.py"
DIALLED = "tests/app/test_calls.py"
CARRIER = "tests/app/test_carrier_webhooks.py"
STRIPE = "tests/app/test_stripe_webhook.py"
CAPS = "tests/money/test_limits.py"
CARRYING = "chalicelib/money/carrying.py"
AGED = "tests/money/test_carrying.py"

BOOK_FAULTS = [
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
        (RIVALS, MODEL, CAPS, "tests/money/test_disputes.py"),
    ),
    Mutant(
        "more calls at once than allowed, when they come at once",
        HOLDS,
        "        & (size(Balance.holds) < limit + others)\n",
        "",
        (RIVALS, MODEL, CAPS),
    ),
    Mutant(
        "the day's spending is not asked for as it was read",
        HOLDS,
        "        & _same(Balance.day_spent_micros, before.day_spent_micros if before.day else None)\n",
        "",
        (RIVALS, CAPS),
    ),
    Mutant(
        "the hour's calls are not asked for as they were read",
        HOLDS,
        "        & _same(Balance.hour_calls, before.hour_calls if before.hour else None)\n",
        "",
        (RIVALS,),
    ),
    Mutant(
        "the hour is not asked for as it was read",
        HOLDS,
        "        & _same(Balance.hour, before.hour)\n",
        "",
        (RIVALS,),
    ),
    Mutant(
        "an hour's calls count for every hour",
        FUNDS,
        "return self.hour_calls if self.hour == hour else 0",
        "return self.hour_calls",
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
        (RIVALS, MODEL, "tests/money/test_refunds.py", "tests/app/test_refunds.py"),
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
        (RIVALS, MODEL),
    ),
    Mutant(
        "the hold stays in the map when it is released",
        LEDGER,
        "actions.append(Balance.holds[release].remove())",
        "pass",
        (RIVALS, MODEL),
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
        (RIVALS, "tests/money/test_books.py"),
    ),
    Mutant(
        "a closed account opens again",
        LEDGER,
        "change(account_id, [Balance.status.set(status), *since], ~Balance.status.is_in(*barred))",
        "change(account_id, [Balance.status.set(status), *since])",
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
        "max(duration_seconds, minimum_seconds)",
        "duration_seconds",
        (PRICES,),
    ),
    Mutant(
        "what was carried before is forgotten",
        CARRYING,
        "for entry in [*batch, *([before] if before else [])])",
        "for entry in batch)",
        (AGED,),
    ),
    Mutant(
        "a sum is written over another one's",
        CARRYING,
        "_same(before) if before else Entry.sk.does_not_exist())",
        "None)",
        (AGED,),
    ),
    Mutant(
        "a movement is taken away whether it is there or not",
        CARRYING,
        "transaction.delete(entry.sk, Entry(account_id, entry.sk), _same(entry))",
        "transaction.delete(entry.sk, Entry(account_id, entry.sk))",
        (AGED,),
    ),
    Mutant(
        "closed books go with what is held in them",
        CARRYING,
        'books.status != "closed" or books.holds or any',
        'books.status != "closed" or any',
        (AGED,),
    ),
    Mutant(
        "books that went begin again",
        LEDGER,
        "            if attempt:\n                raise AccountClosed(account_id)",
        "            if False:\n                raise AccountClosed(account_id)",
        (AGED,),
    ),
]
