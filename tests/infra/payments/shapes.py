"""Which fields the provider's objects have, and of which JSON types.

Run as `VOWLINE_SPECS=<folder with the provider's public fixtures> python -m tests.infra.payments.shapes` to
write shapes.json anew: names and types from the fixtures, and what may be null from the pinned client.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import stripe
from stripe.checkout import Session

COMMITTED = Path(__file__).parent / "shapes.json"
CLASSES: dict[str, Any] = {
    "balance_transaction": stripe.BalanceTransaction,
    "charge": stripe.Charge,
    "checkout.session": Session,
    "customer": stripe.Customer,
    "dispute": stripe.Dispute,
    "event": stripe.Event,
    "item": stripe.LineItem,
    "payment_intent": stripe.PaymentIntent,
    "payment_method": stripe.PaymentMethod,
    "radar.early_fraud_warning": stripe.radar.EarlyFraudWarning,
    "refund": stripe.Refund,
    "setup_intent": stripe.SetupIntent,
}
_TYPES = {bool: "boolean", int: "integer", str: "string", list: "array", dict: "object", type(None): "null"}
Shapes = dict[str, dict[str, str]]


def type_of(value: object) -> str:
    return _TYPES[type(value)]


def fixtures() -> list[Path]:
    """The public fixtures where VOWLINE_SPECS names their folder; none elsewhere."""
    folder = os.environ.get("VOWLINE_SPECS")
    return sorted(Path(folder).glob("stripe_fixtures*.json")) if folder else []


def read(source: Path) -> Shapes:
    """`type`, or `type?` where the client allows null; null alone says that the fixture knows no type."""
    found: dict[str, Any] = json.loads(source.read_text())
    if source == COMMITTED:
        return found
    return {kind: _fields(found["resources"][kind], known) for kind, known in CLASSES.items()}


def _fields(fixture: dict[str, Any], known: Any) -> dict[str, str]:
    return {
        name: type_of(value) + ("?" if "None" in _text(known.__annotations__[name]) else "")
        for name, value in sorted(fixture.items())
    }


def _text(annotation: object) -> str:
    return str(annotation).replace("Optional", "None")


if __name__ == "__main__":
    COMMITTED.write_text(json.dumps(read(fixtures()[-1]), indent=1) + "\n")
