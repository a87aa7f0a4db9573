"""Every right of every policy, from asking to its end: by oneself, by letter, and at no disadvantage."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from chalicelib.core import clock as service_clock
from chalicelib.policy import calendar, profile
from chalicelib.policy.profile import Profile
from chalicelib.privacy import audit, desk, manifest, register, rules
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.offering import obeying
from tests.privacy.asked import Asked, work
from tests.privacy.requested import Requested

REQUESTS = "/api/privacy/requests"
WHO = "operator:privacy"
LONDON = "+442079460958"
CHILDREN = [id for id in profile.known() if profile.load(id).settings.minimum_age > 13]


def ask(browser: Browser, type: str) -> dict[str, Any]:
    answer = browser.post(REQUESTS, {"type": type})
    assert answer.status == 201, answer.text
    told: dict[str, Any] = answer.json
    return told


def due(policy: Profile, type: str, received_at: str) -> datetime:
    """By the earliest of the policy's promise and of each law that it names."""
    at = service_clock.parse(received_at)
    return min(calendar.after(at, duration) for duration in policy.dues(type))


def terms(browser: Browser) -> list[Any]:
    """What a call costs somebody, what they have, and what they may spend."""
    quote = browser.get("/api/quote", to=LONDON)
    assert quote.status == 200, quote.text
    return [quote.json, browser.get("/api/balance").json, browser.get("/api/limits").json]


def answered(browser: Browser, told: dict[str, Any]) -> str:
    """What a request that staff has to answer comes to."""
    state = str(told["state"])
    if state == "verified":
        desk.fulfil(browser.account_id, told["id"], None, WHO)
    return str(browser.get(f"{REQUESTS}/{told['id']}").json["state"])


@pytest.mark.parametrize("id", profile.known())
def test_every_right_is_asked_for_signed_in_and_comes_to_its_end_in_time(id: str, browser: Browser) -> None:
    browser.sign_up()
    with obeying(id) as policy:
        for right in policy.right:
            if right.type == "deletion":
                continue  # tests/privacy/test_deletion_profiles.py
            told = ask(browser, right.type)
            assert service_clock.parse(told["due_at"]) == due(policy, right.type, told["received_at"])
            if right.type in rules.EXPORTS:
                assert work()["ready"] == 1
                file = browser.get(f"{REQUESTS}/{told['id']}/export").json
                assert file["state"] == "ready"
            assert answered(browser, told) == "fulfilled", right.type
        assert audit.check(browser.account_id) == []


@pytest.mark.parametrize("id", profile.known())
def test_every_right_may_be_sent_in_and_is_entered_with_its_deadline(id: str, browser: Browser) -> None:
    """By whoever reads the address of the notice; nothing moves by a letter alone."""
    browser.sign_up()
    with obeying(id) as policy:
        for right in policy.right:
            request = desk.receive(browser.account_id, right.type, WHO)
            expected = due(policy, right.type, request.received_at)
            assert service_clock.from_epoch(request.due_at) == expected
            assert rules.is_open(register.state_of(request)), right.type
        waiting = {request.type for request in desk.open_ones()}
        assert waiting == {right.type for right in policy.right}


@pytest.mark.parametrize("id", CHILDREN)
def test_a_childs_account_that_is_found_is_erased_without_a_grace(
    id: str, browser: Browser, clock: Clock
) -> None:
    browser.sign_up()
    account_id = browser.account_id
    with obeying(id):
        request = desk.erase_child(account_id, WHO)
        asked = Requested(browser, clock, {"id": request.id})
        began = service_clock.now()
        asked.finish()
        assert (service_clock.now() - began).days < 1
        found = manifest.count(register.subject_of(asked.now()))
        assert not any(found.values()), found


def test_no_right_that_was_used_changes_a_price_or_what_one_has(browser: Browser) -> None:
    browser.sign_up().top_up()
    before = terms(browser)
    for right in profile.current().right:
        told = ask(browser, right.type)
        if right.type == "deletion":
            assert browser.post(f"{REQUESTS}/{told['id']}/cancel").status == 200
        if right.type == "restriction":
            assert browser.delete("/api/privacy/restrictions/everything").status == 204
        assert terms(browser) == before, right.type
    assert browser.call(LONDON, 61)["outcome"] == "completed"


@pytest.mark.parametrize("id", profile.known())
def test_data_is_taken_to_another_service_by_one_address(id: str, browser: Browser) -> None:
    browser.sign_up()
    with obeying(id) as policy:
        if "portability" not in {right.type for right in policy.right}:
            pytest.fail("every policy gives it")
        asked = Asked(browser, "portability")
        work()
        assert asked.offer().status == 201
