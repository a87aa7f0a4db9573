"""The service's source as syntax trees, and what can be read out of them without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


class Unreadable(Exception):
    """The names in this expression are known only when it runs."""


@dataclass(frozen=True)
class Place:
    """Where an expression stands: its file, and the outermost function around it."""

    file: str
    function: ast.FunctionDef | None


@dataclass(frozen=True)
class Code:
    """Modules by the names of their files."""

    modules: Mapping[str, ast.Module]

    @classmethod
    def read(cls, root: Path) -> Code:
        """What is deployed from a project's folder."""
        files = [root / "app.py", *sorted((root / "chalicelib").rglob("*.py"))]
        return cls.parse({str(file.relative_to(root)): file.read_text() for file in files})

    @classmethod
    def parse(cls, texts: Mapping[str, str]) -> Code:
        return cls({name: ast.parse(text) for name, text in texts.items()})

    @cached_property
    def classes(self) -> dict[tuple[str, str], ast.ClassDef]:
        """Every class by its file and its name."""
        return {
            (file, node.name): node
            for file, module in self.modules.items()
            for node in ast.walk(module)
            if isinstance(node, ast.ClassDef)
        }

    def home(self, name: str, file: str) -> str | None:
        """The file from which another has a name."""
        for node in ast.walk(self.modules[file]):
            if isinstance(node, ast.ImportFrom) and any(alias.name == name for alias in node.names):
                found = f"{(node.module or '').replace('.', '/')}.py"
                return found if found in self.modules and found != file else None
        return None

    def calls(self) -> Iterator[tuple[Place, ast.Call]]:
        """Every call, and where it stands."""
        for file, module in self.modules.items():
            inside: set[int] = set()
            for function in ast.walk(module):
                if isinstance(function, ast.FunctionDef) and id(function) not in inside:
                    for node in ast.walk(function):
                        inside.add(id(node))
                        if isinstance(node, ast.Call):
                            yield Place(file, function), node
            for node in ast.walk(module):
                if isinstance(node, ast.Call) and id(node) not in inside:
                    yield Place(file, None), node

    def keys(self, value: ast.expr, at: Place) -> Iterator[str]:
        """The keys of what an expression makes: a dict, what a name was given, or what a function returns.

        Raises Unreadable.
        """
        match value:
            case ast.Dict():
                for key, inner in zip(value.keys, value.values, strict=True):
                    if key is None:
                        yield from self.keys(inner, at)
                    elif isinstance(key, ast.Constant):
                        yield str(key.value)
                    else:
                        raise Unreadable
            case ast.Name() if at.function and (given := _assigned(value.id, at.function)):
                for one in given:
                    yield from self.keys(one, at)
            case ast.Call(func=ast.Name(id="dict"), args=[]):
                yield from _keywords(value)
            case ast.Call(func=ast.Name(id=name)):
                made = self.function(name, at.file)
                for answer in returned(made):
                    yield from self.keys(answer, made)
            case _:
                raise Unreadable

    def function(self, name: str, file: str) -> Place:
        """A function by the name that a file knows it by; raises Unreadable."""
        for node in ast.walk(self.modules[file]):
            if isinstance(node, ast.FunctionDef) and node.name == name:
                return Place(file, node)
        if home := self.home(name, file):
            return self.function(name, home)
        raise Unreadable

    def method(self, name: str, file: str) -> Place:
        """A method by its name: of the same file, or else the only one in the house; raises Unreadable."""
        homes = [
            there
            for there, module in self.modules.items()
            if any(isinstance(node, ast.FunctionDef) and node.name == name for node in ast.walk(module))
        ]
        if file not in homes and len(homes) != 1:
            raise Unreadable
        return self.function(name, file if file in homes else homes[0])


def returned(at: Place) -> list[ast.expr]:
    """What a function may answer."""
    found = ast.walk(at.function) if at.function else ()
    return [node.value for node in found if isinstance(node, ast.Return) and node.value]


def callee(call: ast.Call) -> tuple[str, str]:
    """Whose function is called and which: ("log", "info") of `log.info(...)`."""
    match call.func:
        case ast.Attribute(value=ast.Name(id=whose), attr=name):
            return whose, name
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return "", name
    return "", ""


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """The value that a call gives under a name."""
    return next((one.value for one in call.keywords if one.arg == name), None)


def _keywords(call: ast.Call) -> Iterator[str]:
    for one in call.keywords:
        if one.arg is None:
            raise Unreadable
        yield one.arg


def _assigned(name: str, function: ast.FunctionDef) -> list[ast.expr]:
    found = []
    for node in ast.walk(function):
        targets = node.targets if isinstance(node, ast.Assign) else []
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            assert isinstance(node, ast.Assign)
            found.append(node.value)
        elif isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name):
            found += [node.value] if node.target.id == name else []
    return found
