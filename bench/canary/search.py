"""Where canaries are: every place that a word can lie in, spot by spot."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from chalicelib.core import settings, tables
from chalicelib.core.subjects import Kind
from chalicelib.privacy import kinds
from infra.local.store import Store


@dataclass(frozen=True)
class Spot:
    """One text in a place. In a table `kind` is the item's, and `path` its attribute, as in the inventory."""

    place: str
    where: str
    text: str
    kind: Kind | None = None
    path: str = ""


def in_tables() -> Iterator[Spot]:
    """Every attribute of every item: of the tables, and of each index as it answers by itself."""
    client: Any = boto3.client("dynamodb")
    for table in client.get_paginator("list_tables").paginate().search("TableNames"):
        store = table.removeprefix(tables.name(""))
        indexes = client.describe_table(TableName=table)["Table"].get("GlobalSecondaryIndexes", [])
        for index in ("", *(one["IndexName"] for one in indexes)):
            asked = {"TableName": table} | ({"IndexName": index} if index else {})
            for page in client.get_paginator("scan").paginate(**asked):
                for item in page["Items"]:
                    yield from _of_item(store, index, kinds.of(table, item), item)


def _of_item(store: str, index: str, kind: Kind | None, item: dict[str, Any]) -> Iterator[Spot]:
    place = f"{store} (index {index})" if index else store
    for name, value in item.items():
        for path, text in _leaves(name, value):
            of = kind.model.__name__ if kind else "unknown"
            yield Spot(place, f"{of}.{path}", text, kind, path)


def _leaves(path: str, typed: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """A stored value's texts and numbers, and the keys of its maps."""
    [(type, value)] = typed.items()
    if type == "M":
        for key, inner in value.items():
            if "." not in path:
                yield path, key
            yield from _leaves(f"{path}.{key}" if "." in path else f"{path}.*", inner)
    elif type == "L":
        for inner in value:
            yield from _leaves(path, inner)
    elif type in ("SS", "NS"):
        yield from ((path, str(inner)) for inner in value)
    elif type == "B":
        yield path, bytes(value).decode("latin-1")
    else:
        yield path, str(value)


def in_objects() -> Iterator[Spot]:
    """Every version of every object with its bytes, unpacked; delete markers; open uploads."""
    s3: Any = boto3.client("s3")
    for bucket in [one["Name"] for one in s3.list_buckets()["Buckets"]]:
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            for marker in page.get("DeleteMarkers", []):
                yield Spot("object versions", f"delete marker in {bucket}", marker["Key"])
            for version in page.get("Versions", []):
                key, asked = version["Key"], {"Bucket": bucket, "Key": version["Key"]}
                if version["VersionId"] != "null":
                    asked["VersionId"] = version["VersionId"]
                body = s3.get_object(**asked)["Body"].read()
                yield Spot("object versions", f"key in {bucket}", key)
                yield Spot("object versions", f"object in {bucket}", unpacked(body))
        for page in s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket):
            for upload in page.get("Uploads", []):
                yield Spot("open uploads", f"upload in {bucket}", upload["Key"])


def unpacked(body: bytes) -> str:
    """A file's text; of an archive that of all its members."""
    if not body.startswith(b"PK"):
        return body.decode("latin-1")
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return "\n".join(archive.read(name).decode("latin-1") for name in archive.namelist())


def in_queues() -> Iterator[Spot]:
    """Messages of every queue, dead letters among them, left where they are; and who hears from a topic."""
    sqs: Any = boto3.client("sqs")
    for url in sqs.list_queues().get("QueueUrls", []):
        attributes = ["ApproximateNumberOfMessages"]
        waiting = int(
            sqs.get_queue_attributes(QueueUrl=url, AttributeNames=attributes)["Attributes"][attributes[0]]
        )
        seen = 0
        while seen < waiting:
            took = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=30)
            if not (messages := took.get("Messages", [])):
                break
            for message in messages:
                seen += 1
                yield Spot("queues", url.rpartition("/")[2], json.dumps(message, default=str))
    sns: Any = boto3.client("sns")
    for page in sns.get_paginator("list_subscriptions").paginate():
        for subscription in page["Subscriptions"]:
            yield Spot("topics", subscription["TopicArn"].rpartition(":")[2], json.dumps(subscription))


def in_executions() -> Iterator[Spot]:
    """What every execution was started with, under its name."""
    for told in _executions():
        yield Spot("workflow history", told["name"], json.dumps({"input": told["input"]}))


def in_histories() -> Iterator[Spot]:
    """Each event that Step Functions remembers of every execution: what states got, and what they gave."""
    client: Any = boto3.client("stepfunctions")
    for told in _executions():
        pages = client.get_paginator("get_execution_history").paginate(executionArn=told["executionArn"])
        for event in pages.search("events"):
            yield Spot("workflow history", f"{told['name']} {event['type']}", json.dumps(event, default=str))


def _executions() -> Iterator[dict[str, Any]]:
    client: Any = boto3.client("stepfunctions")
    machine = settings.current().deletion_machine_arn
    for found in (
        client.get_paginator("list_executions").paginate(stateMachineArn=machine).search("executions")
    ):
        yield client.describe_execution(executionArn=found["executionArn"])


def in_stand_in(place: str, store: Store) -> Iterator[Spot]:
    """Every document of a partner's state; deliveries that wait to be sent again among them."""
    for kind, document in store.everything():
        yield Spot(place, kind, json.dumps(document))


def in_lines(text: str) -> Iterator[Spot]:
    """Lines of the log, and figures among them (CloudWatch's embedded metric format)."""
    for line in text.splitlines():
        yield Spot("metrics" if '"_aws"' in line else "logs", "line", line)


def in_files(folder: Path, without: Collection[str] = ()) -> Iterator[Spot]:
    """Whatever a run left behind on the disk, but for some endings and folders."""
    for file in sorted(folder.rglob("*")):
        skipped = file.suffix in without or any(str(parent) in without for parent in file.parents)
        if file.is_file() and not skipped:
            yield Spot("temporary files", file.name, unpacked(file.read_bytes()))
