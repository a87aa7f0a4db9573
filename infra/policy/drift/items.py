"""Items of tables: every attribute of every model is one that the inventory names for its table."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from infra.policy.drift.code import Code, callee, keyword
from infra.policy.drift.named import named
from infra.policy.faults import Fault
from infra.policy.model import Inventory

BASE = "Item"


@dataclass(frozen=True)
class Stored:
    """An attribute of a model, and the table that it lies in; None where that can't be read."""

    file: str
    line: int
    model: str
    table: str | None
    name: str


def faults(code: Code, inventory: Inventory) -> Iterator[Fault]:
    known = named(inventory)
    for one in stored(code):
        if one.table is None:
            yield Fault(
                f"store.{one.model}",
                f"{one.model}.{one.name} is stored in a table that can't be read.",
                "What lies in an unknown place is erased by nobody.",
                'Write table_name = name("...") in its Meta.',
                line=one.line,
                file=one.file,
            )
        elif one.name not in known.get(one.table, {}):
            yield Fault(
                f"store.{one.table}",
                f"{one.model}.{one.name} is stored in {one.table}, and the inventory does not name it.",
                "What is not named is told to nobody, and the write guard refuses it.",
                f'Add "{one.name}" to the attributes of a field in chalicelib/policy/inventory.toml whose'
                f" category lies in {one.table}, or to technical of store {one.table} if it says nothing of"
                " a person; a profile that lists the category's fields must list a new field, too.",
                line=one.line,
                file=one.file,
            )


def stored(code: Code) -> Iterator[Stored]:
    """Every attribute of every model, once for each model that has it."""
    for (file, name), made in sorted(code.classes.items()):
        if _is_item(code, file, name):
            table = _table(code, file, name)
            for where, line, attribute in _own(code, file, made):
                yield Stored(where, line, name, table, attribute)


def _is_item(code: Code, file: str, name: str) -> bool:
    return name == BASE or any(_is_item(code, *base) for base in _bases(code, file, name))


def _bases(code: Code, file: str, name: str) -> Iterator[tuple[str, str]]:
    """The classes that one is made from, and the files that have them."""
    made = code.classes.get((file, name))
    for base in made.bases if made else ():
        if isinstance(base, ast.Name):
            yield (code.home(base.id, file) or file), base.id


def _table(code: Code, file: str, name: str) -> str | None:
    """What stands in a model's Meta, or in that of one it is made from."""
    made = code.classes.get((file, name))
    metas = [inner for inner in (made.body if made else ()) if isinstance(inner, ast.ClassDef)]
    for statement in (statement for meta in metas if meta.name == "Meta" for statement in meta.body):
        match statement:
            case ast.Assign(
                targets=[ast.Name(id="table_name")], value=ast.Call(args=[ast.Constant() as told])
            ):
                return str(told.value)
    return next((table for base in _bases(code, file, name) if (table := _table(code, *base))), None)


def _own(code: Code, file: str, made: ast.ClassDef) -> Iterator[tuple[str, int, str]]:
    """What a model adds to the models that it is made from: its own attributes, and what it mixes in."""
    for line, attribute in _attributes(made):
        yield file, line, attribute
    for where, base in _bases(code, file, made.name):
        if (where, base) in code.classes and not _is_item(code, where, base):
            yield from _own(code, where, code.classes[where, base])


def _attributes(made: ast.ClassDef) -> Iterator[tuple[int, str]]:
    for statement in made.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                pass
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Call() as call):
                pass
            case _:
                continue
        if callee(call)[1].endswith("Attribute"):
            own = keyword(call, "attr_name")
            yield statement.lineno, str(own.value) if isinstance(own, ast.Constant) else name
