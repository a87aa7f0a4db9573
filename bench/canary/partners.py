"""Canaries at the stand-ins: whatever the carrier and the payment partner hold of a person themselves."""

from __future__ import annotations

from typing import Any

import boto3

from bench.canary.person import Person
from bench.canary.words import Canary, text
from chalicelib.calling.models import CallRecord, month_key
from chalicelib.core import settings
from chalicelib.money.models import Balance, Payment
from chalicelib.numbers.models import CallerIds
from chalicelib.policy import profile
from infra.local.carrier import Carrier
from infra.local.carrier.calls import KIND
from infra.local.carrier.code_calls import CALLER_ID
from infra.local.payments import Payments, customers, methods
from infra.local.store import Document, Store

CUSTOMER = ("email", "name", "phone", "description")
ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")
CALL = ("from", "from_formatted", "to", "to_formatted", "caller_name", "forwarded_from")


def store_of(stand_in: Carrier | Payments) -> Store:
    """Where a stand-in has all that it knows."""
    return stand_in._store if isinstance(stand_in, Carrier) else stand_in._state._store


def hatch_customer(payments: Payments, person: Person, item: Balance | Payment) -> list[Canary]:
    """Give an item a customer at the partner's, with a saved card, and the partner's names of both."""
    made: list[Canary] = []
    state, model = payments._state, type(item).__name__
    with state.acting():
        whole = _customer(payments, str(getattr(item, "customer", None))) or customers.add(state)
        told = {name: _word(person, model, name) for name in CUSTOMER}
        address = {name: _word(person, model, f"address_{name}") for name in ADDRESS}
        state.save({**whole, **told, "address": address})
        method = methods.add(state, customer=whole["id"], email=told["email"])
    _name(item, {"customer": whole["id"], "payment_method": method["id"]})
    made += [Canary(word, "stripe", "customer", name, "") for name, word in {**told, **address}.items()]
    return made


def _customer(payments: Payments, id: str) -> Document | None:
    return payments._state.peek("customer", id)


def hatch_calls(carrier: Carrier, person: Person) -> list[Canary]:
    """The legs of every call that an item names, and a caller ID."""
    if "calling" not in profile.current().offers:
        return []
    made: list[Canary] = []
    record = CallRecord.get(month_key(person.account_id, person.id("call")), person.id("call"))
    made += _call(carrier, person, record.call_sid, None)
    made += _call(carrier, person, str(record.leg_sid), record.call_sid)
    [live] = [
        hold for hold in Balance.get(person.account_id, "BAL").holds.as_dict().values() if "sid" in hold
    ]
    made += _call(carrier, person, live["sid"], None)
    made += _call(carrier, person, "CA" + live["sid"][:1:-1], live["sid"])
    if "caller_ids" in profile.current().offers:
        [number] = CallerIds.get(CallerIds.key(person.account_id)).numbers.as_dict().values()
        made += _call(carrier, person, number["calls"][0], None)
        known = carrier._code_calls.add(number["phone"], person.account_id)
        store_of(carrier).delete(CALLER_ID, known["sid"])
        store_of(carrier).put(CALLER_ID, number["sid"], {**known, "sid": number["sid"]})
        made.append(Canary(number["phone"], "twilio", "caller_id", "phone_number", ""))
    return made


def hatch_files(person: Person) -> list[Canary]:
    """Files that the person asked for, and of each another that is only half there."""
    kinds = ["data", *(["calls"] if "calling" in profile.current().offers else [])]
    s3: Any = boto3.client("s3")
    made = []
    for kind in kinds:
        bucket, folder = settings.current().exports_bucket, f"{person.account_id}/{kind}"
        body, begun = (person.word(f"object-{kind}", name) for name in ("body", "begun"))
        s3.put_object(Bucket=bucket, Key=f"{folder}/{person.id('exp', kind)}.csv", Body=body.encode())
        s3.create_multipart_upload(Bucket=bucket, Key=f"{folder}/{begun}.csv")
        made += [
            Canary(body, "exports", "object", "body", ""),
            Canary(begun, "exports", "object", "begun", ""),
        ]
    return made


def _call(carrier: Carrier, person: Person, sid: str, parent: str | None) -> list[Canary]:
    """One leg that is over, under a name that an item has for it."""
    made = carrier._code_calls._calls.open("", "", "in-progress", person.at, parent)
    carrier._code_calls._calls.finish(made["sid"], "completed", person.at, 7)
    shape = store_of(carrier).get(KIND, made["sid"])
    assert shape
    store_of(carrier).delete(KIND, made["sid"])
    told = {name: _word(person, f"call-{sid[:8]}", name) for name in CALL}
    store_of(carrier).put(KIND, sid, {**shape, **told, "sid": sid})
    return [Canary(word, "twilio", "call", name, "") for name, word in told.items()]


def _name(item: Balance | Payment, names: dict[str, str]) -> None:
    """Put the partner's names into the item, and into a charge of it that is under way."""
    for name in names.keys() & item.get_attributes().keys():
        setattr(item, name, names[name])
    if isinstance(item, Balance):
        holds = item.holds.as_dict()
        [charge] = [hold for hold in holds.values() if "card" in hold]
        charge["card"].update(names)
        item.holds = holds


def _word(person: Person, of: str, name: str) -> str:
    kind = "email" if name == "email" else "words"
    return text(person.whose, kind, f"{person.whose}:{of}:{name}".replace("_", "-"))
