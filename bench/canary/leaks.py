"""Planted leaks: one in each place that the search has to see, and what it says of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import boto3

from bench.canary.partners import store_of
from bench.canary.person import Person
from bench.canary.worlds import World
from chalicelib.calling.models import Favourites
from chalicelib.core import settings, tables
from infra.local.payments import customers
from tests.harness.mailbox import Mail


def _table_row(_: World, ada: Person) -> None:
    _put("users", {"user_id": {"S": "FAVOURITES#left"}, "numbers": {"L": [{"S": ada.own_number}]}})


def _moved(_: World, ada: Person) -> None:
    """In an item that is kept, and of another kind than it was."""
    _put("registry", {"pk": {"S": "SUBJECT#left"}, "sk": {"S": "EVENT#left"}, "what": {"S": ada.email}})


def _index(_: World, ada: Person) -> None:
    _put("sessions", {"token_hash": {"S": "SESSION#left"}, "user_id": {"S": ada.user_id}})


def _version(_: World, ada: Person) -> None:
    """Behind a delete marker: who lists the files sees none."""
    s3, bucket = _client("s3"), settings.current().exports_bucket
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=bucket, Key="left", Body=ada.email.encode())
    s3.delete_object(Bucket=bucket, Key="left")


def _marker(_: World, ada: Person) -> None:
    s3, bucket = _client("s3"), settings.current().exports_bucket
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=bucket, Key=f"left/{ada.account_id}", Body=b"nothing")
    s3.delete_object(Bucket=bucket, Key=f"left/{ada.account_id}")


def _upload(_: World, ada: Person) -> None:
    _client("s3").create_multipart_upload(
        Bucket=settings.current().exports_bucket, Key=f"{ada.account_id}/left"
    )


def _queue(_: World, ada: Person) -> None:
    sqs = _client("sqs")
    url = sqs.create_queue(QueueName="dead-letters")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"to": ada.email}))


def _topic(_: World, ada: Person) -> None:
    sns = _client("sns")
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=ada.email)


def _history(world: World, ada: Person) -> None:
    """In what a state in the middle gave: neither the execution's input nor its output tells."""
    world.history[3]["output"] = json.dumps({"outcome": "planned", "rows": [{"name": ada.email}]})


def _execution(_: World, ada: Person) -> None:
    _client("stepfunctions").start_execution(
        stateMachineArn=settings.current().deletion_machine_arn,
        name="left",
        input=json.dumps({"request": {"email": ada.email}}),
    )


def _line(world: World, ada: Person) -> None:
    world.log.write(json.dumps({"level": "INFO", "message": f"mailed {ada.email}"}) + "\n")


def _figure(world: World, ada: Person) -> None:
    world.printed.write(json.dumps({"_aws": {"CloudWatchMetrics": []}, "to": ada.own_number}) + "\n")


def _twilio(world: World, ada: Person) -> None:
    store_of(world.carrier).put("calls", "CAleft", {"sid": "CAleft", "to": ada.own_number})


def _stripe(world: World, ada: Person) -> None:
    with world.payments._state.acting():
        customers.add(world.payments._state, email=ada.email)


def _google(world: World, ada: Person) -> None:
    world.google.store.put("code", "left", {"state": ada.account_id})


def _mailbox(world: World, ada: Person) -> None:
    world.mailbox._taken.append(Mail("somebody@example.org", "News", f"From {ada.own_number}", ""))


def _file(world: World, ada: Person) -> None:
    (world.folder / "left.csv").write_text(ada.email)


AFTER: Mapping[str, tuple[Callable[[Any, Person], None], str]] = {
    "a row of a table": (_table_row, "users holds CallerIds.numbers.*.phone (Favourites.numbers)"),
    "a kept item": (_moved, "registry holds User.email (Event.what)"),
    "an index": (_index, "sessions (index user_id) holds User.user_id (Session.user_id)"),
    "an old version of an object": (_version, "object versions holds User.email (object in"),
    "a delete marker": (_marker, "object versions holds User.account_id (delete marker in"),
    "an open upload": (_upload, "open uploads holds User.account_id (upload in"),
    "a queue": (_queue, "queues holds User.email (dead-letters)"),
    "a topic": (_topic, "topics holds User.email (alarms)"),
    "a state's output": (_history, "workflow history holds User.email"),
    "an execution's input": (_execution, "workflow history holds User.email (left)"),
    "a line of the log": (_line, "logs holds User.email (line)"),
    "a figure": (_figure, "metrics holds CallerIds.numbers.*.phone (line)"),
    "the carrier": (_twilio, "twilio holds CallerIds.numbers.*.phone (calls)"),
    "the payment partner": (_stripe, "stripe holds User.email (payments.customer)"),
    "Google": (_google, "google holds User.account_id (code)"),
    "a mail to somebody else": (_mailbox, "mailbox holds CallerIds.numbers.*.phone (News)"),
    "a temporary file": (_file, "temporary files holds User.email (left.csv)"),
}
"""What is planted after a deletion, and how the sentence begins that tells of it."""


def plant_all(world: World, ada: Person, eve: Person) -> None:
    """Every leak at once; and something of the other's goes."""
    for leak, _ in AFTER.values():
        leak(world, ada)
    Favourites(Favourites.key(eve.account_id)).delete()


LOST = "another's Favourites.numbers is gone from users"


def give_anothers(_: World, ada: Person, eve: Person) -> None:
    """Before an export: something of another's comes among her own."""
    Favourites(Favourites.key(ada.account_id), numbers=[eve.own_number]).save()


GIVEN = "the export holds another's CallerIds.numbers.*.phone"


def _put(store: str, item: dict[str, Any]) -> None:
    """Past the service and its guards."""
    _client("dynamodb").put_item(TableName=tables.name(store), Item=item)


def _client(name: str) -> Any:
    return boto3.client(name)  # type: ignore[call-overload]
