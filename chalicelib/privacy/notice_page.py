"""The privacy notice: one page made of the policy alone, so that it cannot say anything else."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.policy.profile import Profile
from chalicelib.policy.terms import Category, Processor, Right
from chalicelib.privacy import wording

if TYPE_CHECKING:
    from jinja2 import Environment

PAGES = Path(__file__).parent / "pages"


@dataclass(frozen=True)
class Contact:
    """Who answers for the service: name and postal address, and the mail address for privacy."""

    controller: str
    mail: str


def render(profile: Profile, contact: Contact | None = None, coming_at: str | None = None) -> str:
    """The notice of a policy as HTML, without scripts or anything from elsewhere.

    Without a contact (a policy that nobody runs yet) the page says that there is none; `coming_at` is the day
    from which an announced one holds instead.
    """
    held = [category for category in profile.category if category.active]
    active = {processor.id: processor for processor in profile.processor if processor.active}
    return (
        pages()
        .get_template("notice.html")
        .render(
            policy=profile,
            rules=profile.settings,
            contact=contact,
            coming_at=coming_at,
            stored=[category for category in held if category.stores],
            passing=[category for category in held if not category.stores],
            staying=[category for category in held if category.on_erasure.action != "delete"],
            purposes=_used(held),
            rights=_by_terms(profile.right),
            processors=list(active.values()),
            unused=[processor for processor in profile.processor if not processor.active],
            recipients={id: processor.title for id, processor in active.items()},
            names={processor.id: processor.title for processor in profile.processor},
            words=wording,
            style=style(),
        )
    )


@cache
def content_policy() -> str:
    """What the page may load: its own style and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'none'"


@cache
def style() -> str:
    return (PAGES / "notice.css").read_text()


def _used(held: list[Category]) -> set[str]:
    """What is done today; a purpose that nothing serves yet is told as such."""
    return {purpose for category in held for purpose in category.purposes}


def _by_terms(rights: list[Right]) -> list[tuple[Right, list[str]]]:
    """Rights that are asked for, answered and proved alike are told together."""
    found: dict[tuple[object, ...], tuple[Right, list[str]]] = {}
    for right in rights:
        terms = (tuple(right.channels), right.due, right.acknowledge, right.extend, right.verification)
        found.setdefault(terms, (right, []))[1].append(right.type)
    return list(found.values())


def _sentences(processor: Processor, categories: list[Category]) -> list[str]:
    """What each field that a processor gets is, in the words of the categories that give it."""
    known = {
        field: category.words[field]
        for category in reversed(categories)
        if category.active and processor.id in category.recipients
        for field in category.fields
    }
    return [known[field] for field in processor.fields_sent if field in known]


@cache
def pages() -> Environment:
    """The templates of pages; what they are given is escaped, and what they lack is our bug."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        duration=wording.duration,
        day=wording.day,
        listed=wording.listed,
        first_capital=lambda text: text[:1].upper() + text[1:],
        inside=lambda sentence: sentence[:1].lower() + sentence[1:].rstrip("."),
        said=lambda names, table: [table[name] for name in names],
        sentences=_sentences,
    )
    return made
