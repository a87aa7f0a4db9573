"""An operator's commands: what they say, and how they end."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from chalicelib.core import ids
from chalicelib.core.errors import ProviderError
from chalicelib.money import holds, ledger, reconciler
from chalicelib.money.holds import Hold
from chalicelib.money.ledger import Errand, Movement
from chalicelib.money.models import Balance
from infra.money import main
from infra.stages import ROOT
from tests.harness.browser import Browser
from tests.harness.environment import ENVIRONMENT
from tests.harness.killpoints import intercepted
from tests.harness.stage import Stage

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LONDON = "+442079460958"


@pytest.fixture
def account_id(stage: Stage) -> str:
    made = ids.new("acc", NOW)
    ledger.book(made, Movement("topup", "pi_1", NOW, 10_000_000))
    ledger.book(made, Movement("call", "call_1", NOW + timedelta(hours=1), -24_500))
    return made


def drift(account_id: str) -> None:
    boto3.client("dynamodb").update_item(
        TableName=f"{ENVIRONMENT['TABLE_PREFIX']}balances",
        Key={"account_id": {"S": account_id}, "sk": {"S": "BAL"}},
        UpdateExpression="SET available_micros = available_micros + :one",
        ExpressionAttributeValues={":one": {"N": "1000000"}},
    )


def test_a_statement_has_every_entry_with_a_running_balance(
    account_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    holds.reserve(account_id, "R#ref_1#pi_1", Hold(500_000, 1_795_000_000, {"to": LONDON}))
    ledger.book(account_id, None, errands={"M#low-balance": Errand(1_795_000_000)})
    ledger.change(account_id, [Balance.frozen.add({"du_1"})])
    assert main(["explain", account_id]) == 0
    first, _, topup, call, *rest = capsys.readouterr().out.splitlines()
    assert first == f"{account_id}: frozen, in USD"
    assert topup.split()[1:] == ["topup", "10", "10", "pi_1"]
    assert call.split()[1:] == ["call", "-0.0245", "9.9755", "call_1"]
    assert rest[0] == "Free 9.4755, held 0.5."
    assert sorted(rest[1:3]) == [
        "Held: R#ref_1#pi_1 0.5, to be looked at by 2026-11-18T11:06:40Z",
        "To do: M#low-balance from 2026-11-18T11:06:40Z on",
    ]
    assert rest[3:] == ["Frozen by du_1.", "The entries add up to what is free and held."]


def test_a_statement_follows_the_order_of_booking_not_of_causes(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    made = ids.new("acc", NOW)
    for cause, minutes, amount in (("pi_1", 30, 100), ("re_1", 10, -70), ("pi_2", 20, 50), ("re_2", 0, -80)):
        ledger.book(made, Movement("any", cause, NOW + timedelta(minutes=minutes), amount * 1_000_000))
    assert main(["explain", made]) == 0
    entries = [line.split() for line in capsys.readouterr().out.splitlines() if " any " in line]
    assert [(entry[4], entry[3]) for entry in entries] == [
        ("pi_1", "100"),
        ("re_1", "30"),
        ("pi_2", "80"),
        ("re_2", "0"),
    ]


def test_a_statement_shows_ids_and_no_number(browser: Browser, capsys: pytest.CaptureFixture[str]) -> None:
    caller = browser.sign_up().top_up()
    account_id = caller.account_id
    caller.call(LONDON, 60)
    caller.call(LONDON, 60, "lose_completed")
    capsys.readouterr()
    assert main(["explain", account_id]) == 0
    said = capsys.readouterr().out
    assert "call_" in said
    assert LONDON[1:] not in said
    assert "example.org" not in said


def test_a_statement_that_does_not_add_up_ends_with_1(
    account_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    drift(account_id)
    assert main(["explain", account_id]) == 1
    assert "add up to 9.9755, free and held to 10.9755" in capsys.readouterr().err


@pytest.mark.parametrize("unknown", ["acc_01J8ZS6T3V5W7X9Y1Z3A5B7C9D", "ada@example.org", "user_1", ""])
def test_an_account_without_books_is_said_to_be_none(
    stage: Stage, unknown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (
        ["explain", unknown],
        ["refund", unknown],
        ["thaw", unknown, "du_1"],
        ["adjust", unknown, "1", "a-1", "2026-11-20"],
    ):
        assert main(command) == 1
        assert capsys.readouterr().err == f"There are no books of {unknown}.\n"


def test_the_suspense_account_can_be_explained(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    ledger.book(ledger.SUSPENSE, Movement("topup", "pi_stray", NOW, 5_000_000))
    assert main(["explain", "suspense"]) == 0
    assert "pi_stray" in capsys.readouterr().out


def test_a_check_says_what_it_looked_at(account_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "Looked at 1 accounts with 2 entries.\nNo account drifted.\n"


def test_a_check_that_finds_a_drift_names_the_account_and_ends_with_1(
    account_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    drift(account_id)
    assert main(["check"]) == 1
    said = capsys.readouterr()
    assert f"{account_id}: the balance is 10.9755, its 2 entries add up to 9.9755." in said.out
    assert said.err == "1 accounts drifted.\n"


def test_a_payment_whose_webhooks_were_lost_is_booked_by_hand(
    browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    caller = browser.sign_up()
    order = caller.post("/api/topups", {"amount_micros": 10_000_000}).json
    caller.stage.payments.pay(order["checkout_id"], "succeeded")
    assert caller.available_micros() == 0
    capsys.readouterr()
    assert main(["reconcile"]) == 0
    assert "1 sessions" in next(
        line for line in capsys.readouterr().out.splitlines() if line.startswith("News: ")
    )
    assert caller.available_micros() == 10_000_000


def test_a_reconciliation_that_could_not_book_all_ends_with_1(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reconciler, "reconcile", lambda _now: {"sessions": 1, "failed": 2})
    assert main(["reconcile"]) == 1
    assert "could not be booked" in capsys.readouterr().err


def test_a_stripe_that_does_not_answer_ends_with_1_and_says_so(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def silent(_now: datetime) -> dict[str, int]:
        raise ProviderError("stripe", "timeout", permanent=False)

    monkeypatch.setattr(reconciler, "reconcile", silent)
    assert main(["reconcile"]) == 1
    assert capsys.readouterr().err == "stripe did not do it (timeout); nothing was lost, try again.\n"


def test_unused_credit_goes_back(browser: Browser, capsys: pytest.CaptureFixture[str]) -> None:
    caller = browser.sign_up().top_up(10_000_000)
    account_id = caller.account_id
    capsys.readouterr()
    assert main(["refund", account_id]) == 0
    assert "10 USD goes back" in capsys.readouterr().out
    caller.stage.settle_payments()
    assert ledger.funds(account_id).total_micros == 0
    assert main(["refund", account_id]) == 1, "there is nothing left"


def test_an_account_is_thawed_from_one_dispute_at_a_time(
    account_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger.change(account_id, [Balance.frozen.add({"du_1", "du_2"})])
    assert main(["thaw", account_id, "du_1"]) == 0
    assert capsys.readouterr().out == f"{account_id} is frozen, still frozen by du_2.\n"
    assert main(["thaw", account_id, "du_2"]) == 0
    assert capsys.readouterr().out == f"{account_id} is open.\n"
    assert main(["thaw", account_id, "du_2"]) == 1
    assert "not frozen by du_2" in capsys.readouterr().err


def test_what_was_paid_out_by_hand_is_booked_once_for_its_cause(
    account_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["adjust", account_id, "-9.50", "payout-17", "2026-11-20"]
    assert main(command) == 0
    assert f"{account_id} has 0.4755 USD free." in capsys.readouterr().out
    assert main(command) == 0
    assert "-9.5 was booked before for payout-17" in capsys.readouterr().out
    assert main(["adjust", account_id, "1.000001", "payout-17", "2026-11-21"]) == 0
    found = [(entry.kind, entry.cause, entry.amount_micros) for entry in ledger.entries(account_id, 9)]
    assert found.count(("adjustment", "payout-17", -9_500_000)) == 1
    assert ledger.funds(account_id).available_micros == 475_500 + 1_000_001
    assert main(["check"]) == 0


def test_a_payment_goes_from_suspense_to_whose_it_is(account_id: str) -> None:
    ledger.book(ledger.SUSPENSE, Movement("topup", "pi_stray", NOW, 5_000_000))
    assert main(["adjust", "suspense", "-5", "move-1", "2026-11-20"]) == 0
    assert main(["adjust", account_id, "5", "move-1", "2026-11-20"]) == 0
    assert ledger.funds(ledger.SUSPENSE).total_micros == 0
    assert ledger.funds(account_id).available_micros == 14_975_500


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("-9.98 payout-17 2026-11-20", "9.9755 USD free"),
        *((f"{amount} a-17 2026-11-20", "no amount") for amount in ("0", "1.0000001", "ten", "NaN", "1e99")),
        *((f"1 {cause} 2026-11-20", "A cause is") for cause in ("ab", "Ada#Lovelace", "ada@example.org")),
        ("1 payout-17 20.11.2026", "no day"),
        ("1 payout-17 9999-01-01", "still to come"),
    ],
)
def test_an_adjustment_that_makes_no_sense_is_not_booked(
    account_id: str, told: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["adjust", account_id, *told.split()]) == 1
    assert said in capsys.readouterr().err
    assert ledger.funds(account_id).available_micros == 9_975_500


def test_an_adjustment_never_books_on_what_has_changed_meanwhile(
    account_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def spend(_: int, name: str) -> None:
        if name == "TransactWriteItems" and ledger.funds(account_id).available_micros > 9_000_000:
            ledger.change(account_id, [Balance.available_micros.set(9_000_000)])

    with intercepted(before=spend):
        assert main(["adjust", account_id, "-9.5", "payout-17", "2026-11-20"]) == 1
    assert "changed just now" in capsys.readouterr().err
    assert ledger.funds(account_id).available_micros == 9_000_000


def test_a_wrong_command_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    for wrong in ([], ["explain"], ["give"], ["thaw", "acc_1"]):
        with pytest.raises(SystemExit) as ended:
            main(wrong)
        assert ended.value.code == 2


def test_an_environment_that_is_not_set_up_ends_with_2_and_a_sentence() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "infra.money", "check"],
        env={"PATH": ""},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == "STAGE must be the name of the stage; it is missing.\n"
