"""A person's own phones: they have them called, type codes into them, and see what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.harness.browser import Browser
from tests.harness.environment import ENVIRONMENT
from tests.harness.lambda_door import Answer
from tests.harness.signed import ACCOUNT_SID, post_twilio
from tests.harness.stage import Stage

PHONE = "+12025550123"
OTHER_PHONE = "+442079460958"


@dataclass
class Phones:
    """`account_id` is asked once, while nobody counts requests."""

    browser: Browser
    stage: Stage
    account_id: str = field(init=False)

    def __post_init__(self) -> None:
        self.account_id = self.browser.account_id

    def add(self, phone: str = PHONE, **headers: str) -> Answer:
        return self.browser.post("/api/caller-ids", {"phone": phone}, **headers)

    def verify(self, phone: str = PHONE) -> str:
        """Have a number called, and type its code; answers its id."""
        added = self.add(phone)
        assert added.status == 201, added.text
        assert self.type(added.json["id"], added.json["code"])
        return str(added.json["id"])

    def type(self, id: str, digits: str | None, *faults: str) -> bool:
        return bool(self.stage.carrier.answer_code(id, digits, faults)["verified"])

    def shown(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.browser.get("/api/caller-ids").json["items"]
        return items

    def states(self) -> dict[str, str]:
        return {item["phone"]: item["state"] for item in self.shown()}

    def at_the_carrier(self) -> list[str]:
        """Numbers that the carrier has as verified."""
        return [item["phone_number"] for item in self.stage.carrier.caller_ids()]

    def remove(self, id: str) -> int:
        return self.browser.delete(f"/api/caller-ids/{id}").status

    def path(self, id: str) -> str:
        return f"/api/webhooks/twilio/caller-id/{self.account_id}/{id}"

    def tell(self, id: str, status: str, **changed: str) -> Answer:
        """The carrier's callback, rightly signed."""
        return post_twilio(self.path(id), told(status, **changed))


def told(status: str, **changed: str) -> dict[str, str]:
    form = {
        "AccountSid": ACCOUNT_SID,
        "CallSid": "CA" + "1" * 32,
        "CallStatus": "completed",
        "From": ENVIRONMENT["HOUSE_NUMBER"],
        "To": PHONE,
        "VerificationStatus": status,
    }
    return {**form, **({"OutgoingCallerIdSid": "PN" + "1" * 32} if status == "success" else {}), **changed}
