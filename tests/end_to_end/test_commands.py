"""Every command of an operator's, in a process of its own against a running service, does what it says.

tests/house/test_commands.py holds this list whole.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.local.embedded_aws import REGION
from infra.local.laptop import ROOT
from infra.local.visitor import Visitor, wait_for
from tests.end_to_end.house import House
from tests.end_to_end.operating import Operator

REQUESTS = "/api/privacy/requests"
BY = ("--by", "operations")
LINK = re.compile(r"http://127\.0\.0\.1:\d+(/api/privacy/certificates/[\w-]+)")


@pytest.fixture
def operator(house: House) -> Operator:
    return Operator(house.port, house.folder)


@pytest.fixture
def who(house: House) -> Visitor:
    return house.newcomer()


def account_of(who: Visitor) -> str:
    return str(who.get("/api/me").json()["account_id"])


def subjects(who: Visitor) -> list[str]:
    return [mail["subject"] for mail in who.mails()]


def ask_for(who: Visitor, type: str) -> str:
    answer = who.post(REQUESTS, {"type": type})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_the_books_are_checked_and_explained(operator: Operator, who: Visitor) -> None:
    paid = who.top_up(5_000_000)
    assert "No account drifted." in operator.operate("check")
    told = operator.operate("explain", account_of(who))
    assert paid["payment_intent"] in told
    assert "Free 5, held 0." in told


def test_a_payment_that_no_webhook_told_is_reconciled(operator: Operator, who: Visitor) -> None:
    lost = {"service": "payments", "operation": "webhooks", "kind": "drop", "count": 100}
    who.post("/dev/faults", lost).raise_for_status()
    order = who.post("/api/topups", {"amount_micros": 5_000_000}).json()
    who.post(f"/dev/payments/{order['checkout_id']}/pay").raise_for_status()
    assert "1 sessions" in operator.operate("reconcile")
    who.http.delete("/dev/faults").raise_for_status()
    assert who.available_micros() == 5_000_000


def test_unused_credit_goes_back(operator: Operator, who: Visitor) -> None:
    who.top_up(5_000_000)
    assert "5 USD goes back" in operator.operate("refund", account_of(who))
    assert who.available_micros() == 0
    wait_for(lambda: who.get("/api/ledger").json()["items"], lambda items: len(items) == 2)


def test_what_was_paid_out_by_hand_is_booked(operator: Operator, who: Visitor) -> None:
    who.top_up(5_000_000)
    told = operator.operate("adjust", account_of(who), "-1.50", "payout-17", "2026-01-02")
    assert "-1.5 USD booked for payout-17" in told


def test_an_account_that_a_dispute_froze_is_thawed(operator: Operator, who: Visitor) -> None:
    intent = who.top_up(5_000_000)["payment_intent"]
    disputed = {"amount_micros": 5_000_000, "outcome": "lost"}
    who.post(f"/dev/payments/{intent}/dispute", disputed).raise_for_status()
    wait_for(who.balance, lambda balance: balance["status"] == "frozen")
    [dispute] = re.findall(r"Frozen by (\w+)\.", operator.operate("explain", account_of(who)))
    assert "is open" in operator.operate("thaw", account_of(who), dispute)
    assert who.balance()["status"] == "open"


def test_a_hold_is_set_narrowed_listed_and_released(operator: Operator, who: Visitor) -> None:
    account = account_of(who)
    told = operator.operate("holds", "set", account, "--case", "2026/17", *BY)
    hold = told.split()[0]
    operator.operate("holds", "narrow", account, hold, "--category", "call_record", *BY)
    assert "for the case 2026/17: call_record" in operator.operate("holds", "list", account)
    operator.operate("holds", "release", account, hold, *BY)
    assert operator.operate("holds", "list", account) == ""
    chain = operator.operate("audit", account)
    assert [what in chain for what in ("hold set", "hold narrowed", "hold released")] == [True] * 3
    assert "operator:operations" in chain
    assert "The chain is whole." in chain


def test_a_request_is_listed_shown_extended_and_fulfilled(operator: Operator, who: Visitor) -> None:
    account, id = account_of(who), ask_for(who, "correction")
    assert f"{id} of {account}: correction is verified" in operator.operate("requests", "list")
    assert "acknowledged" in operator.operate("requests", "show", account, id)
    told = operator.operate("requests", "extend", account, id, "--reason", "Much to look at.", *BY)
    assert ", extended" in told
    assert "is fulfilled" in operator.operate("requests", "fulfil", account, id, *BY)
    assert who.get(f"{REQUESTS}/{id}").json()["state"] == "fulfilled"
    wait_for(lambda: subjects(who), lambda found: found[0].startswith("Our answer to your request"))


def test_a_request_is_denied_with_its_reason(operator: Operator, who: Visitor) -> None:
    account, id = account_of(who), ask_for(who, "correction")
    operator.operate("requests", "deny", account, id, "--reason", "It is right as it stands.", *BY)
    told = who.get(f"{REQUESTS}/{id}").json()
    assert (told["state"], told["reason"]) == ("denied", "It is right as it stands.")


def test_a_letter_is_registered(operator: Operator, who: Visitor) -> None:
    told = operator.operate("requests", "receive", account_of(who), "correction", *BY)
    [request] = who.get(REQUESTS).json()["items"]
    assert (request["type"], request["state"], request["id"] in told) == ("correction", "verifying", True)


def test_a_suspected_child_is_erased_without_a_grace(operator: Operator, who: Visitor) -> None:
    assert "deletion is" in operator.operate("requests", "suspected-child", account_of(who), *BY)
    wait_for(lambda: who.get("/api/me").status_code, (401).__eq__)
    wait_for(lambda: subjects(who)[0], lambda subject: subject.endswith("is deleted"))


def test_an_address_gets_mail_again_that_sent_one_back(operator: Operator, who: Visitor) -> None:
    again = ("mail-again", account_of(who), *BY)
    who.post("/dev/mailbox", {"to": who.email, "outcome": "bounce"}).raise_for_status()
    told = wait_for(
        lambda: operator.give("infra.operate", "--stage", "local", *again), lambda told: not told.returncode
    )
    assert "what kept it away: bounce" in told.stdout
    assert "Nothing keeps mail away" in operator.operate("mail-again", *again[1:], ends_with=1)
    assert "mail allowed again" in operator.operate("audit", again[1])


def test_who_was_erased_is_erased_again_after_a_restore(
    operator: Operator, who: Visitor, house: House, tmp_path: Path
) -> None:
    users = Users(house)
    kept = [
        item for item in users.all() if item.get("user_id") == {"S": who.get("/api/me").json()["user_id"]}
    ]
    assert kept
    answer = who.post(REQUESTS, {"type": "deletion", "waive_grace": True}).json()
    [mail] = wait_for(lambda: [mail for mail in who.mails() if mail["subject"].endswith("is deleted")], bool)
    for item in kept:
        users.put(item)
    day = who.get("/dev/clock").json()["now"][:10]
    assert f"{answer['id']}: erased" in operator.operate("replay-deletions", "--since", day, *BY)
    assert not [item for item in users.all() if item in kept]
    check_certificate(operator, who, mail["text"], tmp_path)


def check_certificate(operator: Operator, who: Visitor, text: str, folder: Path) -> None:
    """The one whose link a last mail has, by the key that the stage prints."""
    [path] = LINK.findall(text)
    certificate, key = folder / "certificate.json", folder / "key.pem"
    certificate.write_text(who.get(path).text)
    key.write_text(operator.certificate("key", "--stage", "local"))
    assert "The signature is right" in operator.certificate("verify", str(certificate), "--key", str(key))


def test_a_policy_holds_and_the_next_is_announced(operator: Operator, who: Visitor, tmp_path: Path) -> None:
    holds = who.get("/api/privacy/policy").json()["version"]
    assert f"Version {holds} holds" in operator.operate("policy", "activate")
    changed = Operator(operator.port, operator.folder, sources=_rewritten(tmp_path))
    assert changed.give("infra.policy", "compile").returncode == 0
    announced = changed.operate("policy", "announce")
    assert "is announced since" in announced
    version = announced.split()[1]
    told = operator.operate("policy", "status")
    assert f"Version {holds} holds" in told
    assert f"Version {version}" in told
    assert "2096" in who.get("/api/privacy/announcement").text
    assert "It may hold from" in changed.operate("policy", "activate", ends_with=1)


def _rewritten(folder: Path) -> Path:
    """The project with another policy: accounts that were closed go sooner, some day."""
    for part in ("chalicelib", "infra", ".chalice"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", "compiled"))
    file = folder / "chalicelib/policy/profiles/kinvo.toml"
    text = file.read_text()
    for old, new in (
        ('effective_at = "2026-03-01"', 'effective_at = "2096-03-01"'),
        ('clock = "account_closed", maximum = "P30D"', 'clock = "account_closed", maximum = "P20D"'),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text)
    return folder


class Users:
    """The table with the people, as a restore from a backup changes it."""

    def __init__(self, house: House) -> None:
        client = boto3.Session("test", "test", region_name=REGION).client
        self._client = client("dynamodb", endpoint_url=f"http://127.0.0.1:{house.port + 1}")

    def all(self) -> list[dict[str, Any]]:
        return list(self._client.scan(TableName="vowline-local-users")["Items"])

    def put(self, item: dict[str, Any]) -> None:
        self._client.put_item(TableName="vowline-local-users", Item=item)
