"""A search of every table, of the files and of both providers for whoever is gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3

from bench.deletions.scenery import Scenery
from bench.deletions.world import ADA, World
from bench.simulator.checks import demand
from chalicelib.core import tables
from chalicelib.privacy import holds
from tests.harness.environment import ENVIRONMENT

CODE = "outbound-api"
"""How the carrier calls somebody about a code."""


def check(world: World, scenery: Scenery) -> None:
    """Nothing is left but what the certificate lists; another person's things are theirs."""
    kept = world.request().kept or []
    may_stay = {line["store"] for line in kept}
    held = {line["store"] for line in kept if line["reason"] == holds.REASON}
    ids, words = {world.account_id, world.request().user_id}, {*scenery.words, ADA}
    for store, text in [*_items(), ("exports", _files())]:
        if any(new in text for new in scenery.new_ids):
            continue
        told = [word for word in words if word in text]
        demand(not told or store in held, f"{store} still tells {told}")
        named = [id for id in ids if id in text]
        demand(not named or store in may_stay, f"{store} still names {named}")


def check_providers(world: World, scenery: Scenery) -> None:
    """Where they had not said themselves that it is gone."""
    carrier, payments = world.stage.carrier, world.stage.payments
    shown = [call for call in carrier.calls() if "status" in call]
    left = {
        ("call_record", "calls"): [call["sid"] for call in shown if call["direction"] != CODE],
        ("caller_id", "calls"): [call["sid"] for call in shown if call["direction"] == CODE],
        ("caller_id", "outgoing_caller_ids"): [one["phone_number"] for one in carrier.caller_ids()],
        ("ledger", "customers"): [one["id"] for one in payments.all("customer")],
    }
    for (category, what), found in left.items():
        theirs = [one for one in found if one in scenery.words]
        excused = f"{what}.delete" in world.lies or holds.covers(world.account_id, category)
        demand(excused or not theirs, f"a provider still has {what}: {theirs}")


def _items() -> Iterator[tuple[str, str]]:
    dynamodb: Any = boto3.client("dynamodb")
    for table in dynamodb.list_tables()["TableNames"]:
        for page in dynamodb.get_paginator("scan").paginate(TableName=table):
            for item in page["Items"]:
                yield table.removeprefix(tables.name("")), json.dumps(item, default=str)


def _files() -> str:
    s3: Any = boto3.client("s3")
    listed = s3.list_object_versions(Bucket=ENVIRONMENT["EXPORTS_BUCKET"])
    return json.dumps([listed.get("Versions", []), listed.get("DeleteMarkers", [])], default=str)
