"""Signing in and out, through the doors: cookies, what ends a session, and what another site can't do."""

from datetime import timedelta
from http.cookies import SimpleCookie

import boto3
import pytest

from chalicelib.core import settings
from chalicelib.identity import accounts, sessions
from tests.conftest import Clock
from tests.harness.browser import PASSWORD, Browser
from tests.harness.lambda_door import Answer, ask

SIGN_OUT = ("POST", "/api/auth/logout")
BEHIND_A_SESSION = [("GET", "/api/me"), ("GET", "/api/auth/sessions"), SIGN_OUT]


@pytest.fixture
def ada(browser: Browser) -> Browser:
    return browser.sign_up("ada@example.org")


@pytest.fixture
def elsewhere(ada: Browser) -> Browser:
    """Ada's second browser."""
    return Browser(ada.stage, ada.mailbox).sign_in("ada@example.org")


@pytest.fixture
def eve(ada: Browser) -> Browser:
    return Browser(ada.stage, ada.mailbox).sign_up("eve@example.org")


def send(browser: Browser, write: tuple[str, str], **changes: str | None) -> Answer:
    """One request of this browser with some headers changed; None leaves one out."""
    headers: dict[str, str | None] = {
        "cookie": f"vowline={browser.cookies['vowline']}",
        "origin": "http://127.0.0.1:8000",
        "x-csrf-token": browser.csrf_token,
    }
    headers |= {name.replace("_", "-"): value for name, value in changes.items()}
    return ask(*write, headers={name: value for name, value in headers.items() if value is not None})


def log_in(browser: Browser) -> Answer:
    return browser.post("/api/auth/login", {"email": "ada@example.org", "password": PASSWORD})


def test_on_a_laptop_the_cookie_is_for_this_site_and_no_script(ada: Browser) -> None:
    line, _ = log_in(ada).cookies
    cookie = SimpleCookie(line)["vowline"]
    assert len(cookie.value) == 43
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert (cookie["secure"], cookie["domain"], cookie["max-age"]) == ("", "", str(30 * 24 * 3600))


