"""Each command of an operator's is given by a test in a process of its own, where nothing is joined yet."""

from __future__ import annotations

import argparse
import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

from infra import certificate, operate

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests/end_to_end"


def leaves(parser: argparse.ArgumentParser, *words: str) -> Iterator[tuple[str, ...]]:
    """The commands of a parser, by the words that choose them."""
    choices = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not choices:
        yield words
    for action in choices:
        for word, inner in action.choices.items():
            yield from leaves(inner, *words, word)


def commands() -> set[tuple[str, ...]]:
    """All that there are."""
    found = {("certificate", *words) for words in leaves(certificate.parser())}
    for word, module in operate.MODULES.items():
        before = (word,) if word in operate.APART else ()
        found |= {("operate", *words) for words in leaves(importlib.import_module(module).parser(), *before)}
    return found


def given() -> Iterator[tuple[str, ...]]:
    """What the tests give an operator to do, each with the words that it begins with."""
    for file in TESTS.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                words = [one.value for one in node.args if isinstance(one, ast.Constant)]
                yield (node.func.attr, *map(str, words))


def test_every_command_is_given_by_a_test() -> None:
    tried = set(given())
    untried = {command for command in commands() if not any(one[: len(command)] == command for one in tried)}
    assert untried == set()


def test_the_commands_are_found() -> None:
    assert {
        ("certificate", "verify"),
        ("operate", "check"),
        ("operate", "holds", "narrow"),
        ("operate", "mailing"),
        ("operate", "policy", "announce"),
        ("operate", "requests", "suspected-child"),
    } <= commands()


def test_every_word_of_a_module_leads_to_it() -> None:
    for word, module in operate.MODULES.items():
        if word not in operate.APART:
            parser = importlib.import_module(module).parser()
            assert {found[0] for found in leaves(parser)} == {
                one for one, its in operate.MODULES.items() if its == module
            }


def test_floors_are_joined_in_one_place() -> None:
    """What each process joined by itself, one of them would forget."""
    sources = (ROOT / "app.py", *(ROOT / "chalicelib").rglob("*.py"), *(ROOT / "infra").rglob("*.py"))
    assert {file.name for file in sources if any(_hands_down(node) for node in ast.walk(_tree(file)))} == {
        "wiring.py"
    }


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def _hands_down(node: ast.AST) -> bool:
    """Whether it is `room.hooks.name = ...`."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    return any(
        isinstance(target, ast.Attribute)
        and isinstance(target.value, ast.Attribute)
        and target.value.attr == "hooks"
        for target in targets
    )
