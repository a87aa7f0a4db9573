"""Signing up below the age that decides alone: a parent is asked, and nothing opens without their word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.core import clock as core_clock
from chalicelib.identity.models import Address, hashed, owner_of
from tests.app.person import ADA, everything_stored, log_in, mailed, newest_token, sign_up, verify
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.lambda_door import Answer
from tests.harness.mailbox import Mailbox
from tests.harness.offering import obeying

PARENT = "annabella@example.org"
TOLD = {"name": "Ada", "country": "GB", "parent_email": PARENT}


@pytest.fixture(autouse=True)
def kiwiphone() -> Iterator[None]:
    with obeying("kiwiphone"):
        yield


def born(years: int, days: int = 0) -> str:
    """A birth date that makes somebody so old, and so many days older, on the service's today."""
    today = core_clock.now().date() - timedelta(days=days)
    leap_day = (today.month, today.day) == (2, 29)
    return (today.replace(day=28) if leap_day else today).replace(year=today.year - years).isoformat()


def ask(browser: Browser, mailbox: Mailbox, email: str = ADA, **told: str) -> int:
    """Sign up at seventeen, and confirm the address."""
    assert sign_up(browser, email=email, birth_date=born(17), **{**TOLD, **told}).status == 202
    return verify(browser, newest_token(mailbox, email))


def answer(browser: Browser, token: str, *, agreed: bool = True) -> Answer:
    return browser.post("/api/auth/parent", {"token": token, "agreed": agreed})


def subjects(mailbox: Mailbox, email: str) -> list[str]:
    return [mail.subject for mail in mailbox.to(email)]


def test_a_parent_who_agrees_opens_the_account(browser: Browser, mailbox: Mailbox) -> None:
    assert ask(browser, mailbox) == 202
    assert log_in(browser) == 401
    parent = Browser(browser.stage, mailbox)
    assert answer(parent, mailed(mailbox, PARENT)).status == 204
    assert log_in(browser) == 200
    assert subjects(mailbox, PARENT) == [
        "May your child use Kiwiphone?",
        "You allowed an account at Kiwiphone",
    ]
    assert subjects(mailbox, ADA)[-1] == "Your account at Kiwiphone is open"
    user = owner_of(ADA)
    assert user
    assert user.parent_hash == hashed(PARENT)
    assert core_clock.parse(user.parent_agreed_at) <= core_clock.now()
    assert PARENT not in everything_stored(), "a parent's address is not kept"


def test_a_parent_who_does_not_agree_has_all_of_it_deleted_at_once(
    browser: Browser, mailbox: Mailbox
) -> None:
    ask(browser, mailbox)
    token = mailed(mailbox, PARENT)
    assert answer(browser, token, agreed=False).status == 204
    left = everything_stored()
    assert [trace for trace in (ADA, PARENT, "PARENT#", '"Ada"') if trace in left] == []
    assert Address.stored(Address.key(ADA)) is None
    assert subjects(mailbox, ADA)[-1] == "Your account at Kiwiphone was not opened"
    assert answer(browser, token).status == 404
    assert verify(browser, newest_token(mailbox)) == 404
    assert log_in(browser) == 401


def test_when_no_parent_answers_in_a_week_it_is_as_if_nobody_had_asked(
    browser: Browser, mailbox: Mailbox, clock: Clock
) -> None:
    ask(browser, mailbox)
    token = mailed(mailbox, PARENT)
    clock.advance(timedelta(days=6, hours=23, minutes=59))
    clock.advance(timedelta(minutes=1))
    assert answer(browser, token).status == 404
    assert log_in(browser) == 401
    assert ask(browser, mailbox) == 202, "the address is free again"


def test_a_parent_may_answer_until_the_last_minute(browser: Browser, mailbox: Mailbox, clock: Clock) -> None:
    ask(browser, mailbox)
    clock.advance(timedelta(days=6, hours=23, minutes=58))
    assert answer(browser, mailed(mailbox, PARENT)).status == 204
    assert log_in(browser) == 200


def test_asking_again_does_not_make_it_wait_longer(browser: Browser, mailbox: Mailbox, clock: Clock) -> None:
    ask(browser, mailbox)
    clock.advance(timedelta(hours=23))
    assert verify(browser, newest_token(mailbox)) == 202
    assert len(subjects(mailbox, PARENT)) == 2
    clock.advance(timedelta(days=6, hours=1))
    assert answer(browser, mailed(mailbox, PARENT)).status == 404


