"""Doors: who asks is checked before what is asked, always in the order that the API promises."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.core import doors, parsing
from chalicelib.core.doors import DOORS, WRITES, Door
from chalicelib.identity import accounts
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.lambda_door import Answer, application, ask
from tests.harness.stage import Stage

SITE = "http://127.0.0.1:8000"
PASSWORD_CHANGE = "/api/me/password"
TOPUP = "/api/topups"


@pytest.fixture(autouse=True)
def everything_offered() -> Iterator[None]:
    """Every door there is, whatever the profile of these tests offers."""
    with mock.patch.object(doors.hooks, "offers", return_value=True):
        yield


@pytest.fixture
def ada(browser: Browser) -> Browser:
    return browser.sign_up()


class Asking:
    """A request that is good in every way, and can be made worse in each."""

    def __init__(self, ada: Browser) -> None:
        assert ada.csrf_token
        self.headers = {
            "content-type": "application/json",
            "cookie": "; ".join(f"{name}={value}" for name, value in ada.cookies.items()),
            "origin": SITE,
            "sec-fetch-site": "same-origin",
            "x-csrf-token": ada.csrf_token,
        }
        self.body = b'{"amount_micros": 5000000}'

    def without(self, *names: str) -> Asking:
        self.headers = {name: value for name, value in self.headers.items() if name not in names}
        return self

    def having(self, **headers: str) -> Asking:
        self.headers |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self

    def sending(self, body: bytes) -> Asking:
        self.body = body
        return self

    def post(self, path: str = TOPUP) -> Answer:
        return ask("POST", path, headers=self.headers, body=self.body)


def told(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["type"]


application()
BEHIND_A_SESSION = [door for door in DOORS if door.session]
WRITING = [door for door in DOORS if door.method in WRITES and not door.webhook and not door.anywhere]
WRITING_DOORS = [door for door in DOORS if door.method in WRITES]
FOREIGN = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": ""},
    {"origin": f"{SITE}.evil.example"},
    {"origin": f"{SITE}/"},
    {"origin": SITE.replace("8000", "8001")},
    {"origin": SITE, "sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
]


def path_of(door: Door) -> str:
    return door.path.replace("{", "").replace("}", "")


def test_there_are_doors_to_check() -> None:
    assert len(BEHIND_A_SESSION) > 10
    assert len(WRITING) > 6


def test_without_a_session_nothing_else_is_looked_at(stage: Stage) -> None:
    for door in BEHIND_A_SESSION:
        for cookie in ("", "vowline=", "vowline=guess", "__Host-vowline=guess"):
            headers = {"cookie": cookie, "origin": "https://evil.example", "content-type": "text/plain"}
            answer = ask(door.method, path_of(door), headers=headers, query="limit=x", body=b"{")
            assert told(answer) == (401, "sign-in"), door.path


def test_what_is_not_offered_is_not_found_whoever_asks(stage: Stage) -> None:
    with mock.patch.object(doors.hooks, "offers", return_value=False):
        for door in DOORS:
            if door.capability:
                answer = ask(door.method, path_of(door), headers=FOREIGN[0], body=b"{")
                assert told(answer) == (404, "not-offered"), door.path


def test_another_sites_request_is_refused_before_its_body_is_read() -> None:
    for door in WRITING:
        for headers in FOREIGN:
            with mock.patch.object(doors.hooks, "authenticate", mock.Mock()) as authenticate:
                answer = ask(door.method, path_of(door), headers=headers, body=b"{")
            assert told(answer) == (403, "foreign-origin"), (door.path, headers)
            assert authenticate.called == (door.session or door.knows_session)


def test_both_names_of_a_laptop_are_the_site_itself(ada: Browser) -> None:
    for origin in (SITE, "http://localhost:8000"):
        assert Asking(ada).having(origin=origin).post().status == 201


def test_one_fault_at_a_time_is_taken_away_and_the_next_is_told(ada: Browser, clock: Clock) -> None:
    """The order of refusals is part of the API: 401, 403, 415, 400, 422, then the account's state."""
    accounts.suspend(ada.get("/api/me").json["user_id"])
    asking = Asking(ada).having(origin="https://evil.example", content_type="text/plain", x_csrf_token="x")
    cookie = asking.headers["cookie"]
    assert told(asking.without("cookie").sending(b"{").post()) == (401, "sign-in")
    assert told(asking.having(cookie=cookie).post()) == (403, "foreign-origin")
    assert told(asking.having(origin=SITE).post()) == (403, "csrf")
    assert ada.csrf_token
    assert told(asking.having(x_csrf_token=ada.csrf_token).post()) == (415, "media-type")
    assert told(asking.having(content_type="application/json").post()) == (400, "malformed")
    assert told(asking.sending(b'{"amount_micros": "x"}').post()) == (422, "invalid")
    assert told(asking.sending(b'{"amount_micros": 1}').post()) == (409, "account-suspended")


