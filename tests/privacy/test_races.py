"""A cancellation and the end of the grace exclude each other, whoever comes first and whenever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core import clock as service_clock
from chalicelib.money import ledger
from chalicelib.privacy import deletion, register, requests, suspension
from chalicelib.privacy.models import Event, Request
from chalicelib.privacy.rules import State
from tests.privacy.requested import Requested

OUTCOMES = {"cancelled": ("active", "open"), "in_progress": ("suspended", "suspended")}


def freeze(monkeypatch: pytest.MonkeyPatch, requested: Requested, offset_seconds: float) -> None:
    """Stand so many seconds from the end of the grace."""
    at = service_clock.parse(requested.now().grace_ends_at) + timedelta(seconds=offset_seconds)
    monkeypatch.setattr(service_clock, "now", lambda: at)


def check_one_outcome(requested: Requested) -> str:
    """Exactly one of the two happened, wholly. Tells which."""
    request = requested.now()
    account_status, books_status = OUTCOMES[request.state]
    entered = [event.what for event in register.events(request.id)]
    assert entered == ["received", "grace", request.state]
    requested.browser.sign_in()
    assert requested.browser.get("/api/me").json["status"] == account_status
    assert _books_status(request) == books_status
    return request.state


@pytest.mark.parametrize(
    ("offset_seconds", "first", "outcome"),
    [
        (-1, "cancel", "cancelled"),
        (-1, "wait", "cancelled"),
        (-0.001, "wait", "cancelled"),
        (0, "cancel", "cancelled"),
        (0, "wait", "in_progress"),
        (1, "cancel", "cancelled"),
        (1, "wait", "in_progress"),
    ],
)
def test_around_the_end_of_the_grace_exactly_one_wins(
    requested: Requested,
    monkeypatch: pytest.MonkeyPatch,
    offset_seconds: float,
    first: str,
    outcome: State,
) -> None:
    requested.until("grace")
    freeze(monkeypatch, requested, offset_seconds)
    requested.browser.sign_in()
    both: list[Callable[[], Any]] = [requested.cancel, lambda: requested.step("wait")["outcome"]]
    told = [act() for act in (both if first == "cancel" else both[::-1])]
    assert check_one_outcome(requested) == outcome
    assert (200 in told) is (outcome == "cancelled")
    assert ("due" in told) is (outcome == "in_progress")


@pytest.mark.parametrize("quicker", ["cancelled", "in_progress"])
def test_who_looked_first_but_wrote_second_loses(
    requested: Requested, monkeypatch: pytest.MonkeyPatch, quicker: State
) -> None:
    requested.until("grace")
    freeze(monkeypatch, requested, 0)
    requested.browser.sign_in()
    _let_another_write_first(requested, monkeypatch, quicker)
    if quicker == "cancelled":
        assert requested.step("wait")["outcome"] == "cancelled"
    else:
        assert requested.cancel() == 409
    assert check_one_outcome(requested) == quicker


def test_a_suspension_that_lands_after_a_cancellation_is_lifted(
    requested: Requested, monkeypatch: pytest.MonkeyPatch
) -> None:
    suspend = suspension.suspend

    def cancelled_just_before(request: Request) -> None:
        assert requested.cancel() == 200
        suspend(request)

    monkeypatch.setattr(suspension, "suspend", cancelled_just_before)
    assert requested.step("suspend")["outcome"] == "cancelled"
    assert requested.browser.get("/api/me").json["status"] == "active"
    assert _books_status(requested.now()) == "open"


def test_a_machine_that_wakes_after_a_cancellation_ends(requested: Requested) -> None:
    requested.until("grace")
    assert requested.cancel() == 200
    machine = requested.machine()
    assert machine.run(requested.input) == "Cancelled"
    assert machine.tasks == ["plan", "suspend", "wait"]
    assert requested.browser.get("/api/me").json["status"] == "active"


@pytest.mark.parametrize("state", ["received", "grace", "cancelled"])
def test_nothing_that_cannot_be_undone_happens_before_the_grace_has_ended(
    requested: Requested, state: str
) -> None:
    if state == "grace":
        requested.until("grace")
    if state == "cancelled":
        requested.cancel()
    for step in ("close", "erase", "verify", "certify"):
        with pytest.raises(RuntimeError, match="nothing may be erased"):
            requested.step(step, row="users")
    assert requested.browser.sign_in().get("/api/me").status == 200


def test_a_step_of_a_request_that_there_is_not_fails_loudly(stage: object) -> None:
    unknown = {"request_id": "req_01ARZ3NDEKTSV4RRFFQ69G5FAV", "account_id": "acc_x", "user_id": "usr_x"}
    with pytest.raises(LookupError):
        deletion.step({"step": "plan", "request": unknown})


def _let_another_write_first(requested: Requested, monkeypatch: pytest.MonkeyPatch, state: State) -> None:
    look = register.reload

    def then_another_writes(request: Request) -> Request:
        seen = look(request)
        monkeypatch.setattr(register, "reload", look)
        moved = register.move(seen, state)
        if state == "cancelled":
            suspension.lift(moved)
        return seen

    monkeypatch.setattr(register, "reload", then_another_writes)


def _books_status(request: Request) -> str:
    return ledger.funds(request.account_id).status


def test_an_event_is_never_overwritten(requested: Requested) -> None:
    first = next(iter(Event.query(f"REQUEST#{requested.id}")))
    requested.until("grace")
    requested.cancel()
    assert next(event for event in register.events(requested.id) if event.sk == first.sk).at == first.at


def test_of_two_that_cancel_at_once_both_hear_that_it_is_done(
    requested: Requested, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second has read the request before the first closed it, and its events after that."""
    events = register.events

    def then_another_cancels(id: str) -> list[Event]:
        monkeypatch.setattr(register, "events", events)
        register.move(requested.now(), "cancelled")
        return events(id)

    monkeypatch.setattr(register, "events", then_another_cancels)
    cancelled = requests.cancel(requested.now().account_id, requested.id)
    assert cancelled.state == "cancelled"
    assert [event.what for event in register.events(requested.id)] == ["received", "cancelled"]
