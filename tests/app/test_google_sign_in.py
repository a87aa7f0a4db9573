"""Signing up, signing in and linking by Google, and who is turned away."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from unittest import mock
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from chalicelib.core.subjects import Subject
from chalicelib.identity import google_sign_in, personal_data
from chalicelib.identity.models import GoogleIdentity, User
from chalicelib.policy import profile
from chalicelib.providers import google
from infra.local.google.in_process import InProcess
from tests.app.at_google import (
    CALLBACK,
    SITE,
    arrive,
    follow,
    reason,
    running_google,
    signed_in,
    to_google,
    users,
)
from tests.app.person import ADA
from tests.conftest import Clock
from tests.harness.browser import PASSWORD, Browser
from tests.harness.mailbox import Mailbox
from tests.harness.stage import Stage


@pytest.fixture
def issuer(stage: Stage) -> Iterator[InProcess]:
    with running_google() as carried:
        yield carried


@pytest.fixture
def somebody(stage: Stage, mailbox: Mailbox) -> Callable[[], Browser]:
    """A browser of somebody else's, each time."""
    return lambda: Browser(stage, mailbox)


def test_who_is_new_gets_an_account_without_a_password(browser: Browser, issuer: InProcess) -> None:
    answer = arrive(browser, issuer)
    assert (answer.status, answer.headers["location"]) == (302, f"{SITE}/")
    assert browser.get("/api/me").json["email"] == ADA
    assert not any("password_hash" in item for item in users())
    assert issuer.google.store.all("person")[0]["sub"] not in str(users())


def test_who_comes_again_has_the_same_account(
    browser: Browser, somebody: Callable[[], Browser], issuer: InProcess
) -> None:
    arrive(browser, issuer)
    other = somebody()
    answer = other.get("/api/auth/google", return_to="/history")
    assert answer.status == 302
    back = issuer.google.choose(answer.headers["location"], ADA)
    assert follow(other, back).headers["location"] == f"{SITE}/history"
    assert other.account_id == browser.account_id


def test_who_is_new_and_has_accepted_nothing_is_asked_to_sign_up(browser: Browser, issuer: InProcess) -> None:
    page = browser.get("/api/auth/google").headers["location"]
    assert reason(follow(browser, issuer.google.choose(page, ADA))) == "sign-up"
    assert users() == []


@pytest.mark.parametrize(
    ("wanted", "status", "type"),
    [
        ({"policy_version": "another"}, 409, "policy-changed"),
        ({"birth_date": "2020-01-01"}, 422, "too-young"),
        ({"return_to": "//evil.example"}, 422, "invalid"),
        ({"return_to": "/\\evil.example"}, 422, "invalid"),
        ({"return_to": "https://evil.example"}, 422, "invalid"),
        ({"return_to": "/%0d%0aLocation:evil"}, 422, "invalid"),
        ({"return_to": "/a\r\nb"}, 422, "invalid"),
        ({"return_to": "javascript:alert(1)"}, 422, "invalid"),
        ({"return_to": "/@evil.example"}, 422, "invalid"),
        ({"password": PASSWORD}, 422, "invalid"),
    ],
)
def test_a_sign_up_that_does_not_fit_goes_nowhere(
    browser: Browser, issuer: InProcess, wanted: dict[str, str], status: int, type: str
) -> None:
    new = {"policy_version": profile.current().version, "birth_date": "1990-05-17"}
    answer = browser.post("/api/auth/google", new | wanted)
    assert (answer.status, answer.json["type"]) == (status, type)
    assert browser.cookies == {}


@pytest.mark.parametrize("return_to", ["//evil.example", "/\\evil.example", "/%0d%0ax", "evil", "/a//b"])
def test_a_way_back_to_another_site_is_refused(browser: Browser, issuer: InProcess, return_to: str) -> None:
    assert browser.get("/api/auth/google", return_to=return_to).status == 422


def test_a_browser_that_google_was_not_asked_from_is_turned_away(
    browser: Browser, somebody: Callable[[], Browser], issuer: InProcess
) -> None:
    """Somebody who gets another to follow a link of theirs would sign that one in to their own account."""
    back = issuer.google.choose(to_google(browser), ADA)
    victim = somebody()
    assert reason(follow(victim, back)) == "expired"
    to_google(victim)
    assert reason(follow(victim, back)) == "expired"
    assert not signed_in(victim)


def test_an_answer_is_good_once(browser: Browser, issuer: InProcess) -> None:
    back = issuer.google.choose(to_google(browser), ADA)
    carried = dict(browser.cookies)
    follow(browser, back)
    browser.cookies.update(carried)
    assert reason(follow(browser, back)) == "expired"


def test_an_attempt_lives_for_ten_minutes(browser: Browser, issuer: InProcess, clock: Clock) -> None:
    back = issuer.google.choose(to_google(browser), ADA)
    clock.advance(timedelta(minutes=10))
    assert reason(follow(browser, back)) == "expired"


@pytest.mark.parametrize("query", [{}, {"code": "x"}, {"state": "x"}, {"state": "x", "code": "y"}])
def test_an_answer_without_a_state_of_ours_is_turned_away(
    browser: Browser, issuer: InProcess, query: dict[str, str]
) -> None:
    to_google(browser)
    assert reason(browser.get(CALLBACK, **query)) == "expired"