def test_a_wrong_csrf_token_is_refused(ada: Browser) -> None:
    for token in ("", "x", "\u00e9", "A" * 4000):
        assert told(Asking(ada).having(x_csrf_token=token).post()) == (403, "csrf")
    assert told(Asking(ada).without("x-csrf-token").post()) == (403, "csrf")


def test_more_than_a_door_takes_is_refused_before_it_is_read(ada: Browser) -> None:
    for door in WRITING_DOORS:
        huge = Asking(ada).sending(b"[" * (door.limit_bytes + 1))
        with mock.patch.object(parsing, "body") as read:
            answer = ask(door.method, path_of(door), headers=huge.headers, body=huge.body)
        assert told(answer) == (413, "too-large"), door.path
        assert not read.called
    as_much_as_goes = b'{"amount_micros": 5000000}'.ljust(65_536)
    assert Asking(ada).sending(as_much_as_goes).post().status == 201


def test_what_is_compressed_is_not_unpacked(ada: Browser) -> None:
    bomb = gzip.compress(b'{"amount_micros": 5000000}'.ljust(1_000_000))
    for coding in ("gzip", "br", "deflate", "zstd", "identity, gzip", ""):
        assert told(Asking(ada).sending(bomb).having(content_encoding=coding).post()) == (415, "media-type")
    assert told(Asking(ada).sending(bomb).post()) == (400, "malformed")
    assert Asking(ada).having(content_encoding="Identity").post().status == 201


def test_a_csrf_token_is_good_for_its_own_session_only(ada: Browser) -> None:
    other = Browser(ada.stage, ada.mailbox).sign_in()
    assert other.csrf_token
    assert told(Asking(ada).having(x_csrf_token=other.csrf_token).post()) == (403, "csrf")


def test_what_protects_an_account_asks_for_a_fresh_sign_in_before_it_reads(
    ada: Browser, clock: Clock
) -> None:
    asking = Asking(ada).sending(b"{")
    assert told(asking.post(PASSWORD_CHANGE)) == (400, "malformed")
    clock.advance(timedelta(minutes=14, seconds=50))
    assert told(asking.post(PASSWORD_CHANGE)) == (400, "malformed")
    clock.advance(timedelta(seconds=20))
    assert told(asking.post(PASSWORD_CHANGE)) == (403, "sign-in-again")
    assert told(asking.having(x_csrf_token="x").post(PASSWORD_CHANGE)) == (403, "csrf")


def test_during_a_deletion_only_what_says_so_is_open(ada: Browser) -> None:
    accounts.suspend(ada.get("/api/me").json["user_id"])
    for door in BEHIND_A_SESSION:
        if not door.while_suspended:
            with mock.patch.object(parsing, "body"), mock.patch.object(parsing, "query"):
                answer = ask(door.method, path_of(door), headers=Asking(ada).headers)
            assert told(answer) == (409, "account-suspended"), door.path
