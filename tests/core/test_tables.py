"""Tables: one connection for all models, integers only, and refusals by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from botocore.awsrequest import AWSResponse, HTTPHeaders
from botocore.exceptions import ReadTimeoutError
from pynamodb.exceptions import TransactWriteError

from chalicelib.calling.models import CallRecord
from chalicelib.core import clock as core_clock
from chalicelib.core import tables
from chalicelib.core.errors import Busy
from chalicelib.core.tables import ConditionFailed, IntegerAttribute, Item, Transaction
from chalicelib.identity.models import Session
from chalicelib.money.models import BALANCE, Balance, Entry, Order, Payment
from tests.conftest import Clock
from tests.harness.killpoints import intercepted, refusal, refusing
from tests.harness.stage import Stage

ACCOUNT = "acc_01"
REAL_PAUSE = tables.pause
VERSION = Balance.version.set(7)


@pytest.fixture(autouse=True)
def pauses() -> Iterator[mock.Mock]:
    """How often a write waited for another; nobody does in a test."""
    with mock.patch.object(tables, "pause") as pause:
        yield pause


@pytest.fixture
def balance(stage: Stage) -> Balance:
    made = Balance(ACCOUNT, BALANCE, available_micros=5, currency="USD", holds={}, status="open", version=1)
    made.save()
    return made


def entry(key: str = "ENTRY#1") -> Entry:
    return Entry(
        ACCOUNT,
        key,
        kind="topup",
        cause="pi_1",
        amount_micros=5,
        balance_after_micros=5,
        currency="USD",
        at="now",
    )


def raise_version() -> None:
    Balance(ACCOUNT, BALANCE).update(actions=[VERSION])


def version() -> int:
    return Balance.get(ACCOUNT, BALANCE, consistent_read=True).version


def test_all_models_share_one_connection_and_one_client(stage: Stage) -> None:
    """It rests on private attributes of PynamoDB: where they moved, each model would open its own."""
    models: list[type[Item]] = [Balance, Entry, Order, Payment, CallRecord, Session]
    for model in models:
        model.exists()
        assert model._get_connection().connection is tables.connection(), model
    clients = {id(model._get_connection().connection.client) for model in models}
    assert clients == {id(tables.connection().client)}
    tables_known = {model._get_connection().table_name for model in models}
    assert tables_known == {tables.name(table) for table in ("balances", "payments", "cdrs", "sessions")}


def test_a_hung_aws_is_given_up_before_the_carrier_gives_up() -> None:
    config: Any = tables.connection().client.meta.config
    attempts = config.retries["total_max_attempts"]
    assert attempts * (config.connect_timeout + config.read_timeout) < 15


@pytest.mark.parametrize("value", [1.0, "1", True, None, 10**39 * 1.0])
def test_only_an_int_is_an_integer(value: object) -> None:
    with pytest.raises(TypeError):
        IntegerAttribute().serialize(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [0, -1, 10**12, -(10**15), 10**37])
def test_an_integer_comes_back_as_it_went(balance: Balance, value: int) -> None:
    balance.available_micros = value
    balance.holds["call"] = {"amount": value, "rate": [value, "x"]}
    balance.save()
    read = Balance.get(ACCOUNT, BALANCE)
    assert read.available_micros == value
    assert type(read.available_micros) is int
    held = read.holds.as_dict()["call"]
    assert held == {"amount": value, "rate": [value, "x"]}
    assert type(held["amount"]) is int


def test_an_item_past_its_time_is_expired_though_the_table_still_has_it(clock: Clock) -> None:
    now = core_clock.epoch_seconds(core_clock.now())
    session = Session("SESSION#x", user_id="usr_1", session_id="ses_1", created_at="x", expires_at=now + 60)
    assert not session.expired()
    clock.advance(timedelta(seconds=61))
    assert session.expired()
    assert not Balance(ACCOUNT, BALANCE).expired()


def test_a_condition_that_does_not_hold_is_told_at_once_and_never_tried_again(
    balance: Balance, pauses: mock.Mock
) -> None:
    with intercepted() as requests, pytest.raises(ConditionFailed):
        tables.write(lambda: balance.update(actions=[VERSION], condition=Balance.version == 99))
    assert requests == ["UpdateItem"]
    assert not pauses.called
    assert version() == 1


def test_a_refused_transaction_names_each_write_that_refused(balance: Balance) -> None:
    """Whatever the order of our writes: PynamoDB sends checks, deletes, puts, updates, and AWS answers so."""
    entry().save()
    wrong = Balance.version == 99
    for refused in ({"check"}, {"delete"}, {"put"}, {"update"}, {"delete", "update"}, {"check", "put"}):
        transaction = Transaction()
        order = Order("ORDER#1")
        transaction.update(
            "update", balance, [VERSION], wrong if "update" in refused else Balance.version == 1
        )
        key = "ENTRY#1" if "put" in refused else "ENTRY#2"
        transaction.put("put", entry(key), Entry.sk.does_not_exist())
        transaction.delete("delete", order, Order.id.exists() if "delete" in refused else None)
        elsewhere = Payment("PI#1")
        transaction.check(
            "check", elsewhere, Payment.id.exists() if "check" in refused else Payment.id.does_not_exist()
        )
        with intercepted() as requests, pytest.raises(ConditionFailed) as told:
            transaction.commit()
        assert told.value.names == refused
        assert requests == ["TransactWriteItems"]
        assert version() == 1


@pytest.mark.parametrize("code", sorted(tables.CONFLICT))
def test_a_write_that_meets_another_is_tried_again(balance: Balance, pauses: mock.Mock, code: str) -> None:
    with intercepted(refusing("UpdateItem", refusal(code), 3)) as requests:
        tables.write(raise_version)
    assert requests == ["UpdateItem"] * 4
    assert [call.args for call in pauses.call_args_list] == [(0,), (1,), (2,)]
    assert version() == 7


@pytest.mark.parametrize(
    ("reasons", "names"),
    [
        ((None, "TransactionConflict"), None),
        (("ThrottlingError", None), None),
        (("ProvisionedThroughputExceeded", "TransactionConflict"), None),
        (("ConditionalCheckFailed", "TransactionConflict"), {"put"}),
        (("TransactionConflict", "ConditionalCheckFailed"), {"update"}),
    ],
)
def test_a_transaction_tells_a_rival_from_a_refusal(
    balance: Balance, reasons: tuple[str | None, ...], names: set[str] | None
) -> None:
    transaction = Transaction()
    transaction.update("update", balance, [VERSION])
    transaction.put("put", entry())
    cancelled = refusal("TransactionCanceledException", *reasons)
    with intercepted(refusing("TransactWriteItems", cancelled, 1)) as requests:
        if names is None:
            transaction.commit()
        else:
            with pytest.raises(ConditionFailed) as told:
                transaction.commit()
            assert told.value.names == names
    assert len(requests) == (2 if names is None else 1)
    assert version() == (7 if names is None else 1)


@pytest.mark.parametrize("reason", ["ValidationError", "ItemCollectionSizeLimitExceeded", None])
def test_a_transaction_that_is_our_bug_is_not_tried_again(balance: Balance, reason: str | None) -> None:
    transaction = Transaction()
    transaction.put("put", entry())
    cancelled = refusal("TransactionCanceledException", reason)
    with (
        intercepted(refusing("TransactWriteItems", cancelled, 99)) as requests,
        pytest.raises(TransactWriteError),
    ):
        transaction.commit()
    assert len(requests) == 1


def test_endless_rivals_end_in_busy(balance: Balance) -> None:
    transaction = Transaction()
    transaction.put("put", entry())
    cancelled = refusal("TransactionCanceledException", "TransactionConflict")
    cases: list[tuple[str, Exception, Callable[[], None]]] = [
        ("UpdateItem", refusal("TransactionConflictException"), lambda: tables.write(raise_version)),
        ("TransactWriteItems", cancelled, transaction.commit),
    ]
    for operation, error, act in cases:
        with intercepted(refusing(operation, error, 99)) as requests, pytest.raises(Busy) as told:
            act()
        assert len(requests) == tables.TRIES
        assert (told.value.status, told.value.retry_after_seconds) == (503, 1)


@pytest.mark.parametrize("code", ["ThrottlingException", "ProvisionedThroughputExceededException"])
def test_throttling_is_tried_again_in_one_layer_only(balance: Balance, code: str) -> None:
    """botocore tries three times, with pauses; eight times as often would be a storm of 24 for one write."""
    sent: list[str] = []

    def throttle(**_: Any) -> Any:
        sent.append("throttled")
        body = f'{{"__type": "com.amazonaws.dynamodb.v20120810#{code}"}}'.encode()
        raw = mock.Mock(stream=lambda **_: iter([body]))
        return AWSResponse("https://dynamodb", 400, HTTPHeaders(), raw)

    transaction = Transaction()
    transaction.put("put", entry())
    events = tables.connection().client.meta.events
    events.register_first("before-send.dynamodb", throttle)
    try:
        acts: list[Callable[[], None]] = [lambda: tables.write(raise_version), transaction.commit]
        for act in acts:
            sent.clear()
            with mock.patch("time.sleep"), pytest.raises(Busy):
                act()
            assert len(sent) == 3
    finally:
        events.unregister("before-send.dynamodb", throttle)


def test_a_write_that_aws_does_not_answer_ends_in_busy(balance: Balance) -> None:
    transaction = Transaction()
    transaction.put("put", entry())
    silence = ReadTimeoutError(endpoint_url="https://dynamodb")
    cases: list[tuple[str, Callable[[], None]]] = [
        ("UpdateItem", lambda: tables.write(raise_version)),
        ("TransactWriteItems", transaction.commit),
    ]
    for operation, act in cases:
        with intercepted(refusing(operation, silence, 1)), pytest.raises(Busy):
            act()


def test_an_error_of_ours_is_no_passing_one() -> None:
    assert tables.passing(refusal("ThrottlingException"))
    assert tables.passing(ReadTimeoutError(endpoint_url="https://dynamodb"))
    assert not tables.passing(refusal("ValidationException"))
    assert not tables.passing(refusal("AccessDeniedException"))
    assert not tables.passing(KeyError("x"))


def test_a_pause_grows_and_stays_short() -> None:
    with mock.patch("random.uniform", lambda _, longest: longest), mock.patch("time.sleep") as sleep:
        for attempt in range(tables.TRIES):
            REAL_PAUSE(attempt)
    slept = [call.args[0] for call in sleep.call_args_list]
    assert slept == sorted(slept)
    assert sum(slept) < 2, "eight tries fit well behind the carrier's fifteen seconds"
