"""A service whose policy keeps something for another time than the one that the tests run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import msgspec

from chalicelib.policy import profile
from chalicelib.policy.profile import Profile
from chalicelib.policy.terms import Retention


@contextmanager
def keeping(category: str, *rules: Retention) -> Iterator[Profile]:
    """Keep a category by these rules until the end of the block."""
    usual = profile.current()
    decided = [
        msgspec.structs.replace(one, retention=list(rules)) if one.id == category else one
        for one in usual.category
    ]
    changed = msgspec.structs.replace(usual, category=decided)
    with mock.patch.object(profile, "current", return_value=changed):
        yield changed
