"""The check lists of promises and of threats hold what they say: every row, every link, every count."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.check_list import is_named, read, wrong

ROOT = Path(__file__).parents[2]
PROMISES = {"K": 24, "B": 34, "W": 39, "Z": 25, "O": 15}
THREATS = {"A": 24, "B": 14, "C": 27, "D": 14, "E": 18, "F": 10, "G": 7}
LISTS = [
    pytest.param("docs/promises.md", PROMISES, 137, id="promises"),
    pytest.param("docs/threats.md", THREATS, 114, id="threats"),
]
RULE = "`chalicelib/identity/passwords.py` `hash`"
PROOF = "`tests/house/test_check_lists.py::test_a_sound_list_is_left_alone`"


def ids_of(chapters: dict[str, int]) -> list[str]:
    return [f"{letter}{number}" for letter, last in chapters.items() for number in range(1, last + 1)]


@pytest.mark.parametrize(("page", "chapters", "size"), LISTS)
def test_every_row_is_there_and_its_links_are_true(page: str, chapters: dict[str, int], size: int) -> None:
    ids = ids_of(chapters)
    assert len(ids) == size
    told = wrong(read(page, (ROOT / page).read_text()), ids, ROOT)
    assert not told, "\n".join(told)


def told(*rows: str, proved: int = 0, partly: int = 0, waiting: int = 0) -> list[str]:
    """What is wrong with a list of A1 that has these rows, and these counts at its top."""
    counts = {"proved": proved, "partly": partly, "waiting for": waiting, "organisational": 0, "refused": 0}
    lines = [f"| {state} | {count} |" for state, count in counts.items()]
    return wrong(read("list", "\n".join([*lines, *rows])), ["A1"], ROOT)


def test_a_sound_list_is_left_alone() -> None:
    assert told(f"| A1 | a case | {RULE} | {PROOF} | proved |", proved=1) == []
    assert told("| A1 | a case | - | - | waiting for: voicemail |", waiting=1) == []


def test_a_row_that_is_missing_doubled_or_foreign_is_named() -> None:
    row = f"| A1 | a case | {RULE} | {PROOF} | proved |"
    assert told() == ["list: row A1 is missing."]
    assert told(row, row, proved=2) == ["list: row A1 is there 2 times."]
    assert told(row, row.replace("A1", "A2"), proved=2) == ["list: row A2 is not one of the list's."]


def test_proved_needs_a_rule_and_a_test() -> None:
    assert told("| A1 | a case | - | - | proved |", proved=1) == [
        "list: row A1 is called proved and links no rule.",
        "list: row A1 is called proved and links no test.",
    ]


@pytest.mark.parametrize("state", ["waiting for", "waiting for:"])
def test_a_row_without_a_test_needs_a_reason(state: str) -> None:
    row = f"| A1 | a case | - | - | {state} |"
    assert told(row, waiting=1) == ["list: row A1 has no proof and gives no reason."]


def test_what_is_proved_in_part_says_what_is_missing() -> None:
    row = f"| A1 | a case | {RULE} | {PROOF} | partly |"
    assert told(row, partly=1) == ["list: row A1 does not say what is missing."]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ("`chalicelib/no.py` | -", "links chalicelib/no.py, which is not there"),
        ("`app.py` `nobody` | -", "links nobody in app.py, which has nothing of that name"),
        ("- | `tests/no.py::test_x`", "links tests/no.py, which is not there"),
        (
            "- | `tests/house/test_check_lists.py::test_x`",
            "links test_x in tests/house/test_check_lists.py, which has no such test",
        ),
        (
            "`tests/conftest.py` | -",
            "is decided by a test, tests/conftest.py, and not by a rule",
        ),
        ("app.py | -", "has a link that cannot be read: app.py"),
        ("- | `tests/conftest.py`", "has a link that cannot be read: `tests/conftest.py`"),
    ],
)
def test_a_dead_or_odd_link_is_told_with_its_row(cells: str, sentence: str) -> None:
    assert told(f"| A1 | a case | {cells} | partly: the rest |", partly=1) == [f"list: row A1 {sentence}."]


def test_a_row_of_another_shape_is_told() -> None:
    assert "list: row A1 has 4 cells instead of 5." in told("| A1 | a case | - | - |")
    assert told("| A1 |  | - | - | waiting for: x |", waiting=1) == ["list: row A1 says nothing."]
    assert told("| A1 | a case | - | - | done: x |") == ["list: row A1 has the unknown state 'done'."]


def test_counts_that_differ_from_the_rows_are_told() -> None:
    row = f"| A1 | a case | {RULE} | {PROOF} | proved |"
    assert told(row) == ["list: the top counts 0 rows proved, and there are 1."]
    uncounted = wrong(read("list", row), ["A1"], ROOT)
    assert "list: the top counts None rows proved, and there are 1." in uncounted


@pytest.mark.parametrize(
    ("file", "known", "unknown"),
    [
        ("chalicelib/policy/profile.py", "Profile.expires_at", "Profile.hash"),
        ("chalicelib/policy/terms.py", "Rules.sale", "Rules.nothing"),
        ("chalicelib/privacy/rules.py", "TRANSITIONS", "transitions"),
        ("chalicelib/policy/profiles/kinvo.toml", "settings.recording", "settings.record"),
        ("chalicelib/policy/profiles/kinvo.toml", "category.ledger.on_erasure", "category.purse"),
        ("infra/template/tables.yaml", "Users", "User"),
        (".chalice/policy-app.json", "Statement", "Statements"),
        ("docs/decisions/passwords.md", "bcrypt", "crypt"),
    ],
)
def test_a_name_is_found_only_where_it_is(file: str, known: str, unknown: str) -> None:
    assert is_named(ROOT / file, known)
    assert not is_named(ROOT / file, unknown)
