"""On which line of a TOML file a rule stands: the reader of TOML itself forgets it."""

from __future__ import annotations

import re

HEADER = re.compile(r"(\[\[?)([A-Za-z0-9_.]+)\]\]?")
KEY = re.compile(r'"?([A-Za-z0-9_-]+)"?\s*=\s*(.*)')
NAMES = ("id", "type", "name", "at", "rule", "clock")
TEXT = '"""'


class Lines:
    """The lines of one file's rules, by rule id; an entry of a list goes by its name there."""

    def __init__(self, text: str) -> None:
        self._found: dict[str, int] = {}
        self._scope: list[str] = []
        self._list = ""
        self._header = 0
        inside = False
        for number, line in enumerate(text.splitlines(), 1):
            if not inside:
                self._read(number, line)
            inside ^= line.count(TEXT) % 2 == 1

    def of(self, rule: str) -> int | None:
        """The line of a rule, or of the nearest thing around it; None when nothing around it is there."""
        parts = rule.split(".")
        while parts:
            if (found := self._found.get(".".join(parts))) is not None:
                return found
            parts.pop()
        return None

    def _read(self, number: int, line: str) -> None:
        if header := HEADER.fullmatch(line.partition("#")[0].strip()):
            self._enter(number, header[1] == "[[", header[2])
        elif key := KEY.match(line):
            if self._list and self._scope == [self._list] and key[1] in NAMES:
                self._name(key[2].partition("#")[0].strip().strip('"'))
            self._note([*self._scope, key[1]], number)

    def _enter(self, number: int, is_entry: bool, name: str) -> None:
        if is_entry:
            self._list, self._scope, self._header = name, [name], number
        elif self._list and name.startswith(f"{self._list}."):
            self._scope = [*self._scope[:2], *name.split(".")[1:]]
            self._note(self._scope, number)
        else:
            self._list, self._scope = "", name.split(".")
            self._note(self._scope, number)

    def _name(self, name: str) -> None:
        self._scope = [self._list, name]
        self._note(self._scope, self._header)

    def _note(self, parts: list[str], number: int) -> None:
        self._found.setdefault(".".join(parts), number)
