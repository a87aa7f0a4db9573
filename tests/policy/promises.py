"""What the tests of each policy ask of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from chalicelib.policy.profile import Profile
from chalicelib.policy.terms import Processor, Right

# The last day of a leap year's February shows whether a year is a year.
LEAP = datetime(2028, 2, 29, 12, tzinfo=UTC)


def fields(policy: Profile, category: str) -> set[str]:
    return set(policy.category_of(category).fields)


def purposes(policy: Profile) -> dict[str, str]:
    """Every purpose with its basis."""
    return {purpose.id: purpose.basis for purpose in policy.purpose}


def processor(policy: Profile, id: str) -> Processor:
    return next(one for one in policy.processor if one.id == id)


def active(policy: Profile) -> set[str]:
    return {one.id for one in policy.processor if one.active}


def right(policy: Profile, type: str) -> Right:
    return next(one for one in policy.right if one.type == type)


def rights(policy: Profile) -> set[str]:
    return {one.type for one in policy.right}


def regimes(policy: Profile) -> set[str]:
    return {regime.id for regime in policy.regimes}


def sent(policy: Profile, ids: Iterable[str]) -> set[str]:
    """What these processors get, by the names of fields."""
    return {field for id in ids for field in processor(policy, id).fields_sent}


def decided(policy: Profile, rule: str, kind: str) -> bool:
    """Whether an open point of this kind says what was decided about a rule."""
    return any((point.rule, point.kind) == (rule, kind) for point in policy.open_point)


def planned(policy: Profile) -> set[str]:
    return {one.id for one in policy.capability if one.state == "planned"}
