"""A changed policy is announced, told, and holds no day too early."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.core import clock as service_clock
from chalicelib.policy import profile
from chalicelib.privacy import announcements
from chalicelib.privacy.announcements import Draft, NotYet
from tests.conftest import Clock
from tests.harness.killpoints import Case, intercepted, survive
from tests.harness.logged import logged
from tests.harness.mailbox import Mailbox
from tests.harness.stage import Stage, running_stage
from tests.privacy.changing import ADA, EITHER, MAILED, POSTED, in_days, tell, told, told_of

DAY = timedelta(days=1)


def holds() -> str | None:
    found = announcements.holding()
    return found.version if found else None


def test_the_first_policy_holds_at_once(stage: Stage) -> None:
    assert holds() is None
    first = MAILED.hold()
    assert holds() == first.version
    assert announcements.activate(first) <= service_clock.now(), "again, it holds since before"


def test_on_day_29_it_is_refused_and_on_day_30_it_holds(people: Mailbox, clock: Clock) -> None:
    MAILED.hold()
    draft = MAILED.draft()
    assert tell(draft) == {"sent": 2}
    clock.advance(29 * DAY)
    with pytest.raises(NotYet, match="It may hold from"):
        announcements.activate(draft)
    assert holds() != draft.version
    clock.advance(DAY)
    announcements.activate(draft)
    assert holds() == draft.version


def test_the_lead_counts_from_the_last_mail_and_not_from_the_first(people: Mailbox, clock: Clock) -> None:
    MAILED.hold()
    draft = MAILED.draft()
    announcements.announce(draft)
    clock.advance(10 * DAY)
    tell(draft)
    clock.advance(29 * DAY)
    with pytest.raises(NotYet, match="It may hold from"):
        announcements.activate(draft)
    clock.advance(DAY)
    announcements.activate(draft)


def test_while_somebody_was_not_told_it_never_holds(people: Mailbox, clock: Clock) -> None:
    MAILED.hold()
    draft = MAILED.draft()
    announcements.announce(draft)
    clock.advance(90 * DAY)
    with pytest.raises(NotYet, match="Not everybody was told by all of page, mail"):
        announcements.activate(draft)


def test_what_nobody_announced_does_not_hold(people: Mailbox, clock: Clock) -> None:
    MAILED.hold()
    with pytest.raises(NotYet, match="was not announced"):
        announcements.activate(MAILED.draft())


def test_its_day_counts_too(people: Mailbox, clock: Clock) -> None:
    MAILED.hold()
    draft = MAILED.draft(days_ahead=45)
    tell(draft)
    clock.advance(43 * DAY)
    with pytest.raises(NotYet):
        announcements.activate(draft)
    clock.advance(2 * DAY)
    announcements.activate(draft)


def test_a_day_that_comes_before_the_lead_is_over_is_not_announced(stage: Stage) -> None:
    MAILED.hold()
    with pytest.raises(NotYet, match="the earliest effective_at"):
        announcements.announce(MAILED.draft(days_ahead=29))


def test_a_changed_text_needs_a_new_date(stage: Stage) -> None:
    POSTED.hold()
    same_day = Draft(POSTED.document("2026-03-01", logs="P60D"), "", frozenset(), (), differs=True)
    for act in (announcements.announce, announcements.activate):
        with pytest.raises(NotYet, match="its date does not"):
            act(same_day)


def test_where_the_page_is_enough_it_holds_from_its_day_on(stage: Stage, clock: Clock) -> None:
    POSTED.hold()
    draft = POSTED.draft(days_ahead=1)
    announcements.announce(draft)
    with pytest.raises(NotYet):
        announcements.activate(draft)
    clock.advance(DAY)
    announcements.activate(draft)
    assert holds() == draft.version


def test_where_any_way_is_enough_the_page_gives_the_notice(people: Mailbox, clock: Clock) -> None:
    EITHER.hold()
    draft = EITHER.draft()
    announcements.announce(draft)
    clock.advance(30 * DAY)
    announcements.activate(draft)
    assert told(people, ADA) == 0


def test_a_change_that_matters_to_nobody_holds_at_once(people: Mailbox) -> None:
    MAILED.hold()
    draft = MAILED.draft(days_ahead=0, concerns=())
    announcements.activate(draft)
    assert holds() == draft.version
    assert told(people, ADA) == 0


def test_a_change_that_concerns_no_account_is_posted_and_mailed_to_nobody(
    people: Mailbox, clock: Clock
) -> None:
    MAILED.hold()
    draft = MAILED.draft(concerns=("visitor", "counterparty"))
    assert tell(draft) == {}
    clock.advance(30 * DAY)
    announcements.activate(draft)
    assert told(people, ADA) == 0


def test_the_old_policy_s_lead_counts_and_not_the_new_one_s(people: Mailbox, clock: Clock) -> None:
    MAILED.hold()
    draft = MAILED.draft(change_notice=POSTED.notice)
    tell(draft)
    clock.advance(29 * DAY)
    with pytest.raises(NotYet):
        announcements.activate(draft)


def test_two_that_would_follow_the_same_policy_cannot_both_hold(stage: Stage) -> None:
    POSTED.hold()
    one, other = (POSTED.draft(days_ahead=0, concerns=(), logs=logs) for logs in ("P60D", "P90D"))
    met: list[str] = []

    def overtake(_: int, name: str) -> None:
        if name == "TransactWriteItems" and not met:
            met.append(name)
            announcements.activate(other)

    with intercepted(before=overtake), pytest.raises(NotYet, match="just now"):
        announcements.activate(one)
    assert holds() == other.version


def test_what_is_posted_is_the_newest_announcement_of_what_comes_next(people: Mailbox, clock: Clock) -> None:
    assert announcements.posted_page() is None
    MAILED.hold()
    assert announcements.posted_page() is None
    draft = MAILED.draft()
    tell(draft)
    assert announcements.posted_page() == "<p>the new notice</p>"
    clock.advance(30 * DAY)
    announcements.activate(draft)
    assert announcements.posted_page() is None, "it is the notice itself now"


def test_the_version_that_runs_first_holds_and_another_one_rings(stage: Stage) -> None:
    assert [announcements.watch(), announcements.watch()] == [{"other": 0}] * 2
    assert holds() == profile.current().version
    announcements.activate(MAILED.draft(days_ahead=0, concerns=()))
    with logged() as lines:
        assert announcements.watch() == {"other": 1}
    assert "policy-not-activated" in lines.getvalue()


def test_announcing_and_activating_survive_every_death() -> None:
    with running_stage():
        MAILED.hold()
        days = iter(range(30, 400))

        def announced() -> Case:
            draft = MAILED.draft(days_ahead=next(days))

            def act() -> None:
                announcements.announce(draft)

            return Case(act, lambda: (announcements.announced(draft.version) is not None, told_of(draft)))

        assert "PutItem" in survive(announced)

        def activated() -> Case:
            draft = MAILED.draft(days_ahead=next(days), concerns=())
            return Case(lambda: announcements.activate(draft) and None, lambda: holds() == draft.version)

        assert "TransactWriteItems" in survive(activated)


def test_its_earliest_day_is_told_by_the_calendar(stage: Stage) -> None:
    MAILED.hold()
    with pytest.raises(NotYet, match=in_days(30)):
        announcements.announce(MAILED.draft(days_ahead=3))
