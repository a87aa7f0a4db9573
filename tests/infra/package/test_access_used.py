"""What the functions really ask of AWS is within their roles; nothing on a laptop would refuse it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from botocore.client import BaseClient

import app
from chalicelib.core import vault
from chalicelib.core.api import Api
from infra.stages import ROOT
from tests.app import person
from tests.calling.exported import Exported
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.lambda_door import Context
from tests.numbers.phones import OTHER_PHONE, Phones
from tests.privacy.machine import run_step
from tests.privacy.requested import Requested, lose

LONDON = "+442079460958"
SCHEDULED = dict.fromkeys(
    ("version", "id", "source", "account", "time", "region", "resources", "detail-type", "detail")
)
TABLES = {
    "vowline-local-balances": "Balances",
    "vowline-local-cdrs": "Cdrs",
    "vowline-local-payments": "Payments",
    "vowline-local-registry": "Registry",
    "vowline-local-sessions": "Sessions",
    "vowline-local-users": "Users",
}
OTHERS = {"kms": ("kms", "Key"), "secretsmanager": ("secretsmanager", "Secret")}
OTHERS |= {"sesv2": ("ses", "ses"), "sfn": ("states", "states"), "stepfunctions": ("states", "states")}
Right = tuple[str, str]
OBJECTS, BUCKET = "${ExportsBucket.Arn}/*", "ExportsBucket"
FILES = {
    "AbortMultipartUpload": ("s3:AbortMultipartUpload", OBJECTS),
    "CompleteMultipartUpload": ("s3:PutObject", OBJECTS),
    "CreateMultipartUpload": ("s3:PutObject", OBJECTS),
    "DeleteObject": ("s3:DeleteObject", OBJECTS),
    "ListMultipartUploads": ("s3:ListBucketMultipartUploads", BUCKET),
    "ListObjectsV2": ("s3:ListBucket", BUCKET),
    "UploadPart": ("s3:PutObject", OBJECTS),
}
"""S3's rights have other names than its operations."""


class Used:
    """Rights (action, resource) that each function has made use of."""

    def __init__(self) -> None:
        functions = ("app", "sweep", "exports", "daily", "deletion")
        self.rights: dict[str, set[Right]] = {function: set() for function in functions}
        self._active: list[str] = []

    @contextmanager
    def by(self, function: str) -> Iterator[None]:
        """What is asked meanwhile is asked by this function."""
        self._active.append(function)
        try:
            yield
        finally:
            self._active.pop()

    def note(self, service: str, operation: str, asked: dict[str, Any]) -> None:
        if self._active:
            self.rights[self._active[-1]] |= set(rights(service, operation, asked))


def rights(service: str, operation: str, asked: dict[str, Any]) -> Iterator[Right]:
    """The IAM rights that one call needs."""
    if operation.startswith("Transact"):
        for item in asked["TransactItems"]:
            for kind, part in item.items():
                action = "ConditionCheckItem" if kind == "ConditionCheck" else f"{kind}Item"
                yield f"dynamodb:{action}", TABLES[part["TableName"]]
    elif operation.startswith("Batch"):
        for table in asked["RequestItems"]:
            yield f"dynamodb:{operation}", TABLES[table]
    elif service == "dynamodb":
        index = f"/index/{asked['IndexName']}" if "IndexName" in asked else ""
        yield f"dynamodb:{operation}", TABLES[asked["TableName"]] + index
    elif service == "s3":
        yield FILES[operation]
    else:
        name, resource = OTHERS[service]
        yield f"{name}:{operation}", resource


