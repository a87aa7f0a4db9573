"""Calls in Chromium through the unmodified voice SDK: heard, dialled into, ended from all sides, and paid."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local.visitor import Visitor, wait_for
from tests.end_to_end import books
from tests.end_to_end.house import House
from tests.end_to_end.voice.telephone import Telephone, telephone

SOUNDS_A_TONE = "+442079460440"
HANGS_UP = "+442079460005"
ECHOES = "+442079460958"
PREMIUM = "+449098790958"


@pytest.fixture
def who(house: House) -> Visitor:
    who = house.newcomer()
    who.top_up(5_000_000)
    return who


@pytest.fixture
def phone(house: House) -> Iterator[Telephone]:
    with telephone(house.origin) as found:
        yield found


def dial(who: Visitor, phone: Telephone, to: str) -> str:
    """The id of a call that has begun."""
    placed = who.post("/api/calls/token").raise_for_status().json()
    phone.call(placed["token"], to)
    return str(placed["call_id"])


def check_paid(who: Visitor, call_id: str, to: str) -> int:
    """The call costs what its quote said of its seconds; how many there were."""
    record = wait_for(lambda: who.get(f"/api/calls/{call_id}").json(), lambda it: it["state"] == "charged")
    quote, seconds = who.get("/api/quote", to=to).json(), record["duration_seconds"]
    first, step = quote["increment_first_seconds"], quote["increment_next_seconds"]
    billed = first + max(0, -(-(max(seconds, quote["minimum_seconds"]) - first) // step)) * step
    assert record["billed_seconds"] == billed
    cost = quote["connect_fee_micros"] + -(-quote["price_micros"] * billed // 60)
    assert record["cost"]["amount_micros"] == cost > 0
    return int(seconds)


def test_a_call_is_heard_dialled_into_ended_from_either_side_and_paid(
    house: House, who: Visitor, phone: Telephone
) -> None:
    # Hung up in the browser.
    call = dial(who, phone, SOUNDS_A_TONE)
    phone.until("ringing")
    sid = phone.until("accept")
    assert phone.hear(440) == pytest.approx(440, abs=6)
    phone.act("phone.made.sendDigits(...given)", "12#")
    wait_for(lambda: who.get(f"/dev/carrier/calls/{sid}").json()["digits"], "12#".__eq__)
    phone.act("phone.made.disconnect()")
    assert 1 <= check_paid(who, call, SOUNDS_A_TONE) <= 20
    assert phone.events() == ["ringing", "accept", "disconnect"]
    # Hung up by the other side.
    call = dial(who, phone, HANGS_UP)
    phone.until("disconnect")
    assert check_paid(who, call, HANGS_UP) == 5
    # Refused by the service, which is spoken.
    dial(who, phone, PREMIUM)
    phone.until("disconnect")
    assert phone.events() == ["accept", "disconnect"]
    assert "The carrier says: “" in house.runner.output
    assert PREMIUM not in house.runner.output
    # Cut by the carrier, when what the credit buys is used up.
    limit_seconds = who.get("/api/quote", to=ECHOES).json()["affordable_seconds"]
    call = dial(who, phone, ECHOES)
    phone.until("accept")
    who.advance(f"PT{limit_seconds}S")
    phone.until("disconnect")
    assert check_paid(who, call, ECHOES) == limit_seconds
    books.read(who).check()
    assert (phone.complaints, phone.strangers) == ([], [])


def test_a_token_that_is_not_the_carriers_places_no_call(phone: Telephone) -> None:
    with pytest.raises(Exception, match="refused"):
        phone.call("not.a.token", ECHOES)
    assert phone.events() == ["device error 20101"]
