"""What is wrong with a policy, in sentences: where, what, why that matters, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong. `rule` is the id of what it concerns, such as category.ledger.retention.

    The three sentences end with a full stop. `line` is for what no rule's name can find, `file` for what is
    in the code.
    """

    rule: str
    what: str
    why: str
    do: str
    line: int | None = None
    file: str | None = None


class Refused(Exception):
    """A policy that must not be obeyed; each of its lines is one fault, with its file and line."""

    def __init__(self, told: Iterable[str]) -> None:
        self.told = list(told)
        super().__init__("\n".join(self.told))
