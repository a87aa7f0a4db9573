"""Deletions under kills and outages, in this suite too; and a seed tells the same story each time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from typing import Any
from unittest import mock

import pytest

from bench.deletions import afterlife, disturbances, leftovers
from bench.deletions import world as scene
from bench.deletions.__main__ import Run, simulate
from bench.deletions.checks import check_end
from bench.deletions.scenery import Scenery, arrange
from bench.deletions.world import LONDON, World, running_world
from bench.simulator.checks import Violation
from chalicelib.calling import calls, favourites
from chalicelib.identity import last_mail
from chalicelib.money import ledger, refunds, suspense
from chalicelib.privacy import holds, manifest, register, rules, watchdog
from chalicelib.privacy.models import Request
from chalicelib.providers import twilio
from tests.bench.running import run_proof
from tests.privacy.machine import Machine

KILLED_AND_LOST = 9
CANCELLED = 7
LIVELY = 13


def broken(runs: list[Run]) -> list[str]:
    return [run.violation for run in runs if run.violation]


def test_a_seed_replays_to_the_last_step() -> None:
    first, second = (simulate(KILLED_AND_LOST) for _ in range(2))
    assert broken([first, second]) == []
    assert first.killed
    assert first.executions > 1
    assert first == second


def test_a_cancellation_that_undoes_nothing_is_told() -> None:
    """Planted: the person is told that it is cancelled, and the machine goes on."""
    move = register.move

    def forget(request: Request, to: rules.State, *changes: object) -> Request:
        return request if to == "cancelled" else move(request, to, *changes)  # type: ignore[arg-type]

    with mock.patch.object(register, "move", forget):
        [found] = broken([simulate(CANCELLED)])
    assert "the person was told that it is cancelled" in found


def test_a_deletion_that_is_late_and_that_nobody_hears_of_is_told() -> None:
    """Planted: a machine that is lost is never started again, and nobody is called."""
    with (
        mock.patch.object(watchdog, "ALIVE", {"RUNNING", "ABORTED"}),
        mock.patch.object(register, "escalate", return_value=False),
    ):
        [found] = broken([simulate(KILLED_AND_LOST)])
    assert "it never ended" in found


@contextmanager
def leaving() -> Iterator[tuple[World, Scenery]]:
    """Somebody with calls, favourites, a caller ID and a live call has asked; nothing else goes wrong."""
    with redirect_stdout(StringIO()), running_world(LIVELY) as world:
        scenery = arrange(world)
        assert scenery.token
        assert scenery.calls
        assert scenery.caller_ids
        scene.ask(world, waiving=1)
        world.plans.clear()
        world.down.clear()
        world.lies.clear()
        world.stage.carrier.faults.clear()
        world.stage.payments.faults.clear()
        yield world, scenery


def finish(world: World, before: Callable[[Any], None] = lambda event: None) -> str:
    """The workflow, undisturbed."""
    given = scene.running()
    assert given
    ended = Machine(world, before=before).run(json.loads(given["input"]))
    scene.stop(given["executionArn"])
    return ended


def test_a_deletion_that_nothing_disturbs_passes_every_check() -> None:
    with leaving() as (world, scenery):
        assert finish(world) == "Certified"
        assert check_end(world, scenery) == "fulfilled"
        afterlife.live_on(world, scenery)
        afterlife.check_rest(world, scenery)


def test_what_a_standing_hold_keeps_is_an_end_too() -> None:
    with leaving() as (world, scenery):
        disturbances.set_hold(world, scenery)
        world.plans.clear()
        assert finish(world) == "Held"
        assert check_end(world, scenery) == "held"


def test_a_hold_that_nobody_asks_for_is_told() -> None:
    """Planted: a legal hold covers nothing."""
    with leaving() as (world, scenery), mock.patch.object(holds, "covers", return_value=False):
        disturbances.set_hold(world, scenery)
        finish(world)
        with pytest.raises(Violation, match="erased under a legal hold"):
            disturbances.check_holds(world, scenery)


def test_a_certificate_that_does_not_list_what_is_held_is_told() -> None:
    """Planted: what a hold keeps is left out of what is kept."""
    with leaving() as (world, scenery), mock.patch.object(manifest, "held", return_value=[]):
        disturbances.set_hold(world, scenery)
        finish(world)
        with pytest.raises(Violation, match="of which the certificate lists"):
            check_end(world, scenery)


def test_a_live_call_that_the_closing_forgets_is_told() -> None:
    """Planted: live calls are taken for ended, and nothing waits for what they hold."""
    with (
        leaving() as (world, scenery),
        mock.patch.object(calls, "end_all", return_value=True),
        mock.patch.object(refunds, "refund_all", return_value=True),
    ):
        finish(world)
        with pytest.raises(Violation, match="still set aside"):
            check_end(world, scenery)


def test_a_row_that_the_manifest_lacks_is_told() -> None:
    """Planted: nobody erases favourites, nor counts them."""
    rows = [row for row in manifest.rows() if row.name != "favourites"]
    with leaving() as (world, scenery), mock.patch.object(manifest, "rows", return_value=rows):
        favourites.put(world.account_id, [LONDON])
        finish(world)
        with pytest.raises(Violation, match="users still tells"):
            check_end(world, scenery)


def test_what_a_provider_was_never_asked_to_erase_is_told() -> None:
    """Planted: the carrier is taken to have forgotten every call."""
    with leaving() as (world, scenery), mock.patch.object(twilio, "delete_call", return_value=True):
        finish(world)
        assert check_end(world, scenery) == "fulfilled"
        with pytest.raises(Violation, match="a provider still has calls"):
            leftovers.check_providers(world, scenery)


def test_a_sign_up_that_changes_something_before_the_end_is_told() -> None:
    """Planted: the address is not kept from anybody while the deletion is under way."""

    def sign_up(event: Any) -> None:
        if event["step"] == "verify":
            disturbances.sign_up(world, scenery)

    told = pytest.raises(Violation, match="a sign-up before the last mail has changed somebody")
    with leaving() as (world, scenery), mock.patch.object(last_mail, "seal"), told:
        finish(world, sign_up)


def test_late_money_that_no_book_knows_is_told() -> None:
    """Planted: what comes for a closed account is booked nowhere."""
    with leaving() as (world, scenery):
        finish(world)
        with mock.patch.object(suspense, "book"):
            world.stage.payments.refund(world.stage.payments.all("payment_intent")[0]["id"], 10_000)
            afterlife.live_on(world, scenery)
        with pytest.raises(Violation, match="of payments in the books"):
            afterlife.check_rest(world, scenery)


def test_whoever_came_after_and_is_touched_is_told() -> None:
    """Planted: a late step finds the new account by its address."""
    with leaving() as (world, scenery):
        finish(world)
        afterlife.live_on(world, scenery)
        ledger.set_status(scenery.new_ids[1], "suspended")
        with pytest.raises(Violation, match="who came after"):
            afterlife.check_rest(world, scenery)


@pytest.mark.proof
def test_fifty_deletions_under_faults_break_no_promise() -> None:
    told = run_proof("deletions", "--count", "50", seconds=1200)
    assert "deletions: 50 simulated" in told
    assert "0 violations" in told