def test_behind_https_the_cookie_has_the_host_prefix_and_is_secure(
    ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dataclasses

    deployed = dataclasses.replace(settings.current(), public_url="https://kinvo.example")
    monkeypatch.setattr(settings, "current", lambda: deployed)
    ada.origin = "https://kinvo.example"
    line, _ = log_in(ada).cookies
    assert line.startswith("__Host-vowline=")
    assert line.endswith("; Max-Age=2592000; Path=/; Secure; HttpOnly; SameSite=Lax")
    assert ada.get("/api/me").status == 200


def test_the_login_answer_is_what_me_says(ada: Browser) -> None:
    answer = log_in(ada).json
    assert answer["me"] == ada.get("/api/me").json
    assert answer["csrf_token"] == answer["me"]["csrf_token"]


def test_without_a_session_nothing_is_told(browser: Browser) -> None:
    for method, path in BEHIND_A_SESSION:
        answer = ask(method, path)
        assert (answer.status, answer.json["type"]) == (401, "sign-in"), path


def test_a_guessed_cookie_opens_nothing(browser: Browser) -> None:
    for token in ("", "x", "a" * 43, "a" * 4000, "SESSION#x", "é"):
        assert ask("GET", "/api/me", headers={"cookie": f"vowline={token}"}).status == 401, token


def test_what_is_stored_opens_nothing(ada: Browser) -> None:
    items = boto3.client("dynamodb").scan(TableName="vowline-local-sessions")["Items"]
    stored = {str(value) for item in items for field in item.values() for value in field.values()}
    assert ada.cookies["vowline"] not in stored
    for value in stored | {value.partition("#")[2] for value in stored}:
        assert ask("GET", "/api/me", headers={"cookie": f"vowline={value}"}).status == 401


def test_every_sign_in_is_a_fresh_session_and_ends_the_one_before(ada: Browser) -> None:
    before = ada.cookies["vowline"]
    ada.sign_in("ada@example.org")
    assert ada.cookies["vowline"] != before
    assert ask("GET", "/api/me", headers={"cookie": f"vowline={before}"}).status == 401
    assert len(ada.get("/api/auth/sessions").json["items"]) == 1


def test_a_cookie_set_by_somebody_else_is_never_taken_over(browser: Browser, ada: Browser) -> None:
    ada.cookies["vowline"] = "chosen-by-somebody-else"
    ada.sign_in("ada@example.org")
    assert ada.cookies["vowline"] != "chosen-by-somebody-else"
    assert ask("GET", "/api/me", headers={"cookie": "vowline=chosen-by-somebody-else"}).status == 401


def test_a_failed_sign_in_leaves_the_session_alone(ada: Browser) -> None:
    assert ada.post("/api/auth/login", {"email": "ada@example.org", "password": "wrong"}).status == 401
    assert ada.get("/api/me").status == 200


def test_after_signing_out_the_cookie_is_cleared_and_dead(ada: Browser) -> None:
    token = ada.cookies["vowline"]
    answer = ada.post("/api/auth/logout")
    assert (answer.status, answer.text) == (204, "")
    assert answer.cookies == ["vowline=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"]
    assert "vowline" not in ada.cookies
    for method, path in BEHIND_A_SESSION:
        assert ask(method, path, headers={"cookie": f"vowline={token}"}).status == 401


def test_signing_out_here_leaves_the_other_browser_signed_in(ada: Browser, elsewhere: Browser) -> None:
    ada.post("/api/auth/logout")
    assert elsewhere.get("/api/me").status == 200


def test_a_session_lives_thirty_days_whatever_is_done_with_it(ada: Browser, clock: Clock) -> None:
    clock.advance(timedelta(days=29, hours=23))
    assert ada.get("/api/me").status == 200
    clock.advance(timedelta(hours=1, seconds=1))
    assert ada.get("/api/me").status == 401


def test_an_expired_session_is_not_listed(ada: Browser, clock: Clock) -> None:
    clock.advance(timedelta(days=31))
    ada.sign_in("ada@example.org")
    [only] = ada.get("/api/auth/sessions").json["items"]
    assert only["current"]


def test_sessions_are_listed_newest_first_by_ids_that_open_nothing(ada: Browser, elsewhere: Browser) -> None:
    newest, oldest = elsewhere.get("/api/auth/sessions").json["items"]
    assert (newest["current"], oldest["current"]) == (True, False)
    assert set(newest) == {"id", "created_at", "expires_at", "current"}
    assert newest["id"].startswith("ses_")
    assert ask("GET", "/api/me", headers={"cookie": f"vowline={newest['id']}"}).status == 401


def test_another_browser_can_be_signed_out_at_once(ada: Browser, elsewhere: Browser) -> None:
    other = next(item for item in ada.get("/api/auth/sessions").json["items"] if not item["current"])
    assert ada.delete(f"/api/auth/sessions/{other['id']}").status == 204
    assert (elsewhere.get("/api/me").status, ada.get("/api/me").status) == (401, 200)
    assert ada.delete(f"/api/auth/sessions/{other['id']}").status == 404


def test_a_strangers_session_is_not_found(ada: Browser, eve: Browser) -> None:
    [hers] = ada.get("/api/auth/sessions").json["items"]
    answer = eve.delete(f"/api/auth/sessions/{hers['id']}")
    assert (answer.status, answer.json["type"]) == (404, "not-found")
    assert ada.get("/api/me").status == 200
    assert hers["id"] not in eve.get("/api/auth/sessions").text


def test_ending_every_session_signs_out_everywhere(ada: Browser, elsewhere: Browser, eve: Browser) -> None:
    sessions.end_all(ada.get("/api/me").json["user_id"])
    assert [who.get("/api/me").status for who in (ada, elsewhere, eve)] == [401, 401, 200]


def test_a_suspension_narrows_the_next_request_and_a_resumption_widens_it(ada: Browser) -> None:
    user_id = ada.get("/api/me").json["user_id"]
    accounts.suspend(user_id)
    assert ada.get("/api/me").json["status"] == "suspended"
    assert ada.get("/api/balance").json["type"] == "account-suspended"
    accounts.resume(user_id)
    assert ada.get("/api/me").json["status"] == "active"
    assert ada.get("/api/balance").status == 200


def test_who_is_suspended_can_sign_in_see_their_sessions_and_sign_out(ada: Browser) -> None:
    accounts.suspend(ada.get("/api/me").json["user_id"])
    ada.sign_in("ada@example.org")
    [only] = ada.get("/api/auth/sessions").json["items"]
    assert ada.delete(f"/api/auth/sessions/{only['id']}").status == 204
    assert ada.sign_in("ada@example.org").post("/api/auth/logout").status == 204


def test_a_write_with_its_token_from_its_own_site_is_done(ada: Browser) -> None:
    assert send(ada, SIGN_OUT).status == 204


def test_a_browser_that_names_no_origin_still_needs_the_token(ada: Browser) -> None:
    assert send(ada, SIGN_OUT, origin=None, x_csrf_token=None).status == 403
    assert send(ada, SIGN_OUT, origin=None).status == 204


FOREIGN: list[tuple[dict[str, str | None], str]] = [
    ({"x_csrf_token": None}, "csrf"),
    ({"x_csrf_token": ""}, "csrf"),
    ({"x_csrf_token": "a" * 43}, "csrf"),
    ({"x_csrf_token": "é"}, "csrf"),
    ({"origin": "https://evil.example"}, "foreign-origin"),
    ({"origin": "null"}, "foreign-origin"),
    ({"origin": "http://127.0.0.1:8000.evil.example"}, "foreign-origin"),
    ({"sec_fetch_site": "cross-site"}, "foreign-origin"),
    ({"sec_fetch_site": "same-site"}, "foreign-origin"),
]


@pytest.mark.parametrize("write", [SIGN_OUT, ("DELETE", "/api/auth/sessions/ses_x")])
def test_a_write_that_another_site_could_have_caused_is_refused(ada: Browser, write: tuple[str, str]) -> None:
    for changes, problem in FOREIGN:
        answer = send(ada, write, **changes)
        assert (answer.status, answer.json["type"]) == (403, problem), changes
    assert ada.get("/api/me").status == 200


def test_anothers_token_or_one_of_an_earlier_session_is_not_taken(ada: Browser, eve: Browser) -> None:
    earlier = ada.csrf_token
    ada.sign_in("ada@example.org")
    for token in (eve.csrf_token, earlier):
        assert send(ada, SIGN_OUT, x_csrf_token=token).json["type"] == "csrf"


def test_when_the_signing_key_rotates_nobody_is_signed_out(
    ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    import msgspec

    from chalicelib.core import secrets

    rotated = msgspec.structs.replace(
        secrets.current(), signing_keys=["new", *secrets.current().signing_keys]
    )
    monkeypatch.setattr(secrets, "current", lambda: rotated)
    ada.csrf_token = ada.get("/api/me").json["csrf_token"]
    assert ada.post("/api/auth/logout").status == 204


def test_a_login_of_the_wrong_shape_is_refused_and_never_an_error(browser: Browser) -> None:
    for body in (b"", b"[]", b'"x"', b"{", b'{"email": "a@example.org"}', b"\xff"):
        answer = ask("POST", "/api/auth/login", headers={"content-type": "application/json"}, body=body)
        assert answer.status in (400, 422), body


def test_any_password_that_is_not_hers_is_simply_wrong(ada: Browser) -> None:
    for password in ("", "\0", "é" * 500, "a" * 1024, "😀"):
        answer = ada.post("/api/auth/login", {"email": "ada@example.org", "password": password})
        assert (answer.status, answer.json["type"]) == (401, "wrong-credentials"), password


def test_half_a_character_is_no_json(ada: Browser) -> None:
    body = b'{"email": "ada@example.org", "password": "\\ud83d long enough"}'
    answer = ask("POST", "/api/auth/login", headers={"content-type": "application/json"}, body=body)
    assert answer.status == 400
