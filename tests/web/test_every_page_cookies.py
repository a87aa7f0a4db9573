"""Under every policy, until the banner is answered: no cookie but essential ones, no foreign host."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from chalicelib.policy import profile
from tests.web import pages
from tests.web.crowd import Crowd, see

QUESTION_MILLISECONDS = 700
"""By then the banner has asked its own question."""
TURN = """to => {
    document.querySelector("h1").dataset.isOld = "";
    history.pushState(null, "", to);
    dispatchEvent(new PopStateEvent("popstate"));
}"""


def turn(page: Page, to: str) -> None:
    """As a link of the page would."""
    page.evaluate(TURN, to)
    page.locator("h1:not([data-is-old])").wait_for()


@pytest.mark.parametrize("who", ["visitor", "member"])
@pytest.mark.parametrize("id", profile.known())
def test_no_page_sets_or_asks_more_than_it_must(crowd: Crowd, id: str, who: pages.Who) -> None:
    policy = profile.load(id)
    essential = {one.name.removeprefix("__Host-") for one in policy.cookie if one.category == "essential"}
    allowed = essential if who == "member" else set()
    first, *others = [row for row in pages.ROWS if row.who == who and row.is_of(policy)]
    with crowd.visit(id, who) as guest:
        page = guest.open(crowd.address(first, id))
        for row in [first, *others]:
            if row is not first:
                turn(page, crowd.address(row, id))
            see(page, row.heading, policy.title)
            assert {cookie["name"] for cookie in page.context.cookies()} <= allowed, row
        page.wait_for_timeout(QUESTION_MILLISECONDS)
        page.wait_for_load_state("networkidle")
        assert {cookie["name"] for cookie in page.context.cookies()} <= allowed
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
        assert not [one for one in guest.site.asked if one.startswith("PUT /api/privacy/consents")]
