"""What a change of policy means, in sentences for the people whom it concerns. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from infra.policy import rules
from infra.policy.diff import Change, Document

ASPECTS = {
    "fields": "what it consists of",
    "purposes": "what we use it for",
    "recipients": "who gets it",
    "retention": "how long we keep it",
    "on_erasure": "what is left of it after a deletion",
    "export": "whether you can see it and take it along",
    "stores": "where it lies",
    "source": "where it comes from",
}
PARTS = {
    "settings": "The rules for the whole service",
    "purpose": "What we use data for",
    "processor": "Who works for us",
    "right": "Your rights and our deadlines",
    "cookie": "Our cookies",
    "residue": "What others keep after a deletion",
    "bases": "The legal bases that we rely on",
    "regimes": "The laws that we follow",
    "offers": "What the service can do",
    "mails": "Which mails we send",
}


def sentences(changes: Iterable[Change], old: Document, new: Document) -> tuple[str, ...]:
    """One for each thing that changes in a way that matters, in the policy's own titles."""
    told = [_sentence(change.rule, old, new) for change in changes if change.material]
    return tuple(dict.fromkeys(told))


def _sentence(rule: str, old: Document, new: Document) -> str:
    part, name, aspect = (*rule.split("."), "", "")[:3]
    if part == "category":
        return _category(name, aspect, old, new)
    titles = [title for title in (_title(part, name, new), _title(part, name, old)) if title]
    return f"{PARTS[part]}: {titles[0]}." if titles else f"{PARTS[part]}."


def _category(name: str, aspect: str, old: Document, new: Document) -> str:
    before, after = _title("category", name, old), _title("category", name, new)
    if after is None:
        return f"{before}: we no longer collect it."
    if before is None:
        return f"{after}: this is new."
    return f"{after}: {ASPECTS.get(aspect, 'how we treat it')}."


def _title(part: str, name: str, document: Document) -> str | None:
    """What people know an entry by; None where the policy has none of that name."""
    entries = document.get(part)
    for entry in entries if isinstance(entries, list) else []:
        if rules.name_of(entry) == name:
            return str(entry.get("title") or entry.get("what") or name).rstrip(".")
    return None
