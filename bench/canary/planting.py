"""A canary in every text field of every item that is stored of a person, by the models themselves."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import boto3
from pynamodb.attributes import ListAttribute, UnicodeAttribute

from chalicelib.core import tables
from chalicelib.core.subjects import Kind
from chalicelib.policy import fields, profile
from chalicelib.privacy import kinds
from tests.harness.stage import Stage
from tests.privacy.planting import EMAIL, LONDON, OWN, Planted, plant

WORDS = {EMAIL: "account", OWN: "caller_id", LONDON: "call_record"}
"""Real addresses and numbers, which must have their form: canaries as they are."""
SHAPED = {
    "Address": {"email", "owner_id", "password_hash", "policy_version", "parent_email"},
    "Balance": {"status", "currency", "day", "hour"},
    "CallRecord": {"state", "currency"},
    "Claim": {"owner", "caller_id"},
    "Entry": {"kind", "cause", "currency", "at"},
    "Export": {"account_id", "id", "state", "user_id"},
    "GoogleIdentity": {"owner_id"},
    "Order": {"account_id", "kind", "currency", "state"},
    "Payment": {"account_id", "currency", "order_id", "payment_intent", "books"},
    "Session": {"user_id", "session_id"},
    "User": {"account_id", "email", "google_key", "policy_version", "status"},
}
"""What code compares or finds by: random numbers, states; times too, `..._at`. All else is a canary."""
BY_NUMBERS = {"privacy_request", "consent", "policy_record", "last_mail"}
"""What was asked and chosen, under random numbers: made by the service alone, never typed by a person."""


@dataclass(frozen=True)
class Canary:
    """Where a word was planted: its store, category and the attribute there."""

    word: str
    store: str
    category: str
    attribute: str


@dataclass(frozen=True)
class Nest:
    """Whose they are, and all of them."""

    planted: Planted
    canaries: list[Canary]


def hatch(stage: Stage) -> Nest:
    """Something of each category of the policy of this moment, with a canary in every field of the person."""
    planted, found = plant(stage), []
    client: Any = boto3.client("dynamodb")
    for table in client.list_tables()["TableNames"]:
        for item in client.scan(TableName=table)["Items"]:
            kind = kinds.of(table, item)
            if kind and kind.category and kind.category not in BY_NUMBERS and _is_of(planted, item):
                found += _fill(client, table, kind, item)
    return Nest(planted, found)


def _word(word: str, name: str) -> str:
    """A providers' id in its own form, since the provider is asked to delete what it stands for."""
    if name == "customer":
        return "cus_" + word.replace("-", "")
    if name == "payment_method":
        return "pm_" + word.replace("-", "")
    if name in ("call_sid", "leg_sid"):
        return "CA" + hashlib.md5(word.encode(), usedforsecurity=False).hexdigest()
    return word


def _is_of(planted: Planted, item: dict[str, Any]) -> bool:
    return any(id in str(item) for id in (planted.user_id, planted.account_id))


def _fill(client: Any, table: str, kind: Kind, item: dict[str, Any]) -> list[Canary]:
    """Whatever the policy lets this item have, absent fields too."""
    store = table.removeprefix(tables.name(""))
    allowed = fields.of(profile.current())[store]
    category = "account" if kind.prefix == "EMAIL#" else str(kind.category)
    made = []
    for name, attribute in sorted(kind.model.get_attributes().items()):
        shaped = {*SHAPED.get(kind.model.__name__, ()), *kinds.keys(kind)}
        if name in shaped or name.endswith("_at") or name not in allowed:
            continue
        word = _word(f"canary-{store}-{kind.model.__name__}-{name}".lower(), name)
        if isinstance(attribute, UnicodeAttribute):
            item[name] = {"S": word}
        elif isinstance(attribute, ListAttribute):
            item[name] = {"L": [{"S": word}]}
        else:
            continue
        made.append(Canary(word, store, category, name))
    client.put_item(TableName=table, Item=item)
    return made
