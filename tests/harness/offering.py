"""A service that offers more than the one that the tests run, with all that its policy must say for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import msgspec

from chalicelib.policy import profile
from chalicelib.policy.profile import Profile

LENDER = "ownnumber"
"""Its policy has decided about what is collected and which cookies are set."""


@contextmanager
def offering(*capabilities: str) -> Iterator[Profile]:
    """Offer these, too, until the end of the block."""
    usual, lender = profile.current(), profile.load(LENDER)
    known = {one.id for one in usual.category}
    named = {one.name for one in usual.cookie}
    more = [
        msgspec.structs.replace(one, active=True)
        for one in lender.category
        if one.capability in capabilities and one.id not in known
    ]
    offers = msgspec.structs.replace(
        usual,
        offers=[*usual.offers, *capabilities],
        category=[*usual.category, *more],
        cookie=[*usual.cookie, *(one for one in lender.cookie if one.name not in named)],
    )
    with mock.patch.object(profile, "current", return_value=offers):
        yield offers


@contextmanager
def obeying(id: str) -> Iterator[Profile]:
    """Obey another policy until the end of the block, with everything that it offers and nothing else."""
    with mock.patch.object(profile, "current", return_value=profile.load(id)):
        yield profile.load(id)
