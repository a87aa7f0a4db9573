"""What goes back of a payment costs its net share, whatever the parts and their order."""

from __future__ import annotations

from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.money import rules
from chalicelib.money.rules import CENT_MICROS, Price, Return

CENTS = st.integers(1, 100_00)


def refund(cents: int, state: str = "succeeded") -> Return:
    return Return("refund", state, cents * CENT_MICROS, "USD", "2026-11-21T12:00:00Z")


def price(net_cents: int, tax_cents: int) -> Price:
    return Price(net_cents * CENT_MICROS, tax_cents * CENT_MICROS, "USD")


@st.composite
def parts_of_a_price(draw: st.DrawFn) -> tuple[Price, list[Return]]:
    """A price and refunds that together are all of it."""
    net, tax = draw(CENTS), draw(st.integers(0, 30_00))
    cuts = sorted(draw(st.sets(st.integers(1, net + tax - 1), max_size=6))) if net + tax > 1 else []
    ends = [0, *cuts, net + tax]
    return price(net, tax), [refund(end - start) for start, end in pairwise(ends)]


@given(parts_of_a_price())
def test_parts_of_a_payment_cost_the_whole_net_price(case: tuple[Price, list[Return]]) -> None:
    whole, parts = case
    before: dict[str, Return] = {}
    moved = []
    for number, part in enumerate(parts):
        after = {**before, str(number): part}
        moved.append(rules.movement_micros(whole, before, after))
        before = after
    assert sum(moved) == -whole.net_micros
    for part, micros in zip(parts, moved, strict=True):
        exact = part.amount_micros * whole.net_micros / whole.gross_micros
        assert abs(-micros - exact) <= 1


@given(parts_of_a_price(), st.data())
def test_what_came_back_again_leaves_no_rest(case: tuple[Price, list[Return]], data: st.DataObject) -> None:
    whole, parts = case
    returns: dict[str, Return] = {}
    credit = whole.net_micros
    for _ in range(data.draw(st.integers(1, 12))):
        number = data.draw(st.integers(0, len(parts) - 1))
        state = data.draw(st.sampled_from(["succeeded", "failed"]))
        after = {**returns, str(number): refund(parts[number].amount_micros // CENT_MICROS, state)}
        credit += rules.movement_micros(whole, returns, after)
        returns = after
    gone = sum(part.amount_micros for part in returns.values() if part.gone)
    assert credit == whole.net_micros - whole.net_of(gone)
    assert gone or credit == whole.net_micros


def test_every_order_of_parts_ends_in_the_same_credit() -> None:
    taxed = price(10_00, 89)
    parts = {"re_1": refund(333), "re_2": refund(1), "re_3": refund(429)}
    ends = set()
    for order in permutations(parts):
        returns: dict[str, Return] = {}
        credit = taxed.net_micros
        for id in order:
            after = {**returns, id: parts[id]}
            credit += rules.movement_micros(taxed, returns, after)
            returns = after
        ends.add(credit)
    assert ends == {taxed.net_micros - taxed.net_of(763 * CENT_MICROS)}


@given(CENTS, st.integers(0, 30_00), st.integers(0, 50_00), st.integers(0, 20_00), st.integers(1, 10**9))
def test_an_offer_is_the_largest_that_the_credit_pays_for(
    net: int, tax: int, gone: int, reserved: int, credit_micros: int
) -> None:
    whole, parts = price(net, tax), [refund(gone)] if gone else []
    start = (gone + reserved) * CENT_MICROS
    left = whole.gross_micros - start
    offer = rules.offer(whole, parts, reserved * CENT_MICROS, credit_micros)

    def cost(gross_micros: int) -> int:
        return whole.net_of(start + gross_micros) - whole.net_of(start)

    if offer is None:
        assert left < CENT_MICROS or cost(CENT_MICROS) > credit_micros
        return
    assert offer.gross_micros % CENT_MICROS == 0
    assert offer.net_micros == cost(offer.gross_micros) <= credit_micros
    assert CENT_MICROS <= offer.gross_micros <= left
    assert offer.gross_micros + CENT_MICROS > left or cost(offer.gross_micros + CENT_MICROS) > credit_micros


@pytest.mark.parametrize("state", ["opened", "lost"])
def test_nothing_is_offered_of_a_disputed_payment(state: str) -> None:
    dispute = Return("dispute", state, CENT_MICROS, "USD", "2026-11-21T12:00:00Z")
    assert rules.offer(price(10_00, 0), [dispute], 0, 10**9) is None


@pytest.mark.parametrize("state", ["inquiry", "won", "prevented"])
def test_an_inquiry_or_a_dispute_that_is_over_hinders_no_refund(state: str) -> None:
    dispute = Return("dispute", state, CENT_MICROS, "USD", "2026-11-21T12:00:00Z")
    offer = rules.offer(price(10_00, 0), [dispute], 0, 10**9)
    assert offer
    assert offer.gross_micros == 10_00 * CENT_MICROS


@pytest.mark.parametrize("kind", ["refund", "dispute"])
def test_a_state_told_again_or_late_changes_nothing(kind: str) -> None:
    last = {"refund": ["failed"], "dispute": ["won", "prevented"]}[kind]
    told = {state for _, state in rules.STEPS[kind]}
    for state in told:
        assert rules.steps(kind, state, state) == ()
    for end in last:
        for state in told:
            assert rules.steps(kind, end, state) == ()
