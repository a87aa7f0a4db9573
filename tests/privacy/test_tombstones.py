"""The drill: a backup brings somebody back who was erased; they are erased again before anybody is served."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from unittest import mock

import boto3
import pytest

from chalicelib.core import clock as service_clock
from chalicelib.privacy import audit, holds, manifest, register, tombstones
from infra import privacy
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.killpoints import Killed
from tests.privacy.requested import Requested

ADA, EVE, LONDON = "ada@example.org", "eve@example.org", "+442071838750"
RESTORED = ("users", "cdrs")


def copy(table: str) -> list[dict[str, Any]]:
    return boto3.client("dynamodb").scan(TableName=f"vowline-local-{table}")["Items"]


def restore(kept: dict[str, list[dict[str, Any]]]) -> None:
    client = boto3.client("dynamodb")
    for table, items in kept.items():
        for item in items:
            client.put_item(TableName=f"vowline-local-{table}", Item=item)


@pytest.fixture
def restored(browser: Browser, clock: Clock) -> Requested:
    """Ada paid, called and left; then both tables with people in them came back from before."""
    browser.sign_up(ADA).top_up().call(LONDON, 60)
    Browser(browser.stage, browser.mailbox).sign_up(EVE)
    answer = browser.sign_in(ADA).post("/api/privacy/requests", {"type": "deletion", "waive_grace": True})
    requested = Requested(browser, clock, answer.json)
    kept = {table: copy(table) for table in RESTORED}
    requested.finish()
    restore(kept)
    return requested


def day() -> str:
    return f"{service_clock.now() - timedelta(days=2):%Y-%m-%d}"


def left(requested: Requested) -> set[str]:
    found = manifest.count(register.subject_of(requested.now()))
    return {name for name, count in found.items() if count}


def replay() -> int:
    return privacy.main(["replay-deletions", "--since", day(), "--by", "operations"])


def test_who_was_erased_is_erased_again_and_nobody_else(
    restored: Requested, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {"users", "calls"} <= left(restored)
    books = copy("balances"), copy("payments")
    capsys.readouterr()
    assert replay() == 0
    told = capsys.readouterr().out
    assert f"{restored.id}: erased calls 1" in told
    assert "1 deletions repeated." in told
    assert left(restored) == set()
    people = json.dumps([*copy("users"), *copy("cdrs")])
    assert (ADA in people, LONDON in people, restored.now().account_id in people) == (False, False, False)
    assert EVE in people
    assert (copy("balances"), copy("payments")) == books
    chain = audit.entries(restored.now().account_id)
    assert (chain[-1].actor, chain[-1].what) == ("operator:operations", "erased again")
    assert audit.check(restored.now().account_id) == []


def test_a_second_time_it_finds_nothing(restored: Requested, capsys: pytest.CaptureFixture[str]) -> None:
    assert (replay(), replay()) == (0, 0)
    assert f"{restored.id}: erased nothing" in capsys.readouterr().out


def test_the_chain_tells_of_it_before_anything_goes(
    restored: Requested, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tombstones, "_again", mock.Mock(side_effect=Killed))
    with pytest.raises(Killed):
        replay()
    assert "calls" in left(restored)
    assert audit.entries(restored.now().account_id)[-1].what == "erased again"


def test_what_a_processor_refuses_is_named_and_done_the_next_time(
    restored: Requested, capsys: pytest.CaptureFixture[str]
) -> None:
    carrier = restored.browser.stage.carrier
    carrier.faults.plant("calls.delete", "error500", 99)
    assert replay() == 1
    told = capsys.readouterr()
    assert "left calls" in told.out
    assert "keep the service closed" in told.err
    assert left(restored) == {"calls"}
    carrier.faults.clear()
    assert replay() == 0
    assert left(restored) == set()


def test_what_is_held_by_now_stays(restored: Requested) -> None:
    holds.place(restored.now().account_id, "2026/17", ["call_record"], "operator:counsel")
    assert replay() == 0
    assert left(restored) == {"calls"}


def test_who_was_erased_before_the_restored_state_is_not_touched(restored: Requested) -> None:
    tomorrow = service_clock.now() + timedelta(days=1)
    assert list(tombstones.since(tomorrow)) == []
    assert [stone.request_id for stone in tombstones.since(service_clock.now() - timedelta(days=400))] == [
        restored.id
    ]


def test_a_tombstone_names_no_person_and_has_an_end(restored: Requested) -> None:
    [stone] = tombstones.since(service_clock.now() - timedelta(days=40))
    assert "@" not in json.dumps(stone.to_simple_dict())
    assert stone.expires_at
    tombstones.write(restored.now())
    assert len(list(tombstones.since(service_clock.now() - timedelta(days=40)))) == 1
