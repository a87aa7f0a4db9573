"""Faults in how a call begins and is told apart from others."""

from __future__ import annotations

from bench.mutants.mutant import Mutant

DIALLING_FAULTS = [
    Mutant(
        "the first day's cap holds from the second day on",
        "chalicelib/money/funds.py",
        "return now - ids.made_at(account_id) < FIRST_DAY",
        "return now - ids.made_at(account_id) >= FIRST_DAY",
        (
            "tests/money/test_limits.py",
            "tests/app/test_limits.py",
        ),
    ),
    Mutant(
        "a late answer of a voided call is forgotten",
        "chalicelib/calling/rules.py",
        '    (False, "voided", True): Settlement.LATE,',
        '    (False, "voided", True): Settlement.NOTHING,',
        (
            "tests/app/test_call_endings.py",
            "tests/calling/test_settlements.py",
        ),
    ),
    Mutant(
        "a call of one second is free",
        "chalicelib/calling/settlements.py",
        "billable=leg.duration_seconds > 0,",
        "billable=leg.duration_seconds > 1,",
        (
            "tests/app/test_call_endings.py",
            "tests/calling/test_settlements.py",
        ),
    ),
    Mutant(
        "a record's partition is the month of its writing",
        "chalicelib/calling/models.py",
        "return month_of(account_id, ids.made_at(call_id))",
        ("from chalicelib.core import clock\n\n    return month_of(account_id, clock.now())"),
        ("tests/calling/test_orders.py",),
    ),
    Mutant(
        "a fallback of another call ends this one",
        "chalicelib/calling/calls.py",
        'if hold and hold.detail["sid"] == form.get("CallSid"):',
        "if hold:",
        (
            "tests/app/test_call_endings.py",
            "tests/calling/test_settlements.py",
        ),
    ),
    Mutant(
        "one token places two calls",
        "chalicelib/calling/calls.py",
        ('    if placed.detail["sid"] != sid:\n        raise WRONG_TOKEN\n'),
        "",
        (
            "tests/app/test_carrier_webhooks.py",
            "tests/app/test_calls.py",
        ),
    ),
    Mutant(
        "a call that has ended is dialled again",
        "chalicelib/calling/calls.py",
        ("    if records.find(account_id, call_id):\n"),
        ("    if False:\n"),
        (
            "tests/app/test_carrier_webhooks.py",
            "tests/app/test_calls.py",
        ),
    ),
]
