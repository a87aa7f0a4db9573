"""What a movement leaves to do, done at least once and not for ever."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.core import clock as service_clock
from chalicelib.core.errors import ProviderError
from chalicelib.core.subjects import Subject
from chalicelib.identity import accounts, personal_data
from chalicelib.money import errands, holds, ledger
from chalicelib.money.funds import CALL
from chalicelib.money.holds import Hold, Overdue
from chalicelib.money.ledger import LOW_BALANCE, Errand
from chalicelib.providers import mail
from tests.conftest import Clock
from tests.harness.killpoints import Case, Killed, intercepted, survive
from tests.harness.mailbox import Mailbox
from tests.harness.stage import Stage
from tests.money.purse import DOLLAR, Purse, make, sweep

LOW = "Your credit at Kinvo is running low"


@pytest.fixture
def purse(stage: Stage, mailbox: Mailbox) -> Purse:
    return make(stage, mailbox).earn(3 * DOLLAR)


def test_a_call_that_crosses_the_threshold_is_followed_by_one_mail(purse: Purse) -> None:
    purse.spend(2 * DOLLAR)
    assert sweep() == {"errands": 0, "errands_failed": 0}
    purse.spend(1)
    assert sweep() == {"errands": 1, "errands_failed": 0}
    [mail] = purse.mails()
    assert mail.subject == LOW
    assert "below 1.00 USD; 0.999999 USD is left" in mail.text
    purse.spend(1)
    assert sweep() == {"errands": 0, "errands_failed": 0}
    assert purse.funds.holds == {}
    assert purse.balanced()


def test_who_topped_up_meanwhile_is_not_written_to(purse: Purse) -> None:
    purse.spend(2 * DOLLAR + 1).earn(5 * DOLLAR)
    assert sweep()["errands"] == 1
    assert purse.mails() == []
    assert purse.funds.holds == {}


def test_each_new_crossing_writes_again(purse: Purse) -> None:
    for _ in range(2):
        purse.spend(2 * DOLLAR + 1)
        sweep()
        purse.earn(2 * DOLLAR + 1)
    assert [mail.subject for mail in purse.mails()] == [LOW, LOW]


@pytest.mark.parametrize("status", ["suspended", "closed"])
def test_an_account_at_rest_is_not_told_that_its_credit_is_low(purse: Purse, status: str) -> None:
    purse.spend(2 * DOLLAR + 1)
    ledger.set_status(purse.account_id, status)
    sweep()
    assert (purse.mails(), purse.funds.holds) == ([], {})


def test_whoever_is_erased_is_not_written_to(purse: Purse) -> None:
    purse.spend(2 * DOLLAR + 1)
    person = accounts.behind(purse.account_id)
    assert person
    [users] = [row for row in personal_data.ROWS if row.name == "users"]
    users.erase(Subject(person.user_id, person.account_id))
    assert sweep() == {"errands": 1, "errands_failed": 0}
    assert (purse.mails(), purse.funds.holds) == ([], {})


def test_a_mail_that_could_not_be_sent_is_tried_again_ever_later(purse: Purse, clock: Clock) -> None:
    purse.spend(2 * DOLLAR + 1)
    tries = []
    with mock.patch.object(mail, "send", side_effect=ProviderError("ses", "Throttling", permanent=False)):
        for minute in range(120):
            if sweep()["errands_failed"]:
                tries.append(minute)
            clock.advance(timedelta(minutes=1))
    assert tries[0] == 0
    assert 5 <= len(tries) <= 9
    assert tries[-1] - tries[-2] >= 16
    assert LOW_BALANCE in purse.funds.holds
    clock.advance(timedelta(hours=6))
    assert sweep() == {"errands": 1, "errands_failed": 0}
    assert purse.subjects() == {LOW}


def test_a_mail_that_nobody_can_send_is_let_go(purse: Purse) -> None:
    purse.spend(2 * DOLLAR + 1)
    refused = ProviderError("ses", "MessageRejected", permanent=True)
    with mock.patch.object(mail, "send", side_effect=refused):
        assert sweep() == {"errands": 1, "errands_failed": 0}
    assert purse.funds.holds == {}


def test_one_errand_that_fails_stops_no_other(stage: Stage, mailbox: Mailbox) -> None:
    purses = [make(stage, mailbox).earn(2 * DOLLAR).spend(DOLLAR + 1) for _ in range(3)]
    purses.sort(key=lambda purse: purse.account_id)
    send = mail.send

    def fail_for_the_first(to: str, *arguments: object, **values: object) -> None:
        if to == purses[0].email:
            raise RuntimeError("our bug")
        send(to, *arguments, **values)  # type: ignore[arg-type]

    with mock.patch.object(mail, "send", fail_for_the_first):
        assert sweep() == {"errands": 2, "errands_failed": 1}
    assert [purse.subjects() for purse in purses] == [set(), {LOW}, {LOW}]


def test_no_charge_or_refund_waits_behind_mails(purse: Purse, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def note(found: Overdue) -> bool:
        done.append(found.key)
        return False

    kinds = ["M#low-balance", "C#closing", "R#", "A#auto-topup"]
    monkeypatch.setattr(errands, "CARRY", dict.fromkeys(kinds, note))
    ledger.book(purse.account_id, None, errands={key: Errand(number) for number, key in enumerate(kinds)})
    sweep()
    assert done == ["C#closing", "R#", "A#auto-topup", "M#low-balance"]


def test_a_backlog_is_looked_at_by_and_by_the_oldest_first(
    stage: Stage, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holds, "AT_ONCE", 2)
    monkeypatch.setattr(ledger, "SWEEP_SHARDS", 1)
    purses = [make(stage, mailbox) for _ in range(5)]
    for due, purse in enumerate(purses):
        ledger.book(purse.account_id, None, errands={LOW_BALANCE: Errand(due)})
    now = service_clock.epoch_seconds(service_clock.now())
    with intercepted() as requests:
        seen = {found.account_id for found in holds.overdue(now)}
    assert seen == {purse.account_id for purse in purses[:2]}
    assert requests == ["Query", "BatchGetItem"]
    for _ in range(3):
        sweep()
    assert [purse.funds.holds for purse in purses] == [{}] * 5


def test_an_errand_that_came_while_its_like_was_done_is_not_let_go_with_it(
    purse: Purse, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.book(purse.account_id, None, errands={LOW_BALANCE: Errand(1)})

    def replace(found: Overdue) -> bool:
        ledger.book(found.account_id, None, release=found.key)
        ledger.book(found.account_id, None, errands={found.key: Errand(2)})
        return True

    monkeypatch.setattr(errands, "CARRY", {LOW_BALANCE: replace})
    sweep()
    assert purse.funds.holds[LOW_BALANCE]["since"] == 2


def test_of_two_sweeps_at_once_only_one_does_an_errand(purse: Purse) -> None:
    purse.spend(2 * DOLLAR + 1)
    now = service_clock.epoch_seconds(service_clock.now())
    seen_twice = [list(holds.overdue(now)), list(holds.overdue(now))]
    for seen in seen_twice:
        errands.sweep(seen)
    assert len(purse.mails()) == 1


def test_a_sweep_leaves_an_errand_alone_that_another_one_is_just_doing(purse: Purse) -> None:
    purse.spend(2 * DOLLAR + 1)
    seen = list(holds.overdue(service_clock.epoch_seconds(service_clock.now())))
    send, sent = mail.send, []

    def send_while_another_sweeps(to: str, *arguments: object, **values: object) -> None:
        sent.append(to)
        if len(sent) == 1:
            errands.sweep(seen)
        send(to, *arguments, **values)  # type: ignore[arg-type]

    with mock.patch.object(mail, "send", send_while_another_sweeps):
        errands.sweep(seen)
    assert len(purse.mails()) == 1
    assert purse.funds.holds == {}


def test_an_errand_that_we_do_not_know_stays_and_hurts_nobody(
    purse: Purse, caplog: pytest.LogCaptureFixture
) -> None:
    purse.spend(2 * DOLLAR + 1)
    ledger.book(purse.account_id, None, errands={"M#of-another-version": Errand(0)})
    assert sweep()["errands_failed"] == 0
    assert set(purse.funds.holds) == {"M#of-another-version"}
    assert purse.subjects() == {LOW}
    assert any(getattr(record, "alarm", "") == "errand-unknown" for record in caplog.records)


def test_an_errand_older_than_a_day_raises_an_alarm(
    purse: Purse, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    purse.spend(2 * DOLLAR + 1)
    clock.advance(timedelta(days=1, seconds=1))
    sweep()
    assert purse.subjects() == {LOW}
    assert any(getattr(record, "alarm", "") == "errand-stale" for record in caplog.records)


def test_calls_are_not_errands(purse: Purse, clock: Clock) -> None:
    key = f"{CALL}01M7ZQFFHYS9X1VVYVYNJNY25R"
    holds.reserve(purse.account_id, key, Hold(DOLLAR, 0, {}))
    assert sweep() == {"errands": 0, "errands_failed": 0}
    assert key in purse.funds.holds


def test_an_idle_minute_costs_one_query_a_shard(purse: Purse, clock: Clock) -> None:
    import app
    from tests.harness.lambda_door import Context

    later = service_clock.epoch_seconds(service_clock.now()) + 3600
    holds.reserve(purse.account_id, "R#later#pi", Hold(DOLLAR, later, {}))
    with intercepted() as requests:
        app.sweep(
            dict.fromkeys(
                ("version", "id", "source", "account", "time", "region", "resources", "detail-type", "detail")
            ),
            Context(),
        )
    assert requests == ["Query"] * ledger.SWEEP_SHARDS


def test_letting_an_errand_go_starts_no_day(purse: Purse) -> None:
    purse.spend(2 * DOLLAR + 1)
    sweep()
    assert (purse.funds.day, purse.funds.day_spent_micros) == (None, 0)
    placed = holds.place(purse.account_id, CALL + "x", lambda spendable: Hold(spendable, 0, {}), limit=2)
    assert placed.amount_micros == purse.funds.held_micros == DOLLAR - 1


def test_a_kill_anywhere_loses_no_mail_and_sends_few(stage: Stage, mailbox: Mailbox, clock: Clock) -> None:
    def low() -> Case:
        purse = make(stage, mailbox).earn(2 * DOLLAR).spend(DOLLAR + 1)

        def act() -> None:
            purse.pass_minutes(clock)

        def outcome() -> object:
            assert len(purse.mails()) <= 2
            return purse.subjects(), dict(purse.funds.holds), purse.entries(), purse.balanced()

        return Case(act, outcome)

    assert "SendEmail" in survive(low)


def test_a_kill_in_the_movement_itself_leaves_both_or_neither(purse: Purse) -> None:
    def die(_: int, name: str) -> None:
        if name == "TransactWriteItems":
            raise Killed

    with pytest.raises(Killed), intercepted(before=die):
        purse.spend(2 * DOLLAR + 1)
    assert purse.funds.holds == {}
    with pytest.raises(Killed), intercepted(after=die):
        purse.spend(2 * DOLLAR + 1)
    assert set(purse.funds.holds) == {LOW_BALANCE}
    assert purse.balanced()
