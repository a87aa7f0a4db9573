"""The deck that the bench makes answers as a search of its sheet does, for every example number."""

from __future__ import annotations

from bench import decks
from chalicelib.money.decks import Deck
from infra.decks import sheet
from infra.decks.compiled import compile_deck
from infra.decks.layouts import Terms
from infra.decks.offers import arrange

PREFIXES = 20_000


def test_every_example_number_has_the_price_that_a_plain_search_finds() -> None:
    text = decks.make_sheet(PREFIXES)
    deck = Deck(compile_deck(arrange([sheet.parse(text, Terms())], decks.TODAY), "USD"))
    assert deck.size == PREFIXES
    numbers = decks.example_numbers()
    assert len(numbers) > 1_300
    compared, disagreements = decks.compare(deck, decks.search_table(text), numbers)
    assert compared == len(numbers) * len(decks.CALLERS) * len(decks.DAYS)
    assert disagreements == 0


def test_a_deck_with_one_wrong_price_is_found_out() -> None:
    text = decks.make_sheet(3_000)
    offers = arrange([sheet.parse(text, Terms())], decks.TODAY)
    spoilt = [offer._replace(until=1) if offer.prefix == "254" else offer for offer in offers]
    deck = Deck(compile_deck(spoilt, "USD"))
    _, disagreements = decks.compare(deck, decks.search_table(text), decks.example_numbers())
    assert disagreements > 0
