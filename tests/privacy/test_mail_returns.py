"""Mails that come back, and complaints: what SES tells is followed once, whoever tells it how often."""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import app
from chalicelib.core import clock as service_clock
from chalicelib.core.errors import Refusal
from chalicelib.core.subjects import Subject
from chalicelib.identity import personal_data
from chalicelib.policy import profile
from chalicelib.policy.profile import Profile
from chalicelib.privacy import audit, mail_returns
from chalicelib.providers import suppressions
from infra.local import mail_returns as told
from infra.local.mail_returns import Outcome
from tests.app import person
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.killpoints import Case, survive
from tests.harness.lambda_door import Context
from tests.harness.logged import logged
from tests.harness.mailbox import Mailbox
from tests.harness.offering import obeying
from tests.harness.stage import Stage, running_stage
from tests.privacy.chosen import choose, granted, receipts

ADA = "ada@example.org"


def hear(event: dict[str, Any]) -> dict[str, int]:
    """The function's own door."""
    counts: dict[str, int] = app.hear_of_mail(event, Context())
    return counts


def returned(outcome: Outcome, to: str = ADA) -> dict[str, Any]:
    return told.event(to, outcome, service_clock.now())


def of(me: dict[str, Any]) -> Subject:
    return Subject(me["user_id"], me["account_id"])


