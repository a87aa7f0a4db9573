"""Faults in how calls are held and settled."""

from __future__ import annotations

from bench.mutants.mutant import Mutant

SETTLEMENTS = "chalicelib/calling/settlements.py"
CALL_RULES = "chalicelib/calling/rules.py"
SWEEPER = "chalicelib/calling/sweeper.py"
SETTLED = "tests/calling/test_settlements.py"
DIALLED = "tests/app/test_calls.py"
CARRIER = "tests/app/test_carrier_webhooks.py"

CALL_FAULTS = [
    Mutant(
        "a stranger's ending ends the call",
        SETTLEMENTS,
        "if known.sid is None or call_sid not in (None, known.sid):",
        "if known.sid is None:",
        (CARRIER, SETTLED),
    ),
    Mutant(
        "a late charge brings an erased record back",
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
        "return abs(now - made_at) <= TOKEN_LIFE",
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
