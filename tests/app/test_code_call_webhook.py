"""What the carrier tells of a code call: only its own word counts, once, and for nobody else's number."""

from __future__ import annotations

import itertools
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from chalicelib.core import clock as core_clock
from chalicelib.core import ids
from chalicelib.numbers import shelves
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.environment import SECRETS
from tests.harness.killpoints import intercepted
from tests.harness.lambda_door import ask, run_schedule
from tests.harness.mailbox import Mailbox
from tests.harness.signed import ACCOUNT_SID, FORM, post_twilio, twilio_signature
from tests.harness.stage import Stage
from tests.numbers.phones import OTHER_PHONE, PHONE, Phones, told

OTHER_SID = "PN" + "2" * 32


@pytest.fixture
def id(phones: Phones) -> str:
    """A number that waits for its code."""
    return str(phones.add().json["id"])


def call_of(phones: Phones, id: str) -> str:
    return shelves.read(phones.account_id).numbers[id].calls[-1]


def test_only_the_carriers_own_signature_counts(phones: Phones, id: str) -> None:
    form, path = told("success"), phones.path(id)
    elsewhere = phones.path(ids.new("cid", core_clock.now()))
    forged = [twilio_signature(path, form, token) for token in ("f" * 32, "")]
    forged += [
        twilio_signature(elsewhere, form),
        twilio_signature(path, {**form, "VerificationStatus": "failed"}),
        twilio_signature(path, form, site="https://evil.example"),
    ]
    for signature in forged:
        with intercepted() as requests:
            answer = post_twilio(path, form, signature=signature)
        assert (answer.status, answer.json["type"], requests) == (403, "signature", [])
    missing = ask("POST", path, headers={"content-type": FORM}, body=urlencode(form).encode())
    assert (missing.status, missing.json["type"]) == (403, "signature")
    assert phones.states() == {PHONE: "pending"}


def test_the_previous_token_is_good_while_it_rotates(phones: Phones, id: str) -> None:
    form = told("success")
    signature = twilio_signature(phones.path(id), form, str(SECRETS["twilio_auth_tokens"][1]))
    assert post_twilio(phones.path(id), form, signature=signature).status == 204
    assert phones.states() == {PHONE: "verified"}


@pytest.mark.parametrize("sid", ["AC" + "f" * 32, "", ACCOUNT_SID.upper()])
def test_another_accounts_word_is_refused(phones: Phones, id: str, sid: str) -> None:
    answer = phones.tell(id, "success", AccountSid=sid)
    assert (answer.status, answer.json["type"]) == (403, "account")
    assert phones.states() == {PHONE: "pending"}


def test_what_is_told_twice_counts_once(phones: Phones, id: str) -> None:
    assert {phones.tell(id, "success").status for _ in range(5)} == {204}
    shelf = shelves.read(phones.account_id)
    assert phones.tell(id, "success", OutgoingCallerIdSid=OTHER_SID).status == 204
    assert shelves.read(phones.account_id) == shelf
    assert phones.states() == {PHONE: "verified"}


@pytest.mark.parametrize("order", list(itertools.permutations(["failed", "success", "success"])))
def test_any_order_ends_in_a_number_that_was_verified(
    phones: Phones, id: str, order: tuple[str, ...]
) -> None:
    """A call that failed says nothing against a later one whose code was typed."""
    call = call_of(phones, id)
    for status in order:
        assert phones.tell(id, status, CallSid=call).status == 204
    assert phones.states() == {PHONE: "verified"}


def test_an_older_calls_failure_leaves_the_newest_waiting(phones: Phones, id: str) -> None:
    assert phones.tell(id, "failed", CallSid="CA" + "9" * 32).status == 204
    assert phones.states() == {PHONE: "pending"}
    assert phones.tell(id, "failed", CallSid=call_of(phones, id)).status == 204
    assert phones.states() == {PHONE: "failed"}


@pytest.mark.parametrize(
    "changed",
    [
        {"To": OTHER_PHONE},
        {"To": ""},
        {"OutgoingCallerIdSid": ""},
        {"OutgoingCallerIdSid": "PN1"},
        {"VerificationStatus": "perhaps"},
        {"VerificationStatus": ""},
    ],
)
def test_what_is_unclear_or_of_another_phone_changes_nothing(
    phones: Phones, id: str, changed: dict[str, str]
) -> None:
    assert phones.tell(id, "success", **changed).status == 204
    assert phones.states() == {PHONE: "pending"}


def test_an_unknown_or_foreign_number_is_heard_without_effect(
    phones: Phones, id: str, stage: Stage, mailbox: Mailbox
) -> None:
    stranger = Phones(Browser(stage, mailbox).sign_up("eve@example.org"), stage)
    for account, number in (
        (stranger, id),
        (stranger, ids.new("cid", core_clock.now())),
        (phones, ids.new("cid", core_clock.now())),
        (phones, "cid_x"),
        (phones, "x" * 500),
    ):
        assert account.tell(number, "success").status == 204
    assert (phones.states(), stranger.shown()) == ({PHONE: "pending"}, [])
    path = phones.path(id).replace(phones.account_id, "acc_x")
    assert post_twilio(path, told("success")).status == 204
    assert phones.states() == {PHONE: "pending"}


def test_a_word_that_comes_late_for_what_is_gone_changes_nothing(
    phones: Phones, id: str, clock: Clock
) -> None:
    phones.type(id, None, "lose_completed")
    clock.advance(timedelta(minutes=11))
    run_schedule("sweep")
    assert phones.tell(id, "success").status == 204
    assert phones.tell(id, "failed").status == 204
    assert shelves.read(phones.account_id).numbers == {}
