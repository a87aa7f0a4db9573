"""What is told and taken of objections and restrictions over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from chalicelib.policy import consent, profile
from chalicelib.policy.consent import EVERYTHING, Choice
from chalicelib.privacy import restrictions

ADVERTISING = "To send you news and offers."
Moment = Annotated[datetime, Meta(tz=True)]
Word = Annotated[str, Meta(min_length=1, max_length=64)]


class NewObjection(Struct, frozen=True, forbid_unknown_fields=True):
    """A purpose that rests on an interest of ours, or marketing."""

    purpose: Word


class Objection(Struct, frozen=True):
    """What is not done any more, and since when."""

    purpose: str
    what: str
    at: Moment


class ObjectionList(Struct, frozen=True):
    """What you object to."""

    items: list[Objection]


class NewRestriction(Struct, frozen=True, forbid_unknown_fields=True):
    """A category of the policy, or `everything`."""

    category: Word = EVERYTHING


class Restriction(Struct, frozen=True):
    """What is only stored, and since when."""

    category: str
    title: str
    at: Moment


class RestrictionList(Struct, frozen=True):
    """What you have restricted."""

    items: list[Restriction]


def objection(choice: Choice) -> Objection:
    purpose = consent.purpose_of(profile.current(), choice.about)
    return Objection(choice.about, purpose.what if purpose else ADVERTISING, choice.at)


def restriction(choice: Choice) -> Restriction:
    category = restrictions.category_of(choice.about)
    return Restriction(choice.about, category.title if category else "Everything", choice.at)
