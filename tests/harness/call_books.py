"""What a call has come to in the books, as tests of webhooks look at it."""

from __future__ import annotations

from xml.etree import ElementTree

from chalicelib.calling import records
from chalicelib.money import ledger
from tests.harness.lambda_door import Answer
from tests.harness.signed import CREDIT, SignedCall


def dials(answer: Answer) -> list[ElementTree.Element]:
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/xml"
    return list(ElementTree.fromstring(answer.text).iter("Dial"))


def books(call: SignedCall) -> tuple[int, int, list[tuple[str, int]]]:
    """What is free, what is held, and what was booked after the first top-up; they add up."""
    funds = ledger.funds(call.account_id)
    entries = [(entry.kind, entry.amount_micros) for entry in ledger.entries(call.account_id, 100)]
    assert funds.available_micros + funds.held_micros == sum(amount for _, amount in entries)
    return funds.available_micros, funds.held_micros, [entry for entry in entries if entry[0] != "topup"]


def untouched(call: SignedCall) -> bool:
    return books(call) == (CREDIT, 0, []) and records.find(call.account_id, call.call_id) is None