def message(event: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(event["Records"][0]["Sns"]["Message"])
    return found


def test_a_mail_that_came_back_for_good_ends_mail_to_its_address(browser: Browser) -> None:
    person.sign_up(browser, email=ADA)  # who waits for a mail counts, too
    assert hear(returned("bounce")) == {"bounce": 1, "complaint": 0}
    assert suppressions.of(ADA) == {"bounce"}


def test_a_complaint_is_remembered(browser: Browser) -> None:
    browser.sign_up(ADA)
    assert hear(returned("complaint")) == {"bounce": 0, "complaint": 1}
    assert suppressions.of(ADA) == {"complaint"}


def test_a_complaint_takes_consent_to_marketing_back_once(zenvoip: Profile, browser: Browser) -> None:
    browser.sign_up(ADA)
    choose(browser, "marketing", granted=True)
    event = returned("complaint", "Ada@Example.org")
    for _ in range(3):
        hear(event)
    assert granted(browser)["marketing"] is False
    assert [(one["source"], one["stands"]) for one in receipts()][1:] == [("complaint", False)]


def test_a_mail_that_came_back_leaves_consent_as_it_is(zenvoip: Profile, browser: Browser) -> None:
    browser.sign_up(ADA)
    choose(browser, "marketing", granted=True)
    hear(returned("bounce"))
    assert granted(browser)["marketing"] is True


def test_following_a_complaint_survives_every_death(zenvoip: Profile, browser: Browser) -> None:
    browser.sign_up(ADA)

    def make() -> Case:
        choose(browser, "marketing", granted=True)
        suppressions.forget(ADA)
        before = len(receipts())
        event = returned("complaint")

        def outcome() -> object:
            return granted(browser)["marketing"], suppressions.of(ADA), len(receipts()) - before

        return Case(lambda: hear(event), outcome)

    assert "TransactWriteItems" in survive(make)


def test_an_operator_lets_mail_go_again_and_the_chain_says_so(browser: Browser) -> None:
    account_id = browser.sign_up(ADA).account_id
    with pytest.raises(Refusal):
        mail_returns.write_again("acc_nobody", "operator:support")
    assert mail_returns.write_again(account_id, "operator:support") == set()
    before = audit.head(account_id)
    hear(returned("bounce"))
    hear(returned("complaint"))
    assert mail_returns.write_again(account_id, "operator:support") == {"bounce", "complaint"}
    assert suppressions.of(ADA) == set()
    newest = audit.entries(account_id)[-1]
    assert (newest.actor, newest.what, newest.number) == (
        "operator:support",
        "mail allowed again",
        before.number + 1,
    )
    hear(returned("bounce"))
    assert suppressions.of(ADA) == {"bounce"}, "what comes back again keeps mail away again"


def test_letting_mail_go_again_survives_every_death_and_is_in_the_chain_once(browser: Browser) -> None:
    account_id = browser.sign_up(ADA).account_id

    def make() -> Case:
        suppressions.note(ADA, "bounce", service_clock.now())
        before = audit.head(account_id).number

        def outcome() -> object:
            return suppressions.of(ADA), audit.head(account_id).number - before

        return Case(lambda: mail_returns.write_again(account_id, "operator:support"), outcome)

    assert "TransactWriteItems" in survive(make)


def test_a_full_mailbox_changes_nothing(stage: Stage) -> None:
    assert hear(returned("soft_bounce")) == {"bounce": 0, "complaint": 0}
    assert suppressions.of(ADA) == set()


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure"])
def test_a_report_that_is_no_complaint_is_none(stage: Stage, kind: str) -> None:
    event = message(returned("complaint"))
    event["complaint"]["complaintFeedbackType"] = kind
    hear(told.delivery(event))
    assert suppressions.of(ADA) == set()


def test_the_same_event_told_again_and_late_changes_nothing_more(browser: Browser, clock: Clock) -> None:
    browser.sign_up(ADA)
    event = returned("bounce")
    for _ in range(3):
        hear(event)
        clock.advance(timedelta(days=100))
    clock.advance(timedelta(days=365 - 300))
    assert suppressions.of(ADA) == set(), "a year after the mail came back, not after it was told"


@pytest.mark.parametrize("kind", ["Delivery", "Send", "Open", "Subscription", "", "bounce"])
def test_another_kind_of_event_asks_nothing_of_us(stage: Stage, kind: str) -> None:
    event = message(returned("bounce"))
    event["eventType"] = kind
    assert hear(told.delivery(event)) == {"bounce": 0, "complaint": 0}
    assert suppressions.of(ADA) == set()


FORGED: list[tuple[str, Any]] = [
    ("another configuration set", {"mail": {"tags": {"ses:configuration-set": ["elsewhere"]}}}),
    ("ours and another", {"mail": {"tags": {"ses:configuration-set": ["vowline-local-mail", "x"]}}}),
    ("no configuration set", {"mail": {"tags": {}}}),
    ("no mail", {"mail": None}),
    ("no moment", {"bounce": {"bounceType": "Permanent", "bouncedRecipients": []}}),
    ("recipients that are none", {"bounce": {"bounceType": "Permanent", "bouncedRecipients": "ada"}}),
]


@pytest.mark.parametrize(("name", "change"), FORGED, ids=[name for name, _ in FORGED])
def test_what_ses_has_not_said_of_our_mails_is_dropped_with_an_alarm(
    stage: Stage, name: str, change: dict[str, Any]
) -> None:
    with logged() as lines:
        hear(told.delivery({**message(returned("bounce")), **change}))
    assert suppressions.of(ADA) == set()
    assert lines.getvalue().count("foreign-mail-event") == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(event=st.dictionaries(st.sampled_from(["Records", "x"]), JSON), said=st.text(max_size=40))
def test_whatever_comes_is_heard_without_an_error(event: dict[str, Any], said: str) -> None:
    hear(event)
    hear({"Records": [{"Sns": {"Message": said}}]})


def test_an_address_that_is_none_is_passed_over(browser: Browser) -> None:
    browser.sign_up(ADA)
    event = message(returned("bounce"))
    odd = copy.deepcopy(event["bounce"]["bouncedRecipients"][0])
    event["bounce"]["bouncedRecipients"].insert(0, odd | {"emailAddress": "nobody"})
    assert hear(told.delivery(event))["bounce"] == 1
    assert suppressions.of(ADA) == {"bounce"}


def test_no_address_is_logged(stage: Stage) -> None:
    with logged() as lines:
        hear(returned("bounce", "canary@example.org"))
        forged = message(returned("bounce", "canary@example.org"))
        hear(told.delivery({**forged, "bounce": {**forged["bounce"], "timestamp": "canary"}}))
    assert "mail returned" in lines.getvalue()
    assert "canary" not in lines.getvalue()


def test_who_signs_up_with_an_address_that_came_back_is_told_as_everybody(
    browser: Browser, mailbox: Mailbox
) -> None:
    person.sign_up(browser, email="lost@example.org")
    hear(returned("bounce", "lost@example.org"))
    answers = [person.sign_up(browser, email=email) for email in ("lost@example.org", "new@example.org")]
    assert [answer.status for answer in answers] == [202, 202]
    assert answers[0].text == answers[1].text
    assert len(mailbox.to("lost@example.org")) == 1, "the one that came back"
    assert len(mailbox.to("new@example.org")) == 1


def test_somebody_whose_mail_comes_back_still_hears_of_a_new_password(
    browser: Browser, mailbox: Mailbox
) -> None:
    browser.sign_up(ADA)
    hear(returned("bounce"))
    before = len(mailbox.to(ADA))
    assert person.set_password(browser).status == 200
    assert len(mailbox.to(ADA)) == before + 1


def test_a_deletion_forgets_it_where_the_policy_says_so(browser: Browser) -> None:
    browser.sign_up(ADA)
    me = browser.get("/api/me").json
    hear(returned("bounce"))
    [row] = [row for row in personal_data.ROWS if row.name == "mail_suppression"]
    subject = of(me)
    assert row.find(subject) == 1
    assert row.erase(subject).count == 1
    assert (row.find(subject), suppressions.of(ADA)) == (0, set())


def test_a_person_never_goes_without_what_only_their_address_leads_to(browser: Browser) -> None:
    """The row of their suppression may fail, or come after them."""
    browser.sign_up(ADA)
    subject = of(browser.get("/api/me").json)
    hear(returned("bounce"))
    [users] = [row for row in personal_data.ROWS if row.name == "users"]
    assert users.erase(subject).outcome == "erased"
    assert suppressions.of(ADA) == set()


@pytest.mark.parametrize(("id", "kept"), [("kinvo", set()), ("zenvoip", {"bounce"})])
def test_of_an_address_that_nobody_has_any_more_only_that_is_kept_which_outlives_its_person(
    stage: Stage, id: str, kept: set[str]
) -> None:
    """As where a deletion's last mail comes back."""
    with obeying(id):
        hear(returned("bounce", "gone@example.org"))
        assert suppressions.of("gone@example.org") == kept


def test_where_the_policy_keeps_it_a_deletion_leaves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = profile.load("zenvoip")
    with running_stage():
        monkeypatch.setattr(profile, "current", lambda: kept)
        suppressions.note(ADA, "bounce", service_clock.now())
        [row] = [row for row in personal_data.ROWS if row.name == "mail_suppression"]
        assert row.find(of({"user_id": "usr_1", "account_id": "acc_1"})) == 0
        assert suppressions.of(ADA) == {"bounce"}
