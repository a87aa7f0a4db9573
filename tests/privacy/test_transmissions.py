"""Data handed on to another service: an address that opens once, for hours, until it is taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.core import files, vault
from chalicelib.privacy import transmissions
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.lambda_door import Answer, ask
from tests.harness.mailbox import Mailbox
from tests.privacy.asked import Archive, Asked, fetch, work


@pytest.fixture
def asked(browser: Browser) -> Asked:
    """Ada's data, ready to take elsewhere."""
    made = Asked(browser.sign_up(), "portability")
    assert work()["ready"] == 1
    return made


def follow(url: str) -> Answer:
    """As a program without any session."""
    return ask("GET", url.partition("8000")[2])


def test_another_service_fetches_it_with_the_address_alone(asked: Asked) -> None:
    offered = asked.offer()
    assert offered.status == 201
    answer = follow(offered.json["url"])
    assert (answer.status, answer.headers["cache-control"]) == (303, "no-store")
    archive = Archive(fetch(answer.headers["location"]))
    assert [row["email"] for row in archive.rows("account")] == [asked.email]


def test_it_opens_once_for_minutes_and_never_again(asked: Asked, clock: Clock) -> None:
    url = asked.offer().json["url"]
    assert [follow(url).status for _ in range(2)] == [303, 303], "who lost the answer asks again"
    clock.advance(timedelta(seconds=vault.LINK_SECONDS))
    assert follow(url).status == 404
    assert asked.see()["transmission"]["opened_at"]


def test_it_ends_after_hours(asked: Asked, clock: Clock) -> None:
    url = asked.offer().json["url"]
    clock.advance(transmissions.LIFE)
    assert follow(url).status == 404


def test_it_ends_with_the_file(asked: Asked, clock: Clock) -> None:
    clock.advance(files.LIFE - timedelta(hours=1))
    asked.browser.sign_in()
    url = asked.offer().json["url"]
    clock.advance(timedelta(hours=1))
    assert follow(url).status == 404


def test_who_takes_it_back_has_closed_it(asked: Asked) -> None:
    url = asked.offer().json["url"]
    assert asked.see()["transmission"]["opened_at"] is None
    assert [asked.browser.delete(f"{asked.path}/transmission").status for _ in range(2)] == [204, 204]
    assert follow(url).status == 404
    assert asked.see()["transmission"] is None


def test_the_newest_address_alone_opens_it(asked: Asked) -> None:
    first, second = (asked.offer().json["url"] for _ in range(2))
    assert (follow(first).status, follow(second).status) == (404, 303)


def test_what_is_no_address_opens_nothing_and_looks_the_same(asked: Asked) -> None:
    url = asked.offer().json["url"]
    for wrong in (url[:-1], f"{url}x", url.replace("req_", "acc_"), url.rpartition(".")[0], f"{url}.x"):
        answer = follow(wrong)
        assert (answer.status, answer.json["type"]) == (404, "not-found")


def test_only_what_was_asked_for_to_take_elsewhere_is_handed_on(browser: Browser) -> None:
    asked = Asked(browser.sign_up(), "access")
    work()
    refused = asked.offer()
    assert (refused.status, refused.json["type"]) == (409, "not-portable")


def test_a_file_in_the_making_is_not_handed_on(browser: Browser) -> None:
    refused = Asked(browser.sign_up(), "portability").offer()
    assert (refused.status, refused.json["type"]) == (409, "not-ready")


def test_it_needs_a_fresh_sign_in_to_see_or_hand_on_a_file(asked: Asked, clock: Clock) -> None:
    clock.advance(timedelta(minutes=16))
    for refused in (asked.offer(), asked.browser.get(f"{asked.path}/export")):
        assert (refused.status, refused.json["type"]) == (403, "sign-in-again")


def test_nobody_else_sees_hands_on_or_closes_it(asked: Asked, mailbox: Mailbox) -> None:
    eve = Browser(asked.browser.stage, mailbox).sign_up("eve@example.org")
    url = asked.offer().json["url"]
    assert eve.get(f"{asked.path}/export").status == 404
    assert eve.post(f"{asked.path}/transmission").status == 404
    assert eve.delete(f"{asked.path}/transmission").status == 404
    assert follow(url).status == 303
