"""Numbers kept at hand: whose they are, how many, and how they go."""

from __future__ import annotations

import pytest

from chalicelib.calling import favourites
from chalicelib.calling.personal_data import ROWS
from chalicelib.core.subjects import Subject
from tests.harness.browser import Browser
from tests.harness.lambda_door import ask
from tests.harness.stage import Stage

LONDON, BERLIN = "+442079460958", "+4930123456"


def kept(browser: Browser) -> list[str]:
    answer = browser.get("/api/favourites")
    assert answer.status == 200, answer.text
    return list(answer.json["numbers"])


def test_numbers_are_kept_in_their_order_each_once(browser: Browser) -> None:
    browser.sign_up()
    assert kept(browser) == []
    for _ in range(2):
        answer = browser.put("/api/favourites", {"numbers": [LONDON, BERLIN, LONDON]})
        assert (answer.status, answer.json["numbers"]) == (200, [LONDON, BERLIN])
        assert kept(browser) == [LONDON, BERLIN]
    assert browser.put("/api/favourites", {"numbers": [BERLIN]}).status == 200
    assert kept(browser) == [BERLIN]
    for _ in range(2):
        assert browser.delete("/api/favourites").status == 204
        assert kept(browser) == []


@pytest.mark.parametrize(
    "numbers", [["nobody"], [LONDON, "=1+1"], [""], [LONDON] * 51, LONDON, [{"number": LONDON}]]
)
def test_what_is_no_list_of_numbers_changes_nothing(browser: Browser, numbers: object) -> None:
    browser.sign_up().put("/api/favourites", {"numbers": [BERLIN]})
    assert browser.put("/api/favourites", {"numbers": numbers}).status == 422
    assert browser.put("/api/favourites", {"numbers": [LONDON], "labels": ["Mum"]}).status == 422
    assert kept(browser) == [BERLIN]


def test_nobody_sees_or_changes_anothers(browser: Browser, stage: Stage) -> None:
    browser.sign_up().put("/api/favourites", {"numbers": [LONDON]})
    stranger = Browser(stage, browser.mailbox).sign_up("eve@example.org")
    assert kept(stranger) == []
    assert stranger.delete("/api/favourites").status == 204
    assert kept(browser) == [LONDON]
    for method in ("GET", "PUT", "DELETE"):
        assert ask(method, "/api/favourites").status == 401


def test_an_erasure_takes_them_and_may_come_twice(browser: Browser) -> None:
    browser.sign_up().put("/api/favourites", {"numbers": [LONDON, BERLIN]})
    subject = Subject("usr", browser.account_id)
    [row] = [row for row in ROWS if row.name == "favourites"]
    assert (row.category, row.find(subject)) == ("account", 2)
    assert [row.erase(subject).count, row.erase(subject).count] == [2, 0]
    assert favourites.numbers(browser.account_id) == []
