"""Code calls that something comes between: their person is told, and the carrier forgets them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.money import ledger
from chalicelib.providers import twilio_caller_ids
from chalicelib.providers.twilio_caller_ids import CodeCall
from tests.conftest import Clock
from tests.harness.lambda_door import run_schedule
from tests.harness.stage import Stage
from tests.numbers.phones import Phones

LONG = timedelta(minutes=11)


def test_a_number_removed_while_its_phone_is_being_called_is_told_and_leaves_nothing(
    phones: Phones, stage: Stage, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_code = twilio_caller_ids.request_code
    removed: list[str] = []

    def while_it_is_removed(*given: str) -> CodeCall:
        removed.append(phones.shown()[0]["id"])
        assert phones.remove(removed[0]) == 204
        return request_code(*given)

    monkeypatch.setattr(twilio_caller_ids, "request_code", while_it_is_removed)
    answer = phones.add()
    assert (answer.status, answer.json["type"]) == (409, "caller-id-removed")
    assert not phones.type(removed[0], None, "lose_completed")
    clock.advance(LONG)
    run_schedule("sweep")
    assert ["to" in call for call in stage.carrier.calls()] == [False]
    assert ledger.funds(phones.account_id).holds == {}


@pytest.mark.parametrize("digits", ["000000x", None])
def test_a_code_call_whose_answer_was_lost_is_erased_at_the_carrier_too(
    phones: Phones, stage: Stage, clock: Clock, digits: str | None
) -> None:
    stage.carrier.faults.plant("outgoing_caller_ids.create", "timeout_after")
    assert phones.add().status == 503
    assert not phones.type(phones.shown()[0]["id"], digits)
    clock.advance(LONG)
    run_schedule("sweep")
    assert ["to" in call for call in stage.carrier.calls()] == [False]