def allowed(function: str) -> set[Right]:
    """The rights of the function's own policy file."""
    policy = json.loads((ROOT / ".chalice" / f"policy-{function}.json").read_text())
    found = set()
    for statement in policy["Statement"]:
        for action in _listed(statement["Action"]):
            for resource in _listed(statement["Resource"]):
                found.add((action, _short(resource)))
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _short(resource: Any) -> str:
    """A table or index by its logical id, anything else by its service."""
    text = str(next(iter(resource.values()), "") if isinstance(resource, dict) else resource)
    if "/index/" in text:
        return text.replace("${", "").replace(".Arn}", "")
    if isinstance(resource, dict) and "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0])
    return text.removeprefix("arn:${AWS::Partition}:").partition(":")[0]


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> Used:
    noted = Used()
    call: Callable[..., Any] = BaseClient._make_api_call  # type: ignore[attr-defined]
    answer = Api.__call__

    def listening(self: Any, operation: str, asked: dict[str, Any]) -> Any:
        noted.note(self.meta.service_model.service_name, operation, asked)
        return call(self, operation, asked)

    def entered(self: Any, *arguments: Any) -> Any:
        with noted.by("app"):
            return answer(self, *arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", listening)
    monkeypatch.setattr(Api, "__call__", entered)
    return noted


def exceeded(used: Used) -> dict[str, set[Right]]:
    """The rights that a function made use of and does not have."""
    return {
        function: asked - allowed(function)
        for function, asked in used.rights.items()
        if asked - allowed(function)
    }


@pytest.fixture
def caller(used: Used, browser: Browser) -> Browser:
    """Ada has paid and called."""
    browser.sign_up().top_up().call(LONDON, 60)
    return browser


def ask_for_deletion(browser: Browser, clock: Clock) -> Requested:
    answer = browser.post("/api/privacy/requests", {"type": "deletion"})
    assert answer.status == 201, answer.text
    return Requested(browser, clock, answer.json)


def test_the_recorder_hears_what_a_role_lacks(used: Used, caller: Browser) -> None:
    with used.by("sweep"):
        used.note("dynamodb", "Scan", {"TableName": "vowline-local-users"})
        used.note("dynamodb", "Query", {"TableName": "vowline-local-users", "IndexName": "elsewhere"})
    lacking = {("dynamodb:Scan", "Users"), ("dynamodb:Query", "Users/index/elsewhere")}
    assert exceeded(used) == {"sweep": lacking}


def test_a_callers_life_stays_within_the_roles(used: Used, caller: Browser, clock: Clock) -> None:
    caller.get("/api/quote", to=LONDON)
    caller.call(LONDON, 60, "lose_completed")
    clock.advance(timedelta(hours=3))
    with used.by("sweep"):
        assert app.sweep(SCHEDULED, Context())["settled"] == 1
    caller.sign_in()
    for path in ("calls", "calls.csv", "ledger", "balance", "me", "auth/sessions", "privacy/requests"):
        assert caller.get(f"/api/{path}").status == 200, path
    assert caller.post("/api/auth/logout").status == 204
    assert {"dynamodb:UpdateItem", "dynamodb:PutItem"} <= {action for action, _ in used.rights["app"]}
    assert exceeded(used) == {}


def test_a_person_who_changes_all_that_opens_their_account_stays_within_the_roles(
    used: Used, browser: Browser
) -> None:
    person.forget(browser.sign_up())
    assert person.reset(browser, person.mailed(browser.mailbox)).status == 204
    browser.sign_in(password=person.NEW)
    person.ask_for_address(browser, password=person.NEW)
    assert person.confirm_address(browser, person.mailed(browser.mailbox, person.NEW_ADDRESS)).status == 200
    assert person.set_password(browser, person.OTHER, person.NEW).status == 200
    assert {("dynamodb:DeleteItem", "Users"), ("dynamodb:DeleteItem", "Sessions")} <= used.rights["app"]
    assert exceeded(used) == {}


def test_a_file_of_calls_stays_within_the_roles(used: Used, caller: Browser, clock: Clock) -> None:
    exported = Exported(caller)
    exported.ask()
    with used.by("exports"):
        assert app.exports(SCHEDULED, Context())["ready"] == 1
    assert exported.fetch().startswith("id,")
    assert ("s3:GetObject", OBJECTS) in allowed("app"), "a link is as good as who signs it"
    clock.advance(timedelta(days=1))
    with used.by("exports"):
        assert app.exports(SCHEDULED, Context())["ended"] == 1
    assert ("s3:DeleteObject", OBJECTS) in used.rights["exports"]
    assert exceeded(used) == {}


def test_refunds_letters_and_the_nightly_work_stay_within_the_roles(
    used: Used, caller: Browser, clock: Clock
) -> None:
    caller.stage.payments.faults.plant("refunds.create", "timeout_after", 5)
    caller.post("/api/refunds", {"amount_micros": 1_000_000})
    webhooks_lost = caller.post("/api/topups", {"amount_micros": 10_000_000}).json
    caller.stage.payments.pay(webhooks_lost["checkout_id"], "succeeded")
    clock.advance(timedelta(hours=1))
    with used.by("sweep"):
        swept = app.sweep(SCHEDULED, Context())
    assert (swept["errands_failed"], swept["errands"] > 0) == (0, True)
    with used.by("daily"):
        done = app.daily(SCHEDULED, Context())
    assert done["reconciler"]["sessions"] == 1
    assert done["books"]["drifted"] == 0
    assert done["margins"]["priced"] == 1
    assert ("dynamodb:Scan", "Balances") in used.rights["daily"]
    assert {"dynamodb:UpdateItem", "dynamodb:PutItem"} <= {action for action, _ in used.rights["daily"]}
    assert exceeded(used) == {}


def test_caller_ids_stay_within_the_roles(used: Used, caller: Browser, clock: Clock) -> None:
    phones = Phones(caller, caller.stage)
    removed = phones.verify()
    caller.stage.carrier.faults.plant("outgoing_caller_ids.delete", "error500")
    assert phones.remove(removed) == 204
    late = phones.add(OTHER_PHONE).json
    phones.type(late["id"], late["code"], "lose_completed")
    clock.advance(timedelta(minutes=11))
    with used.by("sweep"):
        assert app.sweep(SCHEDULED, Context())["errands_failed"] == 0
    assert phones.states() == {OTHER_PHONE: "verified"}
    caller.sign_in()
    requested = ask_for_deletion(caller, clock)
    given = requested.input
    with used.by("deletion"):
        assert requested.machine().run(given) == "Certified"
    assert ("dynamodb:DeleteItem", "Users") in used.rights["sweep"] & used.rights["deletion"]
    assert exceeded(used) == {}


def test_a_deletion_stays_within_the_roles(used: Used, caller: Browser, clock: Clock) -> None:
    requested = ask_for_deletion(caller, clock)
    given = requested.input
    vault.begin(f"{given['request']['account_id']}/exp.csv", "text/csv")
    with used.by("deletion"):
        assert requested.machine().run(given) == "Certified"
    assert {"kms:Encrypt", "kms:Decrypt", "ses:SendEmail"} <= {
        action for action, _ in used.rights["deletion"]
    }
    assert exceeded(used) == {}


def test_a_deletion_that_was_lost_or_cancelled_stays_within_the_roles(
    used: Used, caller: Browser, clock: Clock
) -> None:
    requested = ask_for_deletion(caller, clock)
    lose(f"{requested.id}-1")
    with used.by("daily"):
        assert app.daily(SCHEDULED, Context())["watchdog"]["restarted"] == 1
    event = {"step": "suspend", **requested.input}
    with used.by("deletion"):
        run_step(event)
    assert requested.cancel() == 200
    assert {"states:StartExecution", "states:DescribeExecution"} <= {
        action for action, _ in used.rights["daily"]
    }
    assert exceeded(used) == {}
