"""A deletion under each policy, to its end: also where there are no calls, no credit and no passwords."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.privacy import deletion
from tests.app.person import ADA, everything_stored, newest_token, sign_up, verify
from tests.app.test_details import full
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.mailbox import Mailbox
from tests.harness.offering import obeying


def step(request: dict[str, Any], name: str, **more: Any) -> dict[str, Any]:
    return deletion.step({"step": name, "request": request, **more})


@pytest.mark.parametrize("id", ["business", "kiwiphone", "zenvoip"])
def test_a_deletion_leaves_nothing_of_a_person(
    id: str, browser: Browser, mailbox: Mailbox, clock: Clock
) -> None:
    with obeying(id):
        assert sign_up(browser, **full(id)).status == 202
        assert verify(browser, newest_token(mailbox)) == 204
        me = browser.sign_in().get("/api/me").json
        asked = browser.post("/api/privacy/requests", {"type": "deletion"}).json
        request = {
            "request_id": asked["id"],
            "user_id": me["user_id"],
            "account_id": me["account_id"],
            "attempt": 1,
        }
        rows = step(request, "plan")["rows"]
        assert {"name": "users"} in rows
        assert step(request, "suspend")["outcome"] == "suspended"
        assert browser.get("/api/me").json["status"] == "suspended"
        clock.advance(timedelta(days=7, seconds=1))
        assert step(request, "wait")["outcome"] == "due"
        assert step(request, "close")["outcome"] == "closed"
        for row in rows:
            while step(request, "erase", row=row)["outcome"] == "more":
                pass
        assert step(request, "verify")["outcome"] == "clean"
        assert step(request, "certify")["outcome"] == "certified"
        left = everything_stored()
        assert [value for value in (ADA, full(id)["name"]) if value in left] == []
