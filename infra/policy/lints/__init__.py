"""What a policy may not say: each lint looks at one noun of a merged policy and tells its faults."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.policy.profile import Profile
from infra.policy.faults import Fault
from infra.policy.lints import cookies, keeping, offering, purposes, rights, sending, settings, sharing, words
from infra.policy.solver import faults as promises

LINTS = (
    words.faults,
    settings.faults,
    purposes.faults,
    keeping.faults,
    sharing.faults,
    sending.faults,
    rights.faults,
    cookies.faults,
    offering.faults,
    promises,
)


def faults(profile: Profile) -> Iterator[Fault]:
    """Everything that is wrong with a merged policy."""
    for lint in LINTS:
        yield from lint(profile)
