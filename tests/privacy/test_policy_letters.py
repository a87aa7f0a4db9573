"""Mails about a changed policy: everybody whom it concerns hears of it, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.core import clock as service_clock
from chalicelib.privacy import announcements, policy_letters
from chalicelib.providers import suppressions
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.killpoints import Case, intercepted, refusal, refusing, survive
from tests.harness.mailbox import Mailbox
from tests.harness.stage import Stage
from tests.privacy.changing import ADA, GRACE, MAILED, tell, told, told_of


def test_the_mail_says_what_changes_and_when_and_where_to_read_it(people: Mailbox) -> None:
    MAILED.hold()
    tell(MAILED.draft())
    mail = people.to(ADA)[-1]
    assert "- Longer logs." in mail.text
    assert mail.links == ["http://127.0.0.1:8000/api/privacy/announcement"]


def test_nobody_is_told_twice(people: Mailbox) -> None:
    MAILED.hold()
    draft = MAILED.draft()
    for _ in range(3):
        tell(draft)
    assert [told(people, one) for one in (ADA, GRACE)] == [1, 1]


def test_it_goes_on_page_by_page_where_it_was(people: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy_letters, "PAGE", 1)
    MAILED.hold()
    draft = MAILED.draft()
    away = refusal("ServiceUnavailable")
    sent: list[int] = []

    def fail_the_second(_: int, name: str) -> None:
        sent.extend([1] if name == "SendEmail" else [])
        if name == "SendEmail" and len(sent) >= 2:
            raise away

    with intercepted(before=fail_the_second), pytest.raises(policy_letters.Interrupted):
        tell(draft)
    assert sum(told(people, one) for one in (ADA, GRACE)) == 1
    with pytest.raises(policy_letters.Interrupted):
        tell(draft)  # the claim of the one that failed is not over yet


def test_a_claim_that_is_over_is_taken_on(people: Mailbox, clock: Clock) -> None:
    MAILED.hold()
    draft = MAILED.draft()
    with (
        intercepted(before=refusing("SendEmail", refusal("ServiceUnavailable"), 9)),
        pytest.raises(policy_letters.Interrupted),
    ):
        tell(draft)
    clock.advance(policy_letters.CLAIM)
    assert tell(draft)["sent"] == 2
    assert [told(people, one) for one in (ADA, GRACE)] == [1, 1]


def test_who_signs_up_when_it_is_posted_already_has_read_it(
    people: Mailbox, stage: Stage, clock: Clock
) -> None:
    MAILED.hold()
    draft = MAILED.draft()
    announcements.announce(draft)
    clock.advance(timedelta(minutes=5))
    Browser(stage, people).sign_up("late@example.org")
    assert tell(draft) == {"sent": 2}
    assert told(people, "late@example.org") == 0


def test_an_address_that_takes_no_mail_is_noted_and_holds_nobody_up(
    people: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    MAILED.hold()
    suppressions.note(ADA, "complaint", service_clock.now())
    suppressions.note(GRACE, "bounce", service_clock.now())
    assert tell(MAILED.draft()) == {"sent": 2}, "law asks for this mail"
    draft = MAILED.draft(days_ahead=40)
    with intercepted(before=refusing("SendEmail", refusal("MessageRejected"), 1)):
        assert tell(draft) == {"undeliverable": 1, "sent": 1}
    assert announcements.told(announcements.announce(draft)).keys() == {"page", "mail"}


def test_telling_survives_every_death_and_misses_nobody(people: Mailbox, clock: Clock) -> None:
    """One who was being written to when the process died may hear of it twice, and nobody else."""
    MAILED.hold()
    days = iter(range(30, 900))

    def make() -> Case:
        draft = MAILED.draft(days_ahead=next(days))
        announcement = announcements.announce(draft)
        before = {one: told(people, one) for one in (ADA, GRACE)}

        def act() -> None:
            clock.advance(policy_letters.CLAIM)
            policy_letters.tell_all(announcement)

        def outcome() -> object:
            heard = [told(people, one) - before[one] for one in (ADA, GRACE)]
            assert sum(heard) <= 3
            return [count > 0 for count in heard], told_of(draft)

        return Case(act, outcome)

    survive(make)
