"""After a change of address, a password that came by mail opens no call records; the one of before does."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.core import clock as service_clock
from chalicelib.core.doors import DOORS
from chalicelib.policy import profile
from tests.app import person
from tests.calling import past_calls
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.privacy.asked import REQUESTS, Asked, work

LONDON = "+442079460958"


@pytest.fixture
def moved(browser: Browser) -> Browser:
    """Ada has just moved to another address."""
    browser.sign_up()
    assert person.ask_for_address(browser).status == 202
    assert person.confirm_address(browser, person.mailed(browser.mailbox, person.NEW_ADDRESS)).status == 200
    return browser


def forget(browser: Browser) -> None:
    """A new password by a mail to the address of now, and in with it."""
    person.forget(browser, person.NEW_ADDRESS)
    token = person.mailed(browser.mailbox, person.NEW_ADDRESS)
    assert person.reset(browser, token).status == 204
    browser.sign_in(person.NEW_ADDRESS, password=person.NEW)


def test_the_password_of_before_the_change_opens_them(moved: Browser) -> None:
    asked = Asked(moved)
    work()
    assert asked.see()["state"] == "ready"


def test_a_password_that_was_mailed_to_a_new_address_does_not(moved: Browser) -> None:
    asked = Asked(moved)
    work()
    forget(moved)
    for refused in (moved.post(REQUESTS, {"type": "know"}), moved.get(f"{asked.path}/export")):
        assert (refused.status, refused.json["type"]) == (403, "address-too-new")


def test_after_thirty_days_it_does(moved: Browser, clock: Clock) -> None:
    forget(moved)
    clock.advance(timedelta(days=30, seconds=-60))
    moved.sign_in(person.NEW_ADDRESS, password=person.NEW)
    assert moved.post(REQUESTS, {"type": "access"}).status == 403
    clock.advance(timedelta(seconds=61))
    assert moved.post(REQUESTS, {"type": "access"}).status == 201


def test_where_no_law_asks_for_it_nobody_waits(moved: Browser) -> None:
    forget(moved)
    with mock.patch.object(type(profile.current()), "regimes", []):
        assert moved.post(REQUESTS, {"type": "access"}).status == 201


def test_a_mailed_password_alone_keeps_nobody_waiting(browser: Browser) -> None:
    browser.sign_up()
    person.forget(browser)
    assert person.reset(browser, person.mailed(browser.mailbox)).status == 204
    browser.sign_in(password=person.NEW)
    assert browser.post(REQUESTS, {"type": "access"}).status == 201


PAST = {
    "/api/calls",
    "/api/calls.csv",
    "/api/calls/summary",
    "/api/calls/spend",
    "/api/calls/exports/{id}",
    "/api/calls/{id}",
}


def test_every_door_that_shows_calls_is_known_here() -> None:
    """A new one has to be asked below, too."""
    shown = {door.path for door in DOORS if door.method == "GET" and door.path.startswith("/api/calls")}
    assert shown == PAST


def test_no_door_shows_past_calls_to_a_password_that_was_mailed_to_a_new_address(
    moved: Browser, clock: Clock
) -> None:
    [call_id] = past_calls.write(past_calls.record(moved.account_id, service_clock.now()))
    ids = {"/api/calls/{id}": call_id, "/api/calls/exports/{id}": call_id.replace("call_", "exp_")}
    paths = {path: path.format(id=ids.get(path)) for path in PAST}
    assert {path: moved.get(paths[path]).status for path in PAST} == {
        path: 404 if "exports" in path else 200 for path in PAST
    }
    forget(moved)
    for path in PAST:
        refused = moved.get(paths[path])
        assert (path, refused.status, refused.json["type"]) == (path, 403, "address-too-new")
    clock.advance(timedelta(days=30, seconds=1))
    moved.sign_in(person.NEW_ADDRESS, password=person.NEW)
    assert moved.get("/api/calls").status == 200


def test_who_may_not_see_past_calls_may_still_call(moved: Browser) -> None:
    moved.top_up()
    forget(moved)
    token = moved.post("/api/calls/token").json
    path = f"/api/calls/{token['call_id']}"
    moved.stage.carrier.place_call(token["token"], LONDON, 60, ["lose_completed"])
    assert (moved.get(path).status, moved.get(path).json["state"]) == (200, "live")
    assert moved.call(LONDON, 60)["outcome"] == "completed"
