"""Answers to what people are asked to allow, and what lies in the registry of them."""

from __future__ import annotations

from typing import Any

import boto3

from tests.harness.browser import Browser
from tests.harness.lambda_door import Answer

CONSENTS = "/api/privacy/consents"


def choose(browser: Browser, purpose: str, granted: bool, **headers: str) -> Answer:
    return browser.put(f"{CONSENTS}/{purpose}", {"granted": granted}, **headers)


def granted(browser: Browser) -> dict[str, bool]:
    return {one["purpose"]: one["granted"] for one in browser.get(CONSENTS).json["items"]}


def receipts(holder: str = "") -> list[dict[str, Any]]:
    """All that is on record, oldest first; of one holder, or of everybody."""
    found = boto3.client("dynamodb").scan(TableName="vowline-local-registry")["Items"]
    items: list[dict[str, Any]] = [
        {name: next(iter(value.values())) for name, value in item.items()} for item in found
    ]
    ours = [one for one in items if one["sk"].startswith("RECEIPT#") and one["pk"].endswith(holder)]
    return sorted(ours, key=lambda one: (one["at"], one["id"]))
