"""A search of everything that there is after a deletion, for the words that were planted before it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3

from bench.canary.planting import WORDS, Nest
from chalicelib.core import tables
from chalicelib.policy import profile
from chalicelib.privacy.models import Request
from tests.harness.environment import ENVIRONMENT
from tests.harness.mailbox import Mailbox
from tests.harness.stage import Stage
from tests.privacy.planting import EMAIL


def places(stage: Stage, mailbox: Mailbox, log: str) -> Iterator[tuple[str, str]]:
    """Each place by name with all its text: tables, files, workflow, log, stand-ins and letters."""
    dynamodb: Any = boto3.client("dynamodb")
    for table in dynamodb.list_tables()["TableNames"]:
        yield (
            table.removeprefix(tables.name("")),
            json.dumps(dynamodb.scan(TableName=table)["Items"], default=str),
        )
    yield "exports", _files()
    yield "workflow", _workflow()
    yield "logs", log
    yield "twilio", json.dumps([stage.carrier.calls(), stage.carrier.caller_ids()])
    yield "stripe", json.dumps([one for one in stage.payments.all("customer") if not one.get("deleted")])
    # To whom a mail goes is what it was sent with: they have it, and we do not.
    yield "mail", json.dumps([[mail.subject, mail.text, mail.html] for mail in mailbox.all()])


def misplaced(nest: Nest, request: Request, found: list[tuple[str, str]]) -> list[str]:
    """What is still there, but for what the certificate lists, with its reason and until when."""
    kept = {(line["store"], line["category"]): line for line in request.kept or ()}
    told = []
    for place, text in found:
        for word in WORDS:
            if word in text and not (place == "mail" and word == EMAIL):
                told.append(f"{place} holds {word}")
        for one in nest.canaries:
            if one.word not in text:
                continue
            line = kept.get((place, one.category))
            if (
                place != one.store
                or not line
                or not line["reason"]
                or not _may_stay(one.category, one.attribute)
            ):
                told.append(f"{place} holds {one.word}")
    return told


def _may_stay(category: str, attribute: str) -> bool:
    """Whether the policy keeps this attribute of what it keeps."""
    rule = profile.current().category_of(category)
    named = {
        path.rpartition(":")[2].partition(".")[0]
        for field in rule.on_erasure.keep_fields or rule.fields
        for path in rule.attributes[field]
    }
    return rule.on_erasure.action != "delete" and attribute in named


def _files() -> str:
    s3: Any = boto3.client("s3")
    listed = s3.list_object_versions(Bucket=ENVIRONMENT["EXPORTS_BUCKET"])
    return json.dumps([listed.get("Versions", []), listed.get("DeleteMarkers", [])], default=str)


def _workflow() -> str:
    client: Any = boto3.client("stepfunctions")
    found = client.list_executions(stateMachineArn=ENVIRONMENT["DELETION_MACHINE_ARN"])["executions"]
    arns = [one["executionArn"] for one in found]
    return json.dumps([client.describe_execution(executionArn=arn)["input"] for arn in arns])