@pytest.mark.parametrize(
    ("years", "days", "type"),
    [
        (15, 364, "too-young"),
        (16, 0, "parent-needed"),
        (17, 364, "parent-needed"),
        (18, 0, None),
    ],
)
def test_both_ages_hold_to_the_day(browser: Browser, years: int, days: int, type: str | None) -> None:
    told = {"name": "Ada", "country": "GB", "birth_date": born(years, days)}
    alone = sign_up(browser, **told)
    assert (alone.json["type"] if alone.text else None) == type
    with_parent = sign_up(browser, **told, parent_email=PARENT)
    assert with_parent.status == (422 if type == "too-young" else 202)


@pytest.mark.parametrize(
    ("today", "type"),
    [
        (date(2028, 2, 28), "too-young"),
        (date(2028, 2, 29), "parent-needed"),
        (date(2030, 2, 28), "parent-needed"),
        (date(2030, 3, 1), None),
    ],
)
def test_who_was_born_on_a_leap_day_is_a_year_older_on_it_or_on_the_first_of_march(
    browser: Browser, clock: Clock, today: date, type: str | None
) -> None:
    clock.advance(datetime(today.year, today.month, today.day, 12, tzinfo=UTC) - datetime.now(UTC))
    answered = sign_up(browser, birth_date="2012-02-29", name="Ada", country="GB")
    assert (answered.json["type"] if answered.text else None) == type


def test_who_decides_alone_is_not_asked_for_a_parent_and_theirs_is_not_kept(
    browser: Browser, mailbox: Mailbox
) -> None:
    assert sign_up(browser, **TOLD).status == 202
    assert PARENT not in everything_stored()
    assert verify(browser, newest_token(mailbox)) == 204
    assert subjects(mailbox, PARENT) == []


@pytest.mark.parametrize("parent", [ADA, "ADA@example.org", "nobody", "", "a@b.example, c@d.example"])
def test_a_parent_has_an_address_and_another_than_the_child(
    browser: Browser, mailbox: Mailbox, parent: str
) -> None:
    refused = sign_up(browser, birth_date=born(17), **{**TOLD, "parent_email": parent})
    assert (refused.status, refused.json["errors"][0]["field"]) == (422, "parent_email")
    assert mailbox.all() == []


def test_a_parent_is_written_to_only_when_the_child_has_confirmed_its_own_address(
    browser: Browser, mailbox: Mailbox
) -> None:
    sign_up(browser, birth_date=born(17), **TOLD)
    assert mailbox.to(PARENT) == []


def test_no_parent_is_written_to_more_than_three_times_an_hour(browser: Browser, mailbox: Mailbox) -> None:
    children = [f"child{number}@example.org" for number in range(4)]
    assert [ask(browser, mailbox, email=child) for child in children] == [202, 202, 202, 429]
    assert len(mailbox.to(PARENT)) == 3


def test_the_childs_own_link_never_opens_the_account(browser: Browser, mailbox: Mailbox) -> None:
    ask(browser, mailbox)
    token = newest_token(mailbox)
    assert answer(browser, token).status == 404
    assert verify(browser, mailed(mailbox, PARENT)) == 404
    assert log_in(browser) == 401


def test_a_newer_sign_up_of_the_address_ends_the_parents_link(browser: Browser, mailbox: Mailbox) -> None:
    ask(browser, mailbox)
    old = mailed(mailbox, PARENT)
    sign_up(browser, birth_date=born(17), **{**TOLD, "parent_email": "byron@example.org"})
    assert answer(browser, old).status == 404
    assert verify(browser, newest_token(mailbox)) == 202
    assert answer(browser, mailed(mailbox, "byron@example.org")).status == 204


def test_a_link_works_once(browser: Browser, mailbox: Mailbox) -> None:
    ask(browser, mailbox)
    token = mailed(mailbox, PARENT)
    assert answer(browser, token).status == 204
    for agreed in (True, False):
        assert answer(browser, token, agreed=agreed).status == 404
    assert log_in(browser) == 200


def test_where_no_parent_is_asked_the_field_and_the_route_are_not_there(browser: Browser) -> None:
    with obeying("zenvoip"):
        assert "parent_email" not in browser.get("/api/auth/signup").json["properties"]
        refused = answer(browser, "x")
        assert (refused.status, refused.json["type"]) == (404, "not-offered")
