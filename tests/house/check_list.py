"""The check lists under docs/: read from their tables, with all that is wrong with them as sentences."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

STATES = ("proved", "partly", "waiting for", "organisational", "refused")
ID = re.compile(r"[A-Z][0-9]+")
RULE = re.compile(r"`([^`]+)`(?: `([^`]+)`)?")
PROOF = re.compile(r"`([^`]+)::([^`\[]+)(?:\[[^`]*\])?`")
NAMING_KEYS = ("id", "type", "name", "rule")


@dataclass(frozen=True)
class Link:
    """A file of the project and, where given, something in it."""

    file: str
    name: str | None

    def __str__(self) -> str:
        return f"{self.file} {self.name}" if self.name else self.file


@dataclass(frozen=True)
class Row:
    """One promise or case; `reason` is what follows the colon of its state."""

    id: str
    text: str
    rules: list[Link]
    proofs: list[Link]
    state: str
    reason: str
    unreadable: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class CheckList:
    """A page: its rows, and the counts by state that stand at its top."""

    page: str
    rows: list[Row]
    counts: Mapping[str, int]


def read(page: str, text: str) -> CheckList:
    """The rows and counts of a page; what cannot be read is kept with its row, to be told."""
    rows, counts = [], {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if cells and ID.fullmatch(cells[0]):
            rows.append(_row(cells))
        elif len(cells) == 2 and cells[1].isdigit():
            counts[cells[0]] = int(cells[1])
    return CheckList(page, rows, counts)


def _row(cells: list[str]) -> Row:
    if len(cells) != 5:
        return Row(cells[0], "", [], [], "", "", [f"has {len(cells)} cells instead of 5"])
    id, text, ruled, proven, stated = cells
    rules, odd_rules = _links(ruled, RULE)
    proofs, odd_proofs = _links(proven, PROOF)
    state, _, reason = stated.partition(":")
    odd = [f"has a link that cannot be read: {part}" for part in odd_rules + odd_proofs]
    return Row(id, text, rules, proofs, state, reason.strip(), odd)


def _links(cell: str, pattern: re.Pattern[str]) -> tuple[list[Link], list[str]]:
    """Links, and the parts that are none. A lone dash is an empty cell."""
    links, odd = [], []
    for part in cell.split("; ") if cell != "-" else []:
        match = pattern.fullmatch(part)
        if match:
            links.append(Link(match[1], match[2]))
        else:
            odd.append(part)
    return links, odd


def wrong(checked: CheckList, ids: list[str], root: Path) -> list[str]:
    """A sentence for each thing that is wrong, naming the page and the row."""
    told = [*_wrong_ids(checked, ids), *_wrong_counts(checked)]
    for row in checked.rows:
        told += [f"row {row.id} {what}" for what in [*row.unreadable, *_wrong_row(row), *_dead(row, root)]]
    return [f"{checked.page}: {sentence}." for sentence in told]


def _wrong_ids(checked: CheckList, ids: list[str]) -> Iterator[str]:
    found = Counter(row.id for row in checked.rows)
    yield from (f"row {id} is missing" for id in ids if id not in found)
    yield from (f"row {id} is there {number} times" for id, number in found.items() if number > 1)
    yield from (f"row {id} is not one of the list's" for id in found if id not in ids)


def _wrong_counts(checked: CheckList) -> Iterator[str]:
    found = Counter(row.state for row in checked.rows)
    for state in STATES:
        if checked.counts.get(state) != found[state]:
            yield f"the top counts {checked.counts.get(state)} rows {state}, and there are {found[state]}"


def _wrong_row(row: Row) -> Iterator[str]:
    if row.state not in STATES:
        yield f"has the unknown state {row.state!r}"
    if not row.text:
        yield "says nothing"
    if row.state == "proved":
        if not row.rules:
            yield "is called proved and links no rule"
        if not row.proofs:
            yield "is called proved and links no test"
    elif not row.reason:
        yield "has no proof and gives no reason" if not row.proofs else "does not say what is missing"


def _dead(row: Row, root: Path) -> Iterator[str]:
    for link in row.rules:
        if link.file.startswith("tests/"):
            yield f"is decided by a test, {link}, and not by a rule"
        elif not (root / link.file).is_file():
            yield f"links {link.file}, which is not there"
        elif link.name and not is_named(root / link.file, link.name):
            yield f"links {link.name} in {link.file}, which has nothing of that name"
    for link in row.proofs:
        if not (root / link.file).is_file():
            yield f"links {link.file}, which is not there"
        elif link.name not in _tests(root / link.file):
            yield f"links {link.name} in {link.file}, which has no such test"


def is_named(file: Path, name: str) -> bool:
    """Whether a file holds this name: of Python a definition, of TOML a value, else a key or a word."""
    text = file.read_text()
    if file.suffix == ".py":
        return _defines(ast.parse(text), name.split("."))
    if file.suffix == ".toml":
        return _holds(tomllib.loads(text), name.split("."))
    if file.suffix in (".yaml", ".json"):
        return bool(re.search(rf'^\s*"?{re.escape(name)}"?:', text, re.MULTILINE))
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text))


def _defines(scope: ast.Module | ast.ClassDef, parts: list[str]) -> bool:
    for node in scope.body:
        if parts[0] in _names(node):
            return not parts[1:] or (isinstance(node, ast.ClassDef) and _defines(node, parts[1:]))
    return False


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    if isinstance(node, ast.AnnAssign):
        targets = [node.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _holds(value: Any, parts: list[str]) -> bool:
    """An entry of a list is named by its id, type, name or rule."""
    if not parts:
        return True
    if isinstance(value, list):
        named = [entry for entry in value if parts[0] in [entry.get(key) for key in NAMING_KEYS]]
        return any(_holds(entry, parts[1:]) for entry in named)
    return isinstance(value, dict) and parts[0] in value and _holds(value[parts[0]], parts[1:])


def _tests(file: Path) -> set[str]:
    return {
        node.name
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
