"""The nightly check of the books: what it finds, and what it does not take for a fault."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto.dynamodb.models import table

from chalicelib.core import ids
from chalicelib.money import books, holds, ledger
from chalicelib.money.holds import Hold
from chalicelib.money.ledger import Errand, Movement
from tests.harness.environment import ENVIRONMENT
from tests.harness.heard import hearing, metrics_in
from tests.harness.killpoints import intercepted
from tests.harness.stage import Stage

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TABLE = ENVIRONMENT["TABLE_PREFIX"] + "balances"


@pytest.fixture
def dynamodb(stage: Stage) -> Any:
    return boto3.client("dynamodb")


def account(*amounts_micros: int) -> str:
    """An account with these movements."""
    made = ids.new("acc", NOW)
    for number, amount in enumerate(amounts_micros):
        moment = NOW + timedelta(seconds=number)
        ledger.book(made, Movement("topup", f"pi_{number}", moment, amount))
    return made


def change(dynamodb: Any, account_id: str, sk: str, name: str, value: dict[str, str]) -> None:
    """What no code of ours does."""
    dynamodb.update_item(
        TableName=TABLE,
        Key={"account_id": {"S": account_id}, "sk": {"S": sk}},
        UpdateExpression="SET #name = :value",
        ExpressionAttributeNames={"#name": name},
        ExpressionAttributeValues={":value": value},
    )


def test_books_that_add_up_are_quiet(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    account(10_000_000, -24_000)
    held = account(5_000_000)
    holds.reserve(held, "R#re_1#pi_0", Hold(2_000_000, 1, {}))
    ledger.book(held, None, errands={"M#receipt#pi_0": Errand(1)})
    account()
    assert books.check() == {"accounts": 2, "entries": 3, "drifted": 0, "unsure": 0}
    assert metrics_in(capsys.readouterr().out) == {"BooksDrift": 0}


def test_an_empty_table_is_quiet(stage: Stage) -> None:
    assert books.check() == {"accounts": 0, "entries": 0, "drifted": 0, "unsure": 0}


@pytest.mark.parametrize("balance_micros", [9_999_999, 10_000_001])
def test_a_balance_that_drifted_by_one_micro_is_found(
    dynamodb: Any, balance_micros: int, capsys: pytest.CaptureFixture[str]
) -> None:
    account(10_000_000)
    wrong = account(10_000_000)
    change(dynamodb, wrong, "BAL", "available_micros", {"N": str(balance_micros)})
    with hearing() as alarms:
        assert books.check()["drifted"] == 1
    assert metrics_in(capsys.readouterr().out) == {"BooksDrift": 1}
    assert alarms.names == ["books-drift"]
    facts = vars(alarms.records[0])
    assert (facts["account"], facts["drift_micros"]) == (wrong, balance_micros - 10_000_000)


def test_an_entry_that_was_lost_is_found(dynamodb: Any) -> None:
    wrong = account(10_000_000, 5_000_000)
    [entry, _] = ledger.entries(wrong, 10)
    dynamodb.delete_item(TableName=TABLE, Key={"account_id": {"S": wrong}, "sk": {"S": entry.sk}})
    assert [sums.drift_micros for sums in books.compare().drifted] == [5_000_000]


def test_a_balance_that_was_lost_is_found_even_when_its_entries_add_up_to_nothing(dynamodb: Any) -> None:
    wrong = account(10_000_000, -10_000_000)
    dynamodb.delete_item(TableName=TABLE, Key={"account_id": {"S": wrong}, "sk": {"S": "BAL"}})
    assert [sums.account_id for sums in books.compare().drifted] == [wrong]


def test_a_hold_that_vanished_is_found(dynamodb: Any) -> None:
    wrong = account(10_000_000)
    holds.reserve(wrong, "R#re_1#pi_0", Hold(2_000_000, 1, {}))
    dynamodb.update_item(
        TableName=TABLE,
        Key={"account_id": {"S": wrong}, "sk": {"S": "BAL"}},
        UpdateExpression="SET holds = :none",
        ExpressionAttributeValues={":none": {"M": {}}},
    )
    assert [sums.drift_micros for sums in books.compare().drifted] == [-2_000_000]


def test_an_entry_in_another_currency_is_found(dynamodb: Any) -> None:
    wrong = account(10_000_000)
    [entry] = ledger.entries(wrong, 10)
    change(dynamodb, wrong, entry.sk, "currency", {"S": "EUR"})
    assert books.check()["drifted"] == 1


def test_what_moved_while_its_page_was_read_is_looked_at_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy, stream, pages = account(10_000_000), books._stream, []

    def torn() -> Any:
        [balance, _entry] = stream()
        yield balance
        ledger.book(busy, Movement("call", "call_1", NOW + timedelta(hours=1), -24_000))
        [*after] = stream()
        pages.append([balance, *after[1:]])
        yield from after[1:]

    monkeypatch.setattr(books, "_stream", torn)
    assert books.compare() == books.Report(accounts=1, entries=2, drifted=[], unsure=[])
    assert books._add_up(busy, pages[0]).drift_micros == 24_000


def test_an_account_that_never_stands_still_is_said_to_be_unsure(
    dynamodb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    restless = account(10_000_000)
    change(dynamodb, restless, "BAL", "available_micros", {"N": "1"})
    one, number = books._one, iter(range(1_000))

    def moving(account_id: str) -> Any:
        ledger.book(account_id, Movement("call", f"call_{next(number)}", NOW, -1))
        return one(account_id)

    monkeypatch.setattr(books, "_one", moving)
    report = books.compare()
    assert (report.unsure, report.drifted) == ([restless], [])


def test_pages_are_followed_to_the_end_and_fragments_of_an_account_put_together(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        account(1_000_000, 2_000_000, 3_000_000)
    monkeypatch.setattr(table, "RESULT_SIZE_LIMIT", 400)
    with intercepted() as asked:
        books.compare()
    assert asked.count("Scan") > 3
    assert books.check() == {"accounts": 3, "entries": 9, "drifted": 0, "unsure": 0}


def test_what_a_night_has_no_time_for_is_checked_in_the_next(
    stage: Stage, dynamodb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A night may even end within an account: its books are whole all the same."""
    for _ in range(2):
        account(1_000_000, 2_000_000)
    wrong = account(10_000_000)
    change(dynamodb, wrong, "BAL", "available_micros", {"N": "1"})
    monkeypatch.setattr(books, "SECONDS", 0)
    nights = [books.check() for _ in range(8 + 1)]
    assert all(night["accounts"] <= 1 for night in nights)
    assert [sum(night[what] for night in nights) for what in ("drifted", "unsure")] == [2, 0]
    monkeypatch.setattr(books, "SECONDS", 150)
    assert books.check()["accounts"] == 3


def test_the_table_may_be_of_any_size_in_the_same_memory(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def long_stream() -> Any:
        for account_number in range(20):
            account_id = {"S": f"acc_{account_number}"}
            balance = {"available_micros": {"N": "2500"}, "holds": {"M": {}}}
            yield {"account_id": account_id, "sk": {"S": "BAL"}, "currency": {"S": "USD"}, **balance}
            for number in range(2_500):
                entry = {"sk": {"S": f"ENTRY#{number}"}, "amount_micros": {"N": "1"}}
                yield {"account_id": account_id, "currency": {"S": "USD"}, **entry}

    monkeypatch.setattr(books, "_stream", long_stream)
    tracemalloc.start()
    try:
        assert books.compare() == books.Report(accounts=20, entries=50_000, drifted=[], unsure=[])
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()
