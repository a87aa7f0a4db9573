"""Strangers who try and try, through the doors: what stops them, and that the owner still gets in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import bcrypt
import pytest

from chalicelib.core import clock as clocks
from chalicelib.core import throttles
from chalicelib.identity import attempts
from tests.app.person import ADA, OTHER, form, without_request_id
from tests.conftest import Clock
from tests.harness.browser import PASSWORD, Browser
from tests.harness.killpoints import intercepted, refusal, refusing
from tests.harness.lambda_door import Answer

LOGIN = "/api/auth/login"


@pytest.fixture(autouse=True)
def deployed_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttles, "LAPTOP_FACTOR", 1)


@pytest.fixture(autouse=True)
def window(clock: Clock) -> Clock:
    """The very beginning of an hour, and of every shorter window."""
    clock.advance(timedelta(seconds=3601 - clocks.epoch_seconds(clocks.now()) % 3600))
    return clock


@pytest.fixture
def ada(browser: Browser, window: Clock) -> Browser:
    """Who signed up an hour ago."""
    browser.sign_up(ADA)
    window.advance(timedelta(hours=1))
    return browser


@pytest.fixture
def stranger(browser: Browser) -> Callable[[], Browser]:
    """Somebody else each time, somewhere else."""
    return lambda: Browser(browser.stage, browser.mailbox)


def log_in(who: Browser, email: str = ADA, password: str = OTHER) -> Answer:
    return who.post(LOGIN, {"email": email, "password": password})


def limited(answer: Answer) -> bool:
    if answer.status != 429:
        return False
    assert answer.json["type"] == "too-many-requests"
    assert 0 < int(answer.headers["retry-after"]) <= 3600
    return True


def attack(stranger: Callable[[], Browser], email: str = ADA) -> None:
    """From a new network each time, until nobody is heard any more."""
    while not limited(log_in(stranger(), email)):
        pass


def test_an_address_is_tried_so_often_and_no_more_from_wherever(
    ada: Browser, stranger: Callable[[], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[bytes] = []
    monkeypatch.setattr(bcrypt, "checkpw", lambda password, _: hashed.append(password))
    answers = [log_in(stranger()) for _ in range(30)]
    assert [answer.status for answer in answers] == [401] * 10 + [429] * 20
    assert len(hashed) == attempts.SIGN_IN_ADDRESS.count


def test_the_owner_signs_in_from_a_known_browser_while_strangers_are_limited(
    ada: Browser, stranger: Callable[[], Browser]
) -> None:
    ada.post("/api/auth/logout")
    attack(stranger)
    assert limited(log_in(stranger(), password=PASSWORD))
    for _ in range(2 * attempts.SIGN_IN_DEVICE.count):
        assert log_in(ada, password=PASSWORD).status == 200


def test_a_known_browser_is_heard_when_all_that_strangers_share_is_used_up(
    ada: Browser, stranger: Callable[[], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "SIGN_IN_ALL", throttles.Limit("sign-in-all", 3, 300, shared=True))
    answers = [log_in(stranger(), f"somebody{number}@example.org") for number in range(5)]
    assert [answer.status for answer in answers] == [401] * 3 + [429] * 2
    ada.source = "192.0.2.9"
    assert log_in(ada, password=PASSWORD).status == 200


def test_the_owner_gets_in_from_a_new_browser_by_a_mail_while_strangers_are_limited(
    ada: Browser, stranger: Callable[[], Browser]
) -> None:
    attack(stranger)
    asked = [stranger().post("/api/auth/password/forgot", {"email": ADA}).status for _ in range(6)]
    assert asked == [202] * attempts.FORGOT_ADDRESS.count + [429] * 3
    new = stranger()
    [token] = re.findall(r"token=(\S+)", ada.mailbox.to(ADA)[-1].text)
    answer = new.post("/api/auth/password/reset", {"token": token, "password": OTHER})
    assert answer.status == 204
    assert log_in(new).status == 200
    assert limited(log_in(stranger()))
    assert limited(log_in(ada)), "a browser of before is unknown now"


def test_a_known_browser_guesses_no_more_than_a_stranger(ada: Browser) -> None:
    answers = [log_in(ada) for _ in range(attempts.SIGN_IN_DEVICE.count + 3)]
    assert [answer.status for answer in answers] == [401] * attempts.SIGN_IN_DEVICE.count + [429] * 3


def test_a_person_signs_in_so_often_and_no_more_from_all_known_browsers(
    ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time the browser is known anew, with a counter of its own."""
    monkeypatch.setattr(attempts, "SIGN_IN_PERSON", throttles.Limit("sign-in-person", 3, 300))
    answers = [log_in(ada, password=PASSWORD).status for _ in range(5)]
    assert answers == [200] * 3 + [429] * 2


def test_one_persons_known_browser_is_a_strangers_to_everybody_else(
    ada: Browser, stranger: Callable[[], Browser]
) -> None:
    eve = stranger().sign_up("eve@example.org")
    attack(stranger)
    assert limited(log_in(eve))
    assert limited(log_in(eve, password=PASSWORD))


def test_a_forged_or_changed_or_old_browsers_cookie_is_a_strangers(
    ada: Browser, stranger: Callable[[], Browser], window: Clock
) -> None:
    own = ada.cookies["vowline-device"]
    id, _, signature = own.partition(".")
    attack(stranger)
    for value in (
        "",
        ".",
        id,
        f"{id}.",
        f".{signature}",
        f"{id}.{signature[:-1]}",
        "dev_x.y",
        "é",
        own + "x",
    ):
        forger = stranger()
        forger.cookies["vowline-device"] = value
        assert limited(log_in(forger, password=PASSWORD)), value
    window.advance(timedelta(days=180, seconds=1))
    attack(stranger)
    ada.cookies.pop("vowline")
    assert limited(log_in(ada, password=PASSWORD))


