"""What changed between two versions of a policy, whether it matters to people, and to whom. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chalicelib.policy.profile import Profile
from infra.policy import rules

SAID = ("what", "title", "words", "attributes", "says", "reason", "decision", "legitimate_interest")
"""Words that explain a decision and are none."""
DECIDING = (
    "settings",
    "purpose",
    "category",
    "processor",
    "right",
    "cookie",
    "residue",
    "bases",
    "regimes",
    "offers",
    "mails",
)


Document = dict[str, Any]
"""A policy as plain values, the way it is compiled."""


@dataclass(frozen=True)
class Change:
    """One rule that differs; None is a rule that is not there. `affected` are kinds of people."""

    rule: str
    before: Any
    after: Any
    material: bool
    affected: frozenset[str]

    def __str__(self) -> str:
        weight = "material" if self.material else "wording"
        who = ", ".join(sorted(self.affected)) or "nobody"
        return f"{self.rule}: {_told(self.before)} -> {_told(self.after)} ({weight}; {who})"


def changes(old: Profile, new: Profile) -> list[Change]:
    """Every difference, by rule. A material one needs the notice that the older policy promised."""
    return between(rules.document(old), rules.document(new))


def between(old: Document, new: Document) -> list[Change]:
    """The same of two documents, of which the older may be of an earlier shape."""
    before, after = _rules(old), _rules(new)
    return [
        Change(rule, before.get(rule), after.get(rule), is_material(rule), _affected(rule, old, new))
        for rule in sorted(before.keys() | after.keys())
        if before.get(rule) != after.get(rule)
    ]


def concerns(found: list[Change]) -> frozenset[str]:
    """The kinds of people whom any of these matters to."""
    return frozenset(who for change in found if change.material for who in change.affected)


def is_read(change: Change) -> bool:
    """Whether who reads the policy sees it: where a model keeps a field is for machines alone."""
    return "attributes" not in change.rule.split(".")


def is_material(rule: str) -> bool:
    """Whether people must hear of a change of it: a decision about their data, not how it is worded."""
    first, *rest = rule.split(".")
    return first in DECIDING and not any(part in SAID for part in rest)


def _rules(document: Document) -> dict[str, Any]:
    """Every rule with its value; a list of words is one value, in which order means nothing."""
    return dict(_flat({key: value for key, value in document.items() if key != "version"}, ""))


def _flat(value: Any, rule: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{rule}.{key}" if rule else key)
    elif isinstance(value, list) and any(rules.name_of(entry) for entry in value):
        for entry in value:
            yield from _flat(entry, f"{rule}.{rules.name_of(entry)}")
    elif isinstance(value, list):
        yield rule, sorted(map(str, value))
    else:
        yield rule, value


def _affected(rule: str, old: Document, new: Document) -> frozenset[str]:
    """Those whose data a category holds or a processor gets; what the service decides is everybody's."""
    if not is_material(rule):
        return frozenset()
    first, *rest = rule.split(".")
    if first not in ("category", "processor") or not rest:
        return frozenset({"account"})
    held = [category for document in (old, new) for category in document["category"]]
    if first == "category":
        touched = [category for category in held if category["id"] == rest[0]]
    else:
        processors = [one for document in (old, new) for one in document["processor"]]
        hosts = {one["id"] for one in processors if one["role"] == "hosting"}
        touched = [one for one in held if rest[0] in hosts or rest[0] in one["recipients"]]
    return frozenset(subject for category in touched for subject in category["subjects"])


def _told(value: Any) -> str:
    return "nothing" if value is None else str(value)
