"""Whose canaries they are: their random numbers, and the word of each field."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bench.canary import words
from chalicelib.core import ids
from chalicelib.core.subjects import Subject


@dataclass
class Person:
    """`leaves` is whoever is deleted later; all was made `at`; `bare` are the fields without a canary."""

    whose: str
    leaves: bool
    at: datetime
    made: dict[str, str] = field(default_factory=dict)
    bare: set[str] = field(default_factory=set)

    def id(self, prefix: str, name: str = "") -> str:
        """A random number of theirs, the same each time it is asked for under a name."""
        return self.made.setdefault(f"{prefix} {name}", ids.new(prefix, self.at))

    @property
    def user_id(self) -> str:
        return self.id("usr")

    @property
    def account_id(self) -> str:
        return self.id("acc")

    @property
    def subject(self) -> Subject:
        return Subject(self.user_id, self.account_id)

    @property
    def email(self) -> str:
        return self.word("User", "email")

    @property
    def own_number(self) -> str:
        return self.word("CallerIds", "numbers.*.phone")

    def word(self, model: str, path: str) -> str:
        """The canary of a text field: a time where it tells one."""
        name, seed = path.rpartition(".")[2], self.seed(model, path)
        if words.MOMENT.fullmatch(name):
            return words.moment(seed, self.at)
        return words.text(self.whose, name, seed)

    def number(self, model: str, path: str) -> int:
        """The canary of a number: a second where something ends, or digits that nothing else has."""
        name, seed = path.rpartition(".")[2], self.seed(model, path)
        return words.deadline(seed, self.at) if words.DEADLINE.fullmatch(name) else words.number(seed)

    def seed(self, model: str, path: str) -> str:
        return f"{self.whose}:{model}:{path}"
