"""Two people with everything that the service can hold of them, as the matrices need it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import boto3

from tests.calling.exported import Exported
from tests.harness.browser import Browser
from tests.harness.mailbox import Mailbox, open_mailbox
from tests.harness.offering import offering
from tests.harness.signed import SignedCall
from tests.harness.stage import Stage, running_stage
from tests.numbers.phones import Phones

ADA, EVE = "ada@example.org", "eve@example.org"
# Called and verified in the scene and named in no request: wherever they show, they were told.
CALLED, OWN = "+442079460999", "+12025550199"
MORE = ("call_quality", "parental_consent")
"""What the scene's service offers beyond the profile."""


class Scene:
    """Ada has at least two of each thing, so that each list has a next page; Eve has an account."""

    def __init__(self, stage: Stage, mailbox: Mailbox) -> None:
        self.stage, self.mailbox = stage, mailbox
        self._store = boto3.client("dynamodb")
        self._numbers = count(1)
        self.ada = Browser(stage, mailbox).sign_up(ADA).top_up().top_up()
        self.eve = Browser(stage, mailbox).sign_up(EVE)
        self.sids = [self.ada.call(CALLED, 60)["call_sid"] for _ in range(2)]
        self.refund_ids = [
            self.ada.post("/api/refunds", {"amount_micros": 1_000_000}).json["id"] for _ in range(2)
        ]
        stage.settle_payments()
        exported = Exported(self.ada)
        exported.ask()
        self.export_id = exported.id
        assert self.ada.put("/api/favourites", {"numbers": [CALLED]}).status == 200
        self.caller_id = Phones(self.ada, stage).verify(OWN)
        self.request_ids = [self._change_her_mind() for _ in range(2)]
        self.other_browser = Browser(stage, mailbox).sign_in(ADA)
        self.account_id, self.user_id = (self.me[name] for name in ("account_id", "user_id"))
        self.call_ids = self._ids("/api/calls")
        orders = [str(item["id"]).partition("ORDER#") for item in self.items("payments")]
        self.order_ids = [id for before, _, id in orders if id and not before]

    @property
    def me(self) -> dict[str, Any]:
        return dict(self.ada.get("/api/me").json)

    def somebody(self) -> Browser:
        """A fresh person, whose account may be changed at will."""
        return Browser(self.stage, self.mailbox).sign_up(f"somebody{next(self._numbers)}@example.org")

    def spare_number(self) -> str:
        """A number that nobody has verified yet."""
        return f"+120255501{next(self._numbers):02}"

    def live_call(self) -> SignedCall:
        """A call of Ada's that is going on."""
        call = SignedCall(account_id=self.account_id)
        assert call.voice().status == 200
        return call

    def session_ids(self) -> list[str]:
        """Ada's, the newest of her other browsers first."""
        found = self.ada.get("/api/auth/sessions").json["items"]
        return [item["id"] for item in sorted(found, key=lambda item: bool(item["current"]))]

    def secrets(self) -> set[str]:
        """What only Ada may be told."""
        browsers = [self.ada, self.other_browser]
        tokens = {str(browser.csrf_token) for browser in browsers}
        cookies = {value for browser in browsers for value in browser.cookies.values()}
        ids = {
            *self.call_ids,
            *self.refund_ids,
            *self.request_ids,
            *self.session_ids(),
            *self.sids,
            self.caller_id,
        }
        payments = {
            value
            for item in self.items("payments")
            for value in item.values()
            if isinstance(value, str) and value.startswith(("pi_", "cs_", "re_", "cus_"))
        }
        return (
            {ADA, CALLED, CALLED[1:], OWN, self.account_id, self.user_id} | tokens | cookies | ids | payments
        )

    def items(self, table: str) -> list[dict[str, Any]]:
        found = self._store.scan(TableName=f"vowline-local-{table}")["Items"]
        return [{name: next(iter(value.values())) for name, value in item.items()} for item in found]

    def everything_stored(self) -> str:
        tables = self._store.list_tables()["TableNames"]
        return json.dumps(
            {table: self.items(table.removeprefix("vowline-local-")) for table in tables},
            default=str,
            sort_keys=True,
        )

    def keep(self) -> Callable[[], None]:
        """Everything that is stored now; call the answer to have exactly that again."""
        client = self._store
        kept = {table: client.scan(TableName=table)["Items"] for table in client.list_tables()["TableNames"]}
        keys = {
            table: [
                key["AttributeName"] for key in client.describe_table(TableName=table)["Table"]["KeySchema"]
            ]
            for table in kept
        }

        def restore() -> None:
            for table, items in kept.items():
                for found in client.scan(TableName=table)["Items"]:
                    if found not in items:
                        client.delete_item(TableName=table, Key={name: found[name] for name in keys[table]})
                for item in items:
                    client.put_item(TableName=table, Item=item)

        return restore

    def _ids(self, path: str) -> list[str]:
        return [item["id"] for item in self.ada.get(path).json["items"]]

    def _change_her_mind(self) -> str:
        id = str(self.ada.post("/api/privacy/requests", {"type": "deletion"}).json["id"])
        assert self.ada.post(f"/api/privacy/requests/{id}/cancel").status == 200
        return id


@contextmanager
def played() -> Iterator[Scene]:
    """A scene on a stage of its own."""
    with offering(*MORE), running_stage() as stage, open_mailbox() as mailbox:
        yield Scene(stage, mailbox)
