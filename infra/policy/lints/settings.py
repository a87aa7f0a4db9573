"""What holds for the whole service: ages, dates, lengths, places."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from chalicelib.policy import calendar
from chalicelib.policy.profile import Profile
from infra.policy.faults import Fault

LOG_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731)
COUNTRIES = {
    "us": "US",
    "ca": "CA",
    "eu-west-1": "IE",
    "eu-west-2": "GB",
    "eu-central-1": "DE",
    "eu-north-1": "SE",
}


def faults(profile: Profile) -> Iterator[Fault]:
    yield from _date(profile)
    yield from _lengths(profile)
    yield from _age(profile)
    yield from _place(profile)
    yield from _amounts(profile)
    if not profile.settings.change_notice.channels:
        yield Fault(
            "settings.change_notice",
            "Nobody hears of a new policy.",
            "People agree to a policy, and must know when it changes.",
            "Name at least one channel, such as page.",
        )


def _date(profile: Profile) -> Iterator[Fault]:
    try:
        date.fromisoformat(profile.effective_at)
    except ValueError:
        yield Fault(
            "effective_at",
            f"{profile.effective_at} is no day.",
            "People read since when a policy holds.",
            "Write a day that exists, such as 2026-03-01.",
        )


def _lengths(profile: Profile) -> Iterator[Fault]:
    rules = profile.settings
    try:
        calendar.seconds(profile.longest_call)
    except ValueError:
        yield Fault(
            "longest_call",
            f"{profile.longest_call} has no fixed length.",
            "A call is limited in seconds.",
            "Write hours or minutes, such as PT2H.",
        )
    if rules.person_backup not in {f"P{days}D" for days in range(1, 36)}:
        yield Fault(
            "settings.person_backup",
            f"Backups cannot reach back {rules.person_backup}.",
            "The tables' recovery window is a number of days from 1 to 35.",
            "Write P1D to P35D.",
        )
    if rules.logs not in {f"P{days}D" for days in LOG_DAYS}:
        yield Fault(
            "settings.logs",
            f"Logs cannot be kept for {rules.logs}.",
            "Log groups know only certain lengths.",
            f"Choose one of: {', '.join(f'P{days}D' for days in LOG_DAYS)}.",
        )


def _age(profile: Profile) -> Iterator[Fault]:
    young = profile.settings.parental_consent_from
    if (young is None) == ("parental_consent" in profile.offers):
        yield Fault(
            "settings.parental_consent_from",
            "A parent's consent needs both: the age from which it counts, and the offer parental_consent.",
            "Without the age nobody is asked for a parent; without the offer no parent is asked.",
            "Write both, or neither.",
        )
    if young is not None and not 0 < young < profile.settings.minimum_age:
        yield Fault(
            "settings.parental_consent_from",
            f"A parent's consent counts from {young} years, and the service is open from "
            f"{profile.settings.minimum_age}.",
            "Who is old enough needs nobody's consent.",
            "Write an age below minimum_age, or remove it.",
        )


def _place(profile: Profile) -> Iterator[Fault]:
    home, region = profile.settings.residency, profile.settings.region
    country = next((land for prefix, land in COUNTRIES.items() if region.startswith(prefix)), None)
    if home and country not in home:
        yield Fault(
            "settings.region",
            f"The service runs in {region}, and the policy promises {', '.join(home)}.",
            "Where data lies is a promise.",
            "Choose a region there, or change residency.",
        )


def _amounts(profile: Profile) -> Iterator[Fault]:
    if profile.topup_minimum_micros > profile.topup_maximum_micros:
        yield Fault(
            "topup_minimum_micros",
            "The smallest top-up is larger than the largest.",
            "Nobody could buy credit.",
            "Lower topup_minimum_micros or raise topup_maximum_micros.",
        )
    if lost := profile.calls.high_risk_countries - profile.calls.countries:
        yield Fault(
            "calls.high_risk_countries",
            f"There are high-risk countries that are not called: {', '.join(sorted(lost))}.",
            "A switch that turns nothing on would be offered.",
            "Add them to countries, or remove them here.",
        )
