"""Cookies: only what is essential without asking."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.policy import calendar
from chalicelib.policy.profile import Profile
from infra.policy.faults import Fault


def faults(profile: Profile) -> Iterator[Fault]:
    asks = any(purpose.basis == "consent" for purpose in profile.purpose)
    for cookie in profile.cookie:
        rule = f"cookie.{cookie.name}"
        if cookie.category != "essential" and not asks:
            yield Fault(
                f"{rule}.category",
                f"Cookie {cookie.name} is for {cookie.category}, and nobody is asked.",
                "Only what the service cannot do without may be set without consent.",
                "Add a purpose that rests on consent, or remove the cookie.",
            )
        try:
            calendar.seconds(cookie.life)
        except ValueError:
            yield Fault(
                f"{rule}.life",
                f"Cookie {cookie.name} lives for {cookie.life}, which has no fixed length.",
                "A browser counts in seconds.",
                "Write days or hours, such as P30D.",
            )
