"""A deck's CSV is read strictly: a bad row is named by its line, and nothing is half loaded."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from chalicelib.money import decks
from chalicelib.money.rates import Rate
from infra.decks import compiled, sample, sheet
from infra.decks.layouts import COLUMNS, Terms
from infra.decks.offers import BadDeck, Row, arrange

HEADER = ",".join(COLUMNS)
GOOD = "254,KE,Kenya - Fixed,0.024,0.01,60,60,0,2026-01-01,"
TODAY = date(2026, 6, 1)
USD = Terms()


def parse(*lines: str, header: str = HEADER) -> list[Row]:
    return sheet.parse("\n".join([header, *lines]) + "\n", USD)


def read(*lines: str, header: str = HEADER) -> list[Rate]:
    """The rates in force today."""
    offers = arrange([parse(*lines, header=header)], TODAY)
    return [offer.rate for offer in offers if offer.since == 0]


def problems(*lines: str, header: str = HEADER) -> list[str]:
    with pytest.raises(BadDeck) as caught:
        read(*lines, header=header)
    return caught.value.problems


def with_cell(column: str, value: str) -> str:
    cells = GOOD.split(",")
    cells[COLUMNS.index(column)] = value
    return ",".join(cells)


def test_a_good_row_becomes_an_exact_rate() -> None:
    rate = Rate("", "KE", "Kenya - Fixed", 24_000, 10_000, 60, 60, 0, "", "USD")
    assert parse(GOOD) == [Row(2, "254", rate, (), date(2026, 1, 1))]


@pytest.mark.parametrize(
    ("price", "micros"),
    [("0", 0), ("1", 1_000_000), ("0.000001", 1), ("0.02400000", 24_000), ("1000", 1_000_000_000)],
)
def test_a_price_is_exact_to_the_micro(price: str, micros: int) -> None:
    assert read(with_cell("price_per_minute", price))[0].price_micros == micros


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("prefix", ""),
        ("prefix", "+254"),
        ("prefix", "0254"),
        ("prefix", "25 4"),
        ("prefix", "1234567890123456"),
        ("prefix", "\uff12\uff15\uff14"),
        ("country", "Kenya"),
        ("country", "ke"),
        ("country", ""),
        ("description", ""),
        ("description", "x" * 121),
        ("description", "tab\there"),
        ("price_per_minute", ""),
        ("price_per_minute", "-0.01"),
        ("price_per_minute", "0.0000001"),
        ("price_per_minute", "1e-3"),
        ("price_per_minute", "NaN"),
        ("price_per_minute", "$0.02"),
        ("price_per_minute", "1_0"),
        ("price_per_minute", "1000.01"),
        ("price_per_minute", "9" * 400),
        ("connect_fee", "free"),
        ("increment_first_seconds", "0"),
        ("increment_next_seconds", "0"),
        ("increment_next_seconds", "6.5"),
        ("increment_next_seconds", "3601"),
        ("minimum_seconds", "-1"),
        ("effective_from", "01/02/2026"),
        ("effective_from", ""),
        ("effective_from", "2026-02-30"),
    ],
)
def test_a_bad_cell_is_refused_with_its_line_and_column(column: str, value: str) -> None:
    [problem] = problems(GOOD, with_cell(column, value).replace("254,", "255,", 1))
    assert problem.startswith("Line 3: ")
    assert column in problem


def test_all_bad_rows_are_named_at_once_and_no_good_one_is_kept() -> None:
    bad = with_cell("price_per_minute", "cheap")
    assert [problem.split(":")[0] for problem in problems(bad, GOOD, "", bad)] == ["Line 2", "Line 5"]


def test_many_bad_rows_are_counted_rather_than_all_shown() -> None:
    with pytest.raises(BadDeck, match=r"\.\.\. and 5 more\.") as caught:
        read(*[with_cell("country", "?")] * 25)
    assert len(str(caught.value).splitlines()) == 21


@pytest.mark.parametrize("newest_first", [True, False])
def test_of_a_prefix_s_rows_the_latest_in_force_counts(newest_first: bool) -> None:
    old, new = GOOD, with_cell("effective_from", "2026-05-01").replace("0.024", "0.03")
    [rate] = read(new, old) if newest_first else read(old, new)
    assert rate.price_micros == 30_000


def test_the_same_prefix_twice_for_one_day_is_refused() -> None:
    [problem] = problems(GOOD, GOOD)
    assert problem == "Line 3: prefix 254 is already there for 2026-01-01."


@pytest.mark.parametrize("header", ["", "prefix,country", HEADER.upper(), HEADER + ",more"])
def test_other_columns_are_refused(header: str) -> None:
    [problem] = problems(GOOD, header=header)
    assert problem.startswith("Line 1: the columns must be")


@pytest.mark.parametrize("row", ["254,KE,Kenya", GOOD + ",", '254,KE,"Ken"ya,1,0,1,1,0,2026-01-01,', 'a,"b'])
def test_a_broken_row_is_refused(row: str) -> None:
    [problem] = problems(row)
    assert problem.startswith("Line 2: ")


def test_a_file_without_rates_is_refused() -> None:
    assert problems() == ["The file has no rates."]


def test_a_file_in_another_encoding_is_refused_and_a_byte_order_mark_is_not(tmp_path: Path) -> None:
    path = tmp_path / "deck.csv"
    path.write_bytes(f"{HEADER}\n{GOOD.replace('Kenya', 'Réunion')}\n".encode("latin-1"))
    with pytest.raises(BadDeck, match="UTF-8"):
        sheet.read(path, USD)
    path.write_bytes(f"{HEADER}\r\n{GOOD}\r\n".encode("utf-8-sig"))
    assert len(sheet.read(path, USD)) == 1


def test_a_currency_is_three_letters() -> None:
    with pytest.raises(BadDeck, match="currency"):
        sheet.parse(f"{HEADER}\n{GOOD}\n", Terms("dollars"))


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "infra.decks", *arguments], capture_output=True, text=True, check=False
    )


def test_the_command_compiles_a_file_and_a_bad_one_changes_nothing(tmp_path: Path) -> None:
    good, bad, out = tmp_path / "good.csv", tmp_path / "bad.csv", tmp_path / "mine.deck"
    good.write_text(f"{HEADER}\n{GOOD}\n")
    bad.write_text(f"{HEADER}\n{GOOD}\n{with_cell('country', '?')}\n")
    assert command("compile", str(good), "--out", str(out), "--currency", "EUR").returncode == 0
    before = out.read_bytes()
    deck = decks.load(out)
    assert (deck.currency, deck.size) == ("EUR", 1)
    answer = command("compile", str(bad), "--out", str(out))
    assert answer.returncode == 1
    assert "Line 3: country must be" in answer.stderr
    assert out.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.csv", "good.csv", "mine.deck"]


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    answer = command("compile", str(tmp_path / "no.csv"), "--out", str(tmp_path / "no.deck"))
    assert answer.returncode == 1
    assert answer.stderr == f"{tmp_path / 'no.csv'}: No such file or directory\n"


def test_what_is_written_is_read_back_the_same() -> None:
    rates = [Rate("254", "KE", 'Kenya, "fixed"', 24_001, 10_000, 30, 6, 30, "", "USD")]
    [row] = sheet.parse(sheet.write(rates, TODAY), USD)
    assert (row.prefix, replace(row.rate, prefix="254"), row.effective_from) == ("254", *rates, TODAY)


def test_the_committed_sample_deck_is_the_compilation_of_its_csv_and_small() -> None:
    offers = arrange([sheet.read(sample.SHEET, Terms(sample.CURRENCY))], sample.EFFECTIVE_FROM)
    content = decks.shipped("sample").read_bytes()
    assert content == compiled.compile_deck(offers, sample.CURRENCY)
    assert len(content) < 200_000


def test_the_committed_sample_csv_is_what_phonenumbers_metadata_gives() -> None:
    made = sheet.write(sample.rates(), sample.EFFECTIVE_FROM)
    assert sample.SHEET.read_text(encoding="utf-8") == made, "run python -m infra.decks sample"
