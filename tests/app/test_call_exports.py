"""A file of calls through the doors: asked for, seen, fetched, and by nobody else."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.core import clock, files
from tests.calling import past_calls
from tests.calling.exported import Exported, fetch, work
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.environment import ENVIRONMENT
from tests.harness.lambda_door import ask
from tests.harness.stage import Stage

LONDON = past_calls.LONDON


@pytest.fixture
def ada(browser: Browser) -> Exported:
    """Ada has two calls, and asks for a file of them."""
    browser.sign_up()
    past_calls.write(*(past_calls.record(browser.account_id, clock.now()) for _ in range(2)))
    exported = Exported(browser)
    exported.ask()
    return exported


def test_a_long_history_becomes_a_file_behind_a_short_link(ada: Exported) -> None:
    seen = ada.see()
    assert (seen["state"], seen["link"], seen["rows"]) == ("waiting", None, 0)
    assert work()["ready"] == 1
    seen = ada.see()
    assert (seen["state"], seen["rows"]) == ("ready", 2)
    assert ada.fetch() == ada.browser.get("/api/calls.csv").text


def test_a_link_lives_five_minutes_for_one_file_that_is_saved_not_shown(ada: Exported) -> None:
    work()
    seen = ada.see()
    link = urlsplit(seen["link"])
    told = parse_qs(link.query)
    assert told["X-Amz-Expires"] == ["300"]
    assert told["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert told["response-content-disposition"] == ['attachment; filename="calls.csv"']
    assert told["response-cache-control"] == ["no-store"]
    assert f"{link.netloc}{link.path}".count(ENVIRONMENT["EXPORTS_BUCKET"]) == 1
    assert link.path.endswith(f"/{ada.account_id}/calls/{ada.id}.csv")
    left = datetime.fromisoformat(seen["link_expires_at"]) - clock.now()
    assert timedelta(seconds=290) < left <= timedelta(seconds=300)
    for personal in (LONDON, LONDON[1:], "ada", "example.org"):
        assert personal not in seen["link"]


def test_a_link_is_in_no_log(
    ada: Exported, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    work()
    link = ada.see()["link"]
    signature = parse_qs(urlsplit(link).query)["X-Amz-Signature"][0]
    told = [*capsys.readouterr(), *(str(record.__dict__) for record in caplog.records)]
    assert any(ada.id in line for line in told)
    for secret in (signature, urlsplit(link).path, LONDON):
        assert not any(secret in line for line in told)


def test_nobody_else_sees_or_fetches_it(ada: Exported, stage: Stage) -> None:
    work()
    stranger = Browser(stage, ada.browser.mailbox).sign_up("eve@example.org")
    path = f"/api/calls/exports/{ada.id}"
    assert stranger.get(path).status == 404
    assert ask("GET", path).status == 401
    assert Exported(stranger).ask()["id"] != ada.id
    assert stranger.get(path).status == 404
    assert fetch(ada.see()["link"]).count(LONDON) == 2


@pytest.mark.parametrize("id", ["nonsense", "exp_01KAAAAAAAAAAAAAAAAAAAAAAA", "exp_", "../x"])
def test_what_is_no_file_of_mine_is_not_found(ada: Exported, id: str) -> None:
    assert ada.browser.get(f"/api/calls/exports/{id.replace('/', '%2F')}").status == 404


def test_after_a_day_there_is_nothing_to_see(ada: Exported, clock: Clock) -> None:
    work()
    clock.advance(files.LIFE)
    ada.browser.sign_in()
    assert ada.browser.get(f"/api/calls/exports/{ada.id}").status == 404
    assert work()["ended"] == 1


def test_a_formula_in_a_record_is_text_in_the_file_too(ada: Exported) -> None:
    past_calls.write(past_calls.record(ada.account_id, clock.now(), to="=cmd|' /C calc'!A0"))
    ada.ask(country="GB")
    work()
    assert ",'=cmd|' /C calc'!A0," in ada.fetch()
    assert f",{LONDON}," in ada.fetch()