def test_who_says_no_at_google_is_told_that_nothing_happened(browser: Browser, issuer: InProcess) -> None:
    state = dict(parse_qsl(urlsplit(to_google(browser)).query))["state"]
    assert reason(browser.get(CALLBACK, state=state, error="access_denied")) == "cancelled"
    assert users() == []


def test_a_code_that_was_swapped_opens_nothing(
    browser: Browser, somebody: Callable[[], Browser], issuer: InProcess
) -> None:
    """A stolen code is bound to the verifier and the nonce of the attempt that it was given for."""
    stolen = dict(parse_qsl(urlsplit(issuer.google.choose(to_google(somebody()), ADA)).query))["code"]
    state = dict(parse_qsl(urlsplit(to_google(browser)).query))["state"]
    assert reason(browser.get(CALLBACK, state=state, code=stolen)) == "failed"
    assert users() == []


@pytest.mark.parametrize("verified", [False, "true", 1, None])
def test_an_address_that_google_has_not_verified_founds_nothing(
    browser: Browser, issuer: InProcess, verified: object
) -> None:
    assert reason(arrive(browser, issuer, email_verified=verified)) == "unverified"
    assert users() == []


def test_a_silent_google_is_told_and_tried_again(browser: Browser, issuer: InProcess) -> None:
    back = issuer.google.choose(to_google(browser), ADA)
    issuer.silent = True
    assert reason(follow(browser, back)) == "unavailable"
    issuer.silent = False
    assert arrive(browser, issuer).headers["location"] == f"{SITE}/"


def test_the_same_address_under_another_subject_is_somebody_else(
    browser: Browser, somebody: Callable[[], Browser], issuer: InProcess
) -> None:
    arrive(browser, issuer)
    assert reason(arrive(somebody(), issuer, sub="another")) == "sign-in-first"


def test_the_same_subject_under_another_address_is_the_same_person(
    browser: Browser, somebody: Callable[[], Browser], issuer: InProcess
) -> None:
    arrive(browser, issuer, sub="1")
    other = somebody()
    arrive(other, issuer, email="ada@new.example.org", sub="1")
    assert other.account_id == browser.account_id


def test_two_browsers_that_come_back_at_once_found_one_account(
    browser: Browser, somebody: Callable[[], Browser], issuer: InProcess
) -> None:
    """The second finds nobody when it looks, and the first's account when it writes."""
    other = somebody()
    back = issuer.google.choose(to_google(other), ADA)
    looks = iter([lambda: arrive(browser, issuer), None])
    owner = google_sign_in._owner

    def late(identity: google.Identity) -> User | None:
        found = owner(identity)
        if act := next(looks, None):
            with mock.patch.object(google_sign_in, "_owner", owner):
                act()
        return found

    with mock.patch.object(google_sign_in, "_owner", late):
        follow(other, back)
    assert other.account_id == browser.account_id
    assert sum("password_hash" not in item and "email" in item for item in users()) == 1


def test_who_is_erased_is_unknown_to_google_sign_in(
    browser: Browser, somebody: Callable[[], Browser], issuer: InProcess
) -> None:
    arrive(browser, issuer)
    me = browser.get("/api/me").json
    [row] = [row for row in personal_data.ROWS if row.name == "users"]
    row.erase(Subject(account_id=me["account_id"], user_id=me["user_id"]))
    assert users() == []
    again = somebody()
    arrive(again, issuer)
    assert again.account_id != me["account_id"]


def test_the_cookie_that_ties_an_attempt_to_a_browser_is_out_of_scripts_reach(
    browser: Browser, issuer: InProcess
) -> None:
    answer = browser.get("/api/auth/google")
    [line] = answer.cookies
    assert re.fullmatch(r"vowline-google=[\w-]{43}; Max-Age=600; Path=/; HttpOnly; SameSite=Lax", line)
    gone = follow(browser, f"{SITE}{CALLBACK}?{urlencode({'state': 'x'})}").cookies
    assert [line.partition(";")[0] for line in gone] == ["vowline-google="]


def test_neither_code_nor_state_nor_address_is_logged(
    browser: Browser, issuer: InProcess, capfd: pytest.CaptureFixture[str]
) -> None:
    back = issuer.google.choose(to_google(browser), ADA)
    follow(browser, back)
    follow(browser, back)
    said = "".join(capfd.readouterr())
    for secret in [*dict(parse_qsl(urlsplit(back).query)).values(), ADA, "Ada Lovelace"]:
        assert secret not in said


def test_without_the_offer_there_is_no_such_way(browser: Browser) -> None:
    for answer in (
        browser.get("/api/auth/google"),
        browser.get(CALLBACK),
        browser.post("/api/auth/google", {"policy_version": "x", "birth_date": "1990-05-17"}),
    ):
        assert (answer.status, answer.json["type"]) == (404, "not-offered")


def test_an_identity_is_stored_under_a_keyed_hash() -> None:
    key = GoogleIdentity.key("https://accounts.google.com", "1234")
    assert re.fullmatch(r"GOOGLE#[\w-]{43}", key)
