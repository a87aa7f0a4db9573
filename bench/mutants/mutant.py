"""One planted fault."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """In `file`, `old` becomes `new`; `proofs` are what pytest is to run."""

    name: str
    file: str
    old: str
    new: str
    proofs: tuple[str, ...]
