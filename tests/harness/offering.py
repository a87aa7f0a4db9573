"""A service that offers more than the one that the tests run, with all that its policy must say for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import msgspec

from chalicelib.policy import profile
from chalicelib.policy.profile import Profile
from chalicelib.policy.terms import Category

LENDERS = ("ownnumber", "kiwiphone")
"""Their policies have decided about what is collected and which cookies are set."""


@contextmanager
def offering(*capabilities: str) -> Iterator[Profile]:
    """Offer these, too, until the end of the block."""
    usual = profile.current()
    lent = [one for id in LENDERS for one in profile.load(id).category]
    kinds = {one.id: one for id in LENDERS for one in profile.load(id).category}
    cookies = {one.name: one for id in LENDERS for one in profile.load(id).cookie}
    known = {one.id for one in usual.category}
    named = {one.name for one in usual.cookie}
    kept = {one.id for one in usual.processor}
    more = [
        msgspec.structs.replace(one, active=True)
        for one in kinds.values()
        if one.capability in capabilities and one.id not in known
    ]
    partners = {one.id: one for id in LENDERS for one in profile.load(id).processor}
    settings = usual.settings
    if "parental_consent" in capabilities:
        settings = msgspec.structs.replace(settings, parental_consent_from=settings.minimum_age - 2)
    offers = msgspec.structs.replace(
        usual,
        offers=[*usual.offers, *capabilities],
        category=[*(_joined(one, lent) for one in usual.category), *more],
        processor=[*usual.processor, *(one for id, one in partners.items() if id not in kept)],
        cookie=[*usual.cookie, *(one for name, one in cookies.items() if name not in named)],
        settings=settings,
    )
    with mock.patch.object(profile, "current", return_value=offers):
        yield offers


@contextmanager
def obeying(id: str) -> Iterator[Profile]:
    """Obey another policy until the end of the block, with everything that it offers and nothing else."""
    with mock.patch.object(profile, "current", return_value=profile.load(id)):
        yield profile.load(id)


def _joined(one: Category, lent: list[Category]) -> Category:
    """A category with the fields that the lenders have of it, too."""
    same = [other for other in lent if other.id == one.id]
    names = dict.fromkeys([*one.fields, *(name for other in same for name in other.fields)])
    words = {name: other.words[name] for other in [*same, one] for name in other.fields}
    attributes = {name: other.attributes[name] for other in [*same, one] for name in other.fields}
    return msgspec.structs.replace(one, fields=list(names), words=words, attributes=attributes)
