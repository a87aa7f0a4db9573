"""Caller IDs at once, with real threads on the embedded AWS: ten stay ten, one number has one owner.

`python -m bench.caller_race` prints one line and fails when a number was lost, doubled or left without an
errand that sees to its end.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from unittest import mock

from bench.embedded import embedded_tables
from bench.rivals import at_once, patiently
from chalicelib.core import clock, ids, throttles
from chalicelib.core.errors import Refusal
from chalicelib.money import ledger
from chalicelib.money.holds import Hold, Overdue
from chalicelib.numbers import caller_ids, removals, rules, shelves, verifications
from chalicelib.numbers.rules import State
from chalicelib.providers import twilio
from chalicelib.providers.twilio_caller_ids import CodeCallEnd
from infra.local.carrier import Carrier
from infra.local.carrier.in_process import twilio_client
from infra.local.exchange import Answered
from infra.local.store import Store

THREADS = 16
OWNERS = 8
PHONE = "+442079460958"


def race() -> str | None:
    """What went wrong; None when nothing did."""
    with _carrier() as carrier:
        return eleventh() or one_owner() or no_errand_lost(carrier)


def eleventh() -> str | None:
    """Sixteen different numbers at once for one account that may have ten."""
    account_id = _account()
    at_once([partial(_add, account_id, f"+1202555{number:04}") for number in range(110, 126)], THREADS)
    numbers = shelves.read(account_id).numbers
    return None if len(numbers) == rules.MOST else f"{len(numbers)} numbers where ten may be"


def one_owner() -> str | None:
    """The carrier says of one phone that several accounts' codes were typed, each twice."""
    asked = {_account(): ids.new("cid", clock.now()) for _ in range(OWNERS)}
    for account_id, id in asked.items():
        caller_ids.add(account_id, PHONE, id)
    end = CodeCallEnd("CA" + "1" * 32, PHONE, "PN" + "1" * 32)
    at_once([partial(verifications.hear, *whose, end) for whose in asked.items()] * 2, THREADS)
    states = [shelves.read(account_id).numbers[id].state for account_id, id in asked.items()]
    if states.count(State.VERIFIED) != 1 or states.count(State.FAILED) != OWNERS - 1:
        return f"one phone came to {states}"
    return None


def no_errand_lost(carrier: Carrier) -> str | None:
    """Numbers come, are verified and go while the errand looks after them: what is open has its errand."""
    account_id = _account()
    jobs = [partial(_live, carrier, account_id, f"+1312555{number:04}") for number in range(110, 118)]
    sweeps = [partial(removals.tidy, Overdue(account_id, removals.ERRAND, Hold(0, 0, {})))] * 40
    at_once([*jobs, *sweeps], THREADS)
    numbers = shelves.read(account_id).numbers.values()
    is_open = any(number.state is not State.VERIFIED for number in numbers)
    if is_open and removals.ERRAND not in ledger.funds(account_id).holds:
        return "a number is open and has no errand"
    kept = {number.phone for number in numbers if number.sid}
    there = {item["phone_number"] for item in carrier.caller_ids()}
    return None if kept == {phone for phone in there if phone.startswith("+1312")} else f"{kept} of {there}"


def _account() -> str:
    return ids.new("acc", clock.now())


def _add(account_id: str, phone: str) -> None:
    with suppress(Refusal):
        patiently(partial(caller_ids.add, account_id, phone, ids.new("cid", clock.now())))


def _live(carrier: Carrier, account_id: str, phone: str) -> None:
    """A number's whole life, or half of it."""
    id = ids.new("cid", clock.now())
    patiently(partial(caller_ids.add, account_id, phone, id))
    number = shelves.read(account_id).numbers[id]
    assert carrier.answer_code(id, number.code)["verified"]
    [made] = [item for item in carrier.caller_ids() if item["phone_number"] == phone]
    end = CodeCallEnd(number.calls[-1], phone, made["sid"])
    patiently(partial(verifications.hear, account_id, id, end))
    if int(phone[-1]) % 2:
        patiently(partial(caller_ids.remove, account_id, id))


@contextmanager
def _carrier() -> Iterator[Carrier]:
    """A carrier whose callbacks reach nobody, and our tables where threads are safe."""
    made = Carrier(
        Store(),
        lambda *_: Answered(204),
        account_sid="AC" + "a" * 32,
        auth_token="token",
        api_key_sid="SK" + "c" * 32,
        api_key_secret="secret",
        app_sid="AP" + "e" * 32,
        voice_url="http://127.0.0.1:8000/voice",
        fallback_url="http://127.0.0.1:8000/fallback",
        now=clock.now,
    )
    with (
        embedded_tables(),
        mock.patch.object(twilio, "_client", return_value=twilio_client(made)),
        mock.patch.object(throttles, "take"),
    ):
        yield made


def main() -> int:
    wrong = race()
    print(f"caller IDs raced by {THREADS} threads: {wrong or 'each number has one owner'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
