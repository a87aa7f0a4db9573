"""The Global Privacy Control: a browser that says no to sale by itself."""

from __future__ import annotations

from unittest import mock

from chalicelib.core import metrics
from chalicelib.policy import consent
from chalicelib.policy.consent import SALE
from chalicelib.policy.profile import Profile
from chalicelib.privacy import choices
from tests.harness.browser import Browser
from tests.harness.logged import logged
from tests.harness.mailbox import Mailbox
from tests.harness.stage import Stage
from tests.privacy.chosen import CONSENTS, choose, granted, receipts


def test_the_browsers_signal_is_an_opt_out_where_data_may_be_sold(
    zenvoip: Profile, browser: Browser, stage: Stage, mailbox: Mailbox
) -> None:
    browser.sign_up("ada@example.org")
    assert choose(browser, SALE, True).json["granted"] is True
    elsewhere = Browser(stage, mailbox)
    elsewhere.always = {"sec_gpc": "1"}
    elsewhere.sign_in("ada@example.org")
    last = receipts(browser.account_id)[-1]
    assert (last["about"], last["stands"], last["source"]) == (SALE, False, "signal")
    assert not consent.may_sell(zenvoip, choices.standing(browser.account_id))
    assert granted(browser)[SALE] is False


def test_with_the_signal_on_no_sale_can_be_allowed_nor_is_it_asked_for(
    zenvoip: Profile, browser: Browser
) -> None:
    browser.always = {"sec_gpc": "1"}
    told = browser.get(CONSENTS).json
    assert told["opted_out_by_browser"] is True
    for who in (browser, browser.sign_up()):
        answer = choose(who, SALE, True)
        assert (answer.status, answer.json["type"]) == (409, "opted-out-by-browser")
        assert granted(who)[SALE] is False


def test_where_nothing_is_sold_the_signal_is_written_to_the_log_and_nowhere_else(browser: Browser) -> None:
    browser.always = {"sec_gpc": "1"}
    with logged() as lines, mock.patch.object(metrics, "count") as count:
        browser.sign_up()
    assert browser.get(CONSENTS).json["opted_out_by_browser"] is True
    assert receipts() == []
    assert "opt-out signal" in lines.getvalue()
    count.assert_called_once_with("OptOutSignals")
