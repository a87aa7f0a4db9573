"""Other people's price lists: mapped columns and Twilio's own file, read as strictly as ours."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.money import decks
from chalicelib.money.rates import Rate
from infra.decks import sheet
from infra.decks.layouts import STEPS, TWILIO_COLUMNS, Terms, map_columns
from infra.decks.offers import BadDeck, Row

DAY = date(2026, 1, 1)
GIVEN = dict(zip([*STEPS, "effective_from"], ["30", "6", "30", str(DAY)], strict=True))
TWILIO = Terms(markup_percent=Decimal(25), values=GIVEN)
TWILIO_HEADER = ",".join(TWILIO_COLUMNS)
MAPPING = """
delimiter = ";"

[columns]
prefix = "Code"
description = "Destination"
price_per_minute = "Rate"

[values]
connect_fee = "0"
increment_first_seconds = 1
increment_next_seconds = 1
minimum_seconds = 0
"""


def twilio(*lines: str, terms: Terms = TWILIO) -> list[Row]:
    return sheet.parse("\n".join([TWILIO_HEADER, *lines]), terms)


def mapped(tmp_path: Path, mapping: str = MAPPING) -> Terms:
    file = tmp_path / "columns.toml"
    file.write_text(mapping)
    return map_columns(Terms(values={"effective_from": str(DAY)}), file)


def problems(text: str, terms: Terms) -> list[str]:
    with pytest.raises(BadDeck) as caught:
        sheet.parse(text, terms)
    return caught.value.problems


def test_a_row_of_twilio_s_becomes_one_for_each_destination_marked_up() -> None:
    found = twilio(
        'AT,Austria,Programmable Outbound Minute - Austria - Mobile,0.24001,,"43664, 4367"',
        'AT,Austria,Programmable Outbound Minute - Austria - from EEA,0.01600,"33, 49","43, 431"',
    )
    mobile = Rate("", "AT", "Austria - Mobile", 300_013, 0, 30, 6, 30, "", "USD")
    from_eea = Rate("", "AT", "Austria - from EEA", 20_000, 0, 30, 6, 30, "", "USD")
    assert found == [
        Row(2, "43664", mobile, (), DAY),
        Row(2, "4367", mobile, (), DAY),
        Row(3, "43", from_eea, ("33", "49"), DAY),
        Row(3, "431", from_eea, ("33", "49"), DAY),
    ]


@pytest.mark.parametrize("everybody", ["", "ALL", "ROW", " "])
def test_twilio_s_words_for_all_other_callers_name_none(everybody: str) -> None:
    [row] = twilio(f"AT,Austria,Austria,0.1,{everybody},43")
    assert row.origins == ()


def test_a_network_of_no_country_has_none() -> None:
    [row] = twilio(",International Networks,Networks,9.5,,883")
    assert row.rate.country == "001"


@pytest.mark.parametrize("lacking", [*STEPS, "effective_from"])
def test_what_twilio_does_not_say_must_be_given(lacking: str) -> None:
    values = {name: value for name, value in GIVEN.items() if name != lacking}
    with pytest.raises(BadDeck, match=lacking):
        twilio("AT,Austria,Austria,0.1,,43", terms=Terms(markup_percent=Decimal(5), values=values))


def test_twilio_s_prices_are_not_sold_without_a_word_on_the_mark_up() -> None:
    with pytest.raises(BadDeck, match="mark-up"):
        twilio("AT,Austria,Austria,0.1,,43", terms=Terms(values=GIVEN))
    [at_cost] = twilio("AT,Austria,Austria,0.1,,43", terms=Terms(markup_percent=Decimal(0), values=GIVEN))
    assert at_cost.rate.price_micros == 100_000


@pytest.mark.parametrize(
    "line",
    [
        "AT,Austria,Austria,0.1,,",
        'AT,Austria,Austria,0.1,,"43, "',
        'AT,Austria,Austria,0.1,,"43, 43"',
        'AT,Austria,Austria,0.1,"33, EEA",43',
        'AT,Austria,Austria,0.1,"ALL, 33",43',
        "AT,Austria,Austria,free,,43",
        "AT,Austria,Austria,-0.1,,43",
        "AT,Austria,Austria,900,,43",
        "AUT,Austria,Austria,0.1,,43",
        "AT,Austria,,0.1,,43",
        "AT,Austria,Austria,0.1,43",
    ],
)
def test_a_bad_row_of_twilio_s_is_refused_by_its_line(line: str) -> None:
    good = "DE,Germany,Germany,0.1,,49"
    [problem] = problems("\n".join([TWILIO_HEADER, good, line, good]), TWILIO)
    assert problem.startswith("Line 3: ")


def test_another_switch_s_export_is_read_by_its_mapping(tmp_path: Path) -> None:
    terms = mapped(tmp_path)
    text = "Id;Destination;Code;Rate\n1;Kenya mobile;2547;0.11\n2;Jamaica;1876;0.2\n3;Germany;49;0.01\n"
    rows = sheet.parse(text, terms)
    assert [(row.prefix, row.rate.country, row.rate.price_micros) for row in rows] == [
        ("2547", "KE", 110_000),
        ("1876", "JM", 200_000),
        ("49", "DE", 10_000),
    ]
    assert {(row.effective_from, row.rate.increment_first_seconds) for row in rows} == {(DAY, 1)}


def test_a_mapped_row_is_refused_by_its_line_like_any_other(tmp_path: Path) -> None:
    terms = mapped(tmp_path)
    text = "Id;Destination;Code;Rate\n1;Kenya;254;0.1\n2;Kenya;+254;0.1\n3;Nowhere;999;0.1\n4;Kenya;255\n"
    assert [problem.split(" must")[0] for problem in problems(text, terms)] == [
        "Line 3: prefix",
        "Line 4: country",
        "Line 5: 3 columns instead of 4.",
    ]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ('prefix = "Code"', "nothing says prefix"),
        ('price_per_minute = "Rate"', "nothing says price_per_minute"),
        ("minimum_seconds = 0", "nothing says minimum_seconds"),
    ],
)
def test_a_mapping_that_leaves_something_out_is_told_so(tmp_path: Path, changed: str, told: str) -> None:
    terms = mapped(tmp_path, MAPPING.replace(changed, ""))
    [problem] = problems("Id;Destination;Code;Rate\n", terms)
    assert told in problem


def test_a_mapped_column_that_the_export_lacks_is_named(tmp_path: Path) -> None:
    assert problems("Id;Destination;Code\n", mapped(tmp_path)) == ["Line 1: there must be one column 'Rate'."]


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        ("columns", "not TOML"),
        ('[columns]\nprice = "Rate"', "price is nothing"),
        ('[colums]\nprefix = "Code"', "colums is nothing"),
        ('delimiter = "||"', "semicolon"),
        ('delimiter = "\\n"', "semicolon"),
        ("delimiter = 1", "semicolon"),
        ("columns = 1", "columns must be a table"),
        ("[columns]\nprefix = 1", "columns must be a table"),
    ],
)
def test_a_mapping_that_says_something_else_is_refused(tmp_path: Path, mapping: str, told: str) -> None:
    with pytest.raises(BadDeck, match=told):
        mapped(tmp_path, mapping)


@given(st.text(), st.sampled_from([Terms(), TWILIO]))
def test_no_text_is_too_odd_to_be_refused(text: str, terms: Terms) -> None:
    for header in ("", TWILIO_HEADER + "\n", "prefix,country\n"):
        assert problems(header + text, terms)


cells = st.one_of(
    st.text(max_size=12), st.from_regex(r"[0-9]{1,4}(\.[0-9]{1,9})?", fullmatch=True), st.just("AT")
)


@given(st.lists(cells, min_size=6, max_size=6))
def test_a_row_of_any_cells_is_read_or_refused(row: list[str]) -> None:
    quoted = ",".join('"' + cell.replace('"', '""') + '"' for cell in row)
    try:
        found = twilio(quoted)
    except BadDeck:
        return
    assert found
    assert all(row.prefix.isascii() and row.prefix.isdecimal() for row in found)


def command(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "infra.decks", "compile", *arguments],
        env={**os.environ, "STATE_DIR": str(state)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_twilio_s_file_is_imported_for_a_laptop_s_service_once_there_is_one(tmp_path: Path) -> None:
    file, state = tmp_path / "twilio.csv", tmp_path / "state"
    file.write_text(f"{TWILIO_HEADER}\nAT,Austria,Austria,0.1,,43\nAT,Austria,Austria,0.05,1,43\n")
    wanted = [str(file), "--laptop", "--markup-percent", "50", "--increments", "60/60"]
    refused = command(state, *wanted)
    assert refused.returncode == 1
    assert "start it once with make run" in refused.stderr
    assert not state.exists()
    state.mkdir()
    (state / "about.json").write_text("{}")
    done = command(state, *wanted)
    assert done.returncode == 0, done.stderr
    deck = decks.load(state / "rates.deck")
    prices = [deck.find("+4312345678", origin) for origin in (None, "+12025550100")]
    assert [rate.price_micros for rate in prices if rate] == [150_000, 75_000]


def test_a_large_sheet_tells_how_far_it_is(tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    lines = (f"{number},KE,Kenya,0.1,0,60,60,0,2026-01-01," for number in range(100_000, 145_000))
    header = "prefix,country,description,price_per_minute,connect_fee,increment_first_seconds"
    header += ",increment_next_seconds,minimum_seconds,effective_from,origin_prefixes"
    file.write_text("\n".join([header, *lines]) + "\n")
    done = command(tmp_path, str(file), "--out", str(tmp_path / "large.deck"))
    assert done.stderr.splitlines() == [
        f"{file}: 20,000 of 45,001 lines",
        f"{file}: 40,000 of 45,001 lines",
    ]