def test_the_browsers_cookie_is_for_this_site_and_no_script_and_names_nobody(ada: Browser) -> None:
    _, line = log_in(ada, password=PASSWORD).cookies
    assert line.endswith("; Max-Age=15552000; Path=/; HttpOnly; SameSite=Lax")
    me = ada.get("/api/me").json
    assert not any(me[name] in line for name in ("user_id", "account_id", "email"))
    ada.sign_in(ADA).post("/api/auth/logout")
    assert set(ada.cookies) == {"vowline-device"}


def test_one_network_tries_many_addresses_so_often_and_no_more(
    ada: Browser, stranger: Callable[[], Browser]
) -> None:
    home = stranger()
    answers = [log_in(home, f"somebody{number}@example.org") for number in range(33)]
    assert [answer.status for answer in answers] == [401] * 30 + [429] * 3
    assert not limited(log_in(stranger(), "somebody@example.org"))


@pytest.mark.parametrize(
    "header",
    [
        *("x-forwarded-for", "x-real-ip", "forwarded", "client-ip", "true-client-ip", "cf-connecting-ip"),
        *("x-client-ip", "x-cluster-client-ip", "cloudfront-viewer-address", "x-origin-secret", "via"),
    ],
)
def test_a_header_makes_no_other_network(browser: Browser, header: str) -> None:
    for number in range(attempts.SIGN_IN_SOURCE.count + 1):
        forged = {header.replace("-", "_"): f"198.51.100.{number}, 198.51.100.{number}"}
        body = {"email": f"somebody{number}@example.org", "password": OTHER}
        answer = browser.post(LOGIN, body, **forged)
    assert limited(answer)


def test_who_is_limited_uses_up_nobody_elses_tries(ada: Browser, stranger: Callable[[], Browser]) -> None:
    home = stranger()
    for number in range(attempts.SIGN_IN_SOURCE.count):
        log_in(home, f"somebody{number}@example.org")
    for _ in range(3 * attempts.SIGN_IN_ADDRESS.count):
        assert limited(log_in(home))
    assert log_in(stranger(), password=PASSWORD).status == 200


def test_a_refusal_tells_nothing_of_an_address(ada: Browser, stranger: Callable[[], Browser]) -> None:
    answers = []
    for email in (ADA, "unknown@example.org"):
        attack(stranger, email)
        answers.append(without_request_id(log_in(stranger(), email)))
    assert answers[0][:2] == answers[1][:2]
    assert answers[0][2].keys() == answers[1][2].keys()


def test_after_the_seconds_that_are_told_it_goes_on(
    ada: Browser, stranger: Callable[[], Browser], window: Clock
) -> None:
    attack(stranger)
    wait_seconds = int(log_in(stranger()).headers["retry-after"])
    window.advance(timedelta(seconds=wait_seconds))
    assert log_in(stranger(), password=PASSWORD).status == 200


def test_sign_ups_are_limited_before_their_bcrypt_and_their_mail(
    browser: Browser, stranger: Callable[[], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    statuses = [stranger().post("/api/auth/signup", form()).status for _ in range(8)]
    assert statuses == [202] * attempts.SIGN_UP_ADDRESS.count + [429] * 3
    assert len(browser.mailbox.to(ADA)) == attempts.SIGN_UP_ADDRESS.count
    monkeypatch.setattr(bcrypt, "hashpw", lambda *_: pytest.fail("no bcrypt is left"))
    assert limited(stranger().post("/api/auth/signup", form()))


def test_one_network_signs_up_so_many_and_no_more(browser: Browser) -> None:
    emails = [f"somebody{number}@example.org" for number in range(22)]
    statuses = [browser.post("/api/auth/signup", form(email=email)).status for email in emails]
    assert statuses == [202] * attempts.SIGN_UP_SOURCE.count + [429] * 2


def test_a_wrong_form_is_told_before_it_is_counted(browser: Browser) -> None:
    for _ in range(attempts.SIGN_UP_SOURCE.count + 5):
        assert browser.post("/api/auth/signup", form(birth_date="2020-01-01")).status == 422
    assert browser.post("/api/auth/signup", form()).status == 202


def test_links_are_tried_so_often_and_no_more(browser: Browser) -> None:
    tries = attempts.LINK_SOURCE.count + 2
    statuses = [browser.post("/api/auth/verify", {"token": f"guess{n}"}).status for n in range(tries)]
    assert statuses == [404] * attempts.LINK_SOURCE.count + [429] * 2


def test_a_silent_table_lets_nobody_try(ada: Browser, stranger: Callable[[], Browser]) -> None:
    error = refusal("ProvisionedThroughputExceededException")
    for who in (ada, stranger()):
        with intercepted(refusing("UpdateItem", error, 1)) as requests:
            answer = log_in(who, password=PASSWORD)
        assert (answer.status, answer.json["type"]) == (503, "busy")
        assert "PutItem" not in requests


def test_a_common_password_is_refused_at_sign_up_with_its_reason(browser: Browser) -> None:
    for password in ("password1", "iLoveYou", "kinvo2026!"):
        answer = browser.post("/api/auth/signup", form(password=password))
        assert answer.status == 422
        [error] = answer.json["errors"]
        assert error["field"] == "password"
        assert "guess" in error["message"]
    assert browser.mailbox.all() == []
