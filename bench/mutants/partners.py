"""Faults in what is asked of Stripe and told by it, in errands, and in requests that are sent again."""

from __future__ import annotations

from bench.mutants.mutant import Mutant

PARTNER_FAULTS = [
    Mutant(
        "an errand is forgotten in its cause's transaction",
        "chalicelib/money/ledger.py",
        ("        if key not in before.holds:\n            actions.append"),
        ("        if key in before.holds:\n            actions.append"),
        (
            "tests/money/test_errands.py",
            "tests/money/test_autotopup.py",
            "tests/app/test_autotopup.py",
        ),
    ),
    Mutant(
        "two sweeps carry out one errand",
        "chalicelib/money/ledger.py",
        'if key not in before.holds or seen not in (None, before.holds[key]["due"]):',
        "if key not in before.holds:",
        ("tests/money/test_errands.py",),
    ),
    Mutant(
        "a lost answer is a second refund after a day",
        "chalicelib/money/refunds.py",
        ("    if made:\n"),
        ("    if made and clock.now() < clock.from_epoch(0):\n"),
        (
            "tests/money/test_refund_requests.py",
            "tests/money/test_refund_kills.py",
        ),
    ),
    Mutant(
        "a refund that Stripe refuses keeps its credit set aside",
        "chalicelib/money/refunds.py",
        ("            ledger.book(account_id, None, release=key)\n"),
        ("            pass\n"),
        ("tests/money/test_refund_requests.py",),
    ),
    Mutant(
        "an errand is let go before it is done",
        "chalicelib/money/errands.py",
        "    elif carry(found):\n        _let_go(found)",
        "    else:\n        _let_go(found)\n        carry(found)",
        ("tests/money/test_errands.py",),
    ),
    Mutant(
        "a broken errand stops the others",
        "chalicelib/money/errands.py",
        '            swept["errands_failed"] += 1',
        "            raise",
        ("tests/money/test_errands.py",),
    ),
    Mutant(
        "a key answers another request",
        "chalicelib/core/idempotency.py",
        "    if kept.body_hash != fresh.body_hash:",
        "    if not kept.body_hash:",
        ("tests/core/test_idempotency.py",),
    ),
    Mutant(
        "a conflict counts as a refusal",
        "chalicelib/core/tables.py",
        'REFUSED = {"ConditionalCheckFailed", "ConditionalCheckFailedException"}',
        ('REFUSED = {"ConditionalCheckFailed", "ConditionalCheckFailedException", "TransactionConflict"}'),
        ("tests/core/test_tables.py",),
    ),
    Mutant(
        "a closed account is credited",
        "chalicelib/money/payments.py",
        ("                while_open=True,\n                as_read=True,"),
        "                as_read=True,",
        ("tests/money/test_suspense.py",),
    ),
    Mutant(
        "money that comes back of a lost dispute is not news",
        "chalicelib/money/rules.py",
        ('        ("lost", "won"): ("won",),\n'),
        "",
        (
            "tests/money/test_disputes.py",
            "tests/bench/test_orders.py",
        ),
    ),
    Mutant(
        "a pending refund is told twice",
        "chalicelib/money/rules.py",
        'GONE = {"pending", "succeeded", "opened", "lost"}',
        'GONE = {"succeeded", "opened", "lost"}',
        (
            "tests/money/test_shares.py",
            "tests/money/test_refund_requests.py",
        ),
    ),
    Mutant(
        "a refund is asked for without a key",
        "chalicelib/providers/stripe_records.py",
        'client.v1.refunds.create(params, {"idempotency_key": reservation})',
        "client.v1.refunds.create(params)",
        (
            "tests/money/test_refund_kills.py",
            "tests/money/test_refund_requests.py",
        ),
    ),
    Mutant(
        "a saved card is charged without a key",
        "chalicelib/providers/stripe_cards.py",
        'client.v1.payment_intents.create(params, {"idempotency_key": order_id})',
        "client.v1.payment_intents.create(params)",
        (
            "tests/money/test_autotopup.py",
            "tests/app/test_autotopup.py",
        ),
    ),
    Mutant(
        "a page that is complete counts as paid",
        "chalicelib/providers/stripe_facts.py",
        'and (proven or session["payment_status"] == "paid")',
        "and bool(session)",
        (
            "tests/app/test_stripe_webhook.py",
            "tests/money/test_kills.py",
        ),
    ),
    Mutant(
        "an event of the other mode is believed",
        "chalicelib/providers/stripe_events.py",
        "if livemode != secrets.current().livemode:",
        "if livemode and not livemode:",
        (
            "tests/app/test_stripe_webhook.py",
            "tests/money/test_kills.py",
        ),
    ),
    Mutant(
        "a late word undoes a payment",
        "chalicelib/money/orders.py",
        'key.update(actions=[Order.state.set(state)], condition=Order.state == "open")',
        "key.update(actions=[Order.state.set(state)], condition=Order.state.exists())",
        (
            "tests/app/test_stripe_webhook.py",
            "tests/money/test_kills.py",
            "tests/money/test_event_orders.py",
        ),
    ),
    Mutant(
        "the reconciler forgets what it could not follow",
        "chalicelib/money/reconciler.py",
        (
            'if news["failed"]:\n'
            '        metrics.count("ReconcilerFailures", news["failed"])\n'
            "    else:\n"
            "        _remember(now)"
        ),
        (
            'if news["failed"]:\n'
            '        metrics.count("ReconcilerFailures", news["failed"])\n'
            "    _remember(now)"
        ),
        ("tests/money/test_reconciler.py",),
    ),
    Mutant(
        "the reconciler does not look back for refunds",
        "chalicelib/money/reconciler.py",
        '"refunds": (timedelta(days=35),',
        '"refunds": (timedelta(days=0),',
        ("tests/money/test_reconciler.py",),
    ),
    Mutant(
        "the nightly checker does not count what is held",
        "chalicelib/money/books.py",
        'balance_micros = int(item["available_micros"]["N"]) + sum(held)',
        'balance_micros = int(item["available_micros"]["N"])',
        ("tests/money/test_books.py",),
    ),
]
