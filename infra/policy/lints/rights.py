"""What people may ask for, and by when: never later than law and the policy's own promise."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.policy import calendar
from chalicelib.policy.profile import Profile
from chalicelib.policy.terms import Right
from infra.policy.faults import Fault


def faults(profile: Profile) -> Iterator[Fault]:
    for right in profile.right:
        yield from _one(profile, right)
    have = {right.type for right in profile.right}
    if "deletion" not in have:
        yield Fault(
            "right",
            "Nobody may ask for deletion.",
            "Every law that we know of gives that right.",
            'Add a right of type = "deletion".',
        )
    if "opt_out" not in have and profile.settings.sale == "conditional":
        yield Fault(
            "settings.sale",
            "Data may be sold, and nobody may opt out.",
            "A conditional sale stands and falls with the right to say no.",
            'Add a right of type = "opt_out", or write sale = "never".',
        )
    asked = [purpose.id for purpose in profile.purpose if purpose.basis == "consent"]
    if asked and "withdraw_consent" not in have:
        yield Fault(
            f"purpose.{asked[0]}",
            f"Consent to {asked[0]} can be given and not taken back.",
            "Taking consent back must be as easy as giving it.",
            'Add a right of type = "withdraw_consent".',
        )


def _one(profile: Profile, right: Right) -> Iterator[Fault]:
    rule = f"right.{right.type}"
    if not right.channels:
        yield Fault(
            f"{rule}.channels",
            f"There is no way to ask for {right.type}.",
            "A right that nobody can use is none.",
            "Name at least one channel.",
        )
    for law in right.statutory:
        if calendar.days(right.due)[0] > calendar.days(law)[1]:
            yield Fault(
                f"{rule}.due",
                f"{right.type} is due after {right.due}, and law gives {law}.",
                "A policy may be faster than law, not slower.",
                "Shorten it, or leave due out for the law's own clock.",
            )
    if right.type == "deletion" and calendar.days(profile.settings.deletion)[1] > calendar.days(right.due)[1]:
        yield Fault(
            "settings.deletion",
            f"A deletion may take {profile.settings.deletion}, and its request is due after {right.due}.",
            "A request is answered when the data is gone.",
            "Make both durations agree.",
        )
