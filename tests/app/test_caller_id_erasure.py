"""A deletion erases caller IDs here and at the carrier, whatever state they are in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.core.errors import ProviderError
from chalicelib.core.subjects import Subject
from chalicelib.numbers import personal_data, shelves
from tests.app.person import everything_stored
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.lambda_door import run_schedule
from tests.harness.stage import Stage
from tests.numbers.phones import OTHER_PHONE, PHONE, Phones
from tests.privacy.requested import Requested

THIRD_PHONE = "+12025550124"


def erase(phones: Phones) -> tuple[str, int]:
    [row] = personal_data.ROWS
    erased = row.erase(Subject("usr_x", phones.account_id))
    return erased.outcome, erased.wait_seconds


def left(phones: Phones) -> int:
    [row] = personal_data.ROWS
    return row.find(Subject("usr_x", phones.account_id))


def test_a_deletion_leaves_no_number_here_nor_at_the_carrier(
    phones: Phones, stage: Stage, clock: Clock
) -> None:
    phones.verify()
    late = phones.add(OTHER_PHONE).json
    phones.type(late["id"], late["code"], "lose_completed")
    asked = Requested(
        phones.browser, clock, phones.browser.post("/api/privacy/requests", {"type": "deletion"}).json
    )
    asked.finish()
    counted = {line["category"]: line["count"] for line in asked.now().actions or ()}
    assert counted["caller_id"] == 2
    assert stage.carrier.caller_ids() == []
    assert all("to" not in call for call in stage.carrier.calls())
    stored = everything_stored()
    assert PHONE not in stored
    assert OTHER_PHONE not in stored
    assert "NUMBER#" not in stored
    assert "CALLERIDS#" not in stored
    run_schedule("sweep")
    assert left(phones) == 0


def test_a_code_call_under_way_is_waited_for(phones: Phones, clock: Clock) -> None:
    added = phones.add().json
    outcome, seconds = erase(phones)
    assert (outcome, 0 < seconds <= 600) == ("later", True)
    assert phones.type(added["id"], added["code"], "lose_completed")
    clock.advance(timedelta(seconds=seconds))
    assert (erase(phones), left(phones), phones.at_the_carrier()) == (("erased", 0), 0, [])


@pytest.mark.parametrize("fault", ["error500", "timeout_after", "rate_limited"])
def test_what_the_carrier_refuses_is_erased_later(phones: Phones, stage: Stage, fault: str) -> None:
    phones.verify()
    stage.carrier.faults.plant("outgoing_caller_ids.delete", fault)
    with pytest.raises(ProviderError):
        erase(phones)
    assert left(phones) == 1
    assert erase(phones)[0] == "erased"
    assert (left(phones), phones.at_the_carrier(), shelves.read(phones.account_id).version) == (0, [], 0)


def test_a_call_record_that_cannot_be_erased_yet_is_waited_for(phones: Phones, stage: Stage) -> None:
    phones.verify()
    stage.carrier.faults.plant("calls.delete", "not_yet")
    assert erase(phones) == ("later", personal_data.NOT_YET_SECONDS)
    assert erase(phones)[0] == "erased"


def test_another_persons_numbers_stay(phones: Phones, browser: Browser, stage: Stage) -> None:
    phones.verify()
    other = Phones(Browser(stage, browser.mailbox).sign_up("eve@example.org"), stage)
    other.verify(THIRD_PHONE)
    assert erase(phones)[0] == "erased"
    assert (other.states(), other.at_the_carrier()) == ({THIRD_PHONE: "verified"}, [THIRD_PHONE])
