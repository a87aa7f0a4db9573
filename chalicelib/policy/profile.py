"""The active profile: one service's promises, read once from its file."""

from __future__ import annotations

import hashlib
import tomllib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from chalicelib.core import settings
from chalicelib.policy import calendar

Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}\Z")]
PROFILES = Path(__file__).parent / "profiles"


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What holds for the whole service; durations are ISO 8601."""

    minimum_age: int
    sale: Literal["never"]
    recording: Literal["forbidden"]
    grace: str
    deletion: str
    person_backup: str


class Calls(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where calls may go, by ISO 3166 codes of real regions, and what who dials for help is told.

    High-risk countries are off until a person switches them on.
    """

    emergency_sentence: str
    countries: frozenset[Country]
    high_risk_countries: frozenset[Country]


class Purpose(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: str
    basis: Literal["contract", "legitimate_interest", "legal_obligation", "consent"]
    legitimate_interest: str | None = None


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How long after `clock`; no maximum means as long as the clock itself runs."""

    clock: Literal["created", "call_ended", "account_active", "account_closed", "request_closed"]
    minimum: str | None = None
    maximum: str | None = None


class OnErasure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    action: Literal["delete", "keep"]
    reason: str | None = None


class Category(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A kind of personal data: what it is, where it lies, why, how long, and what a deletion does."""

    id: str
    fields: list[str]
    stores: list[str]
    purposes: list[str]
    recipients: list[str]
    retention: list[Retention]
    on_erasure: OnErasure


class Processor(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: str
    role: str
    country: str
    hosts: list[str]
    fields_sent: list[str]
    active: bool
    residue: str | None = None


class Right(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    type: str
    channels: list[str]
    verification: str
    due: str


class Cookie(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    category: Literal["essential"]
    life: str
    purpose: str


class OpenPoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the policy's words were silent, and what was decided."""

    rule: str
    decision: str


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One service. `version` is the hash of its file and is what a person accepts."""

    id: str
    title: str
    effective_at: str
    offers: list[str]
    carriers: list[str]
    longest_call: str
    live_calls: int
    topup_minimum_micros: int
    topup_maximum_micros: int
    low_balance_micros: int
    first_day_cap_micros: int
    currency: str
    automatic_tax: bool = False
    calls: Calls
    settings: Rules
    purpose: list[Purpose]
    category: list[Category]
    processor: list[Processor]
    right: list[Right]
    cookie: list[Cookie]
    open_point: list[OpenPoint]
    version: str = ""

    @property
    def longest_call_seconds(self) -> int:
        return calendar.seconds(self.longest_call)

    def category_of(self, id: str) -> Category:
        """The category; raises KeyError for one that the profile does not know, so that nothing is stored."""
        return {category.id: category for category in self.category}[id]

    def expires_at(self, category: str, **clocks: datetime) -> datetime | None:
        """When an item must go: the earliest end among its rules whose clock has started; None: not yet."""
        ends = [
            calendar.after(clocks[rule.clock], rule.maximum)
            for rule in self.category_of(category).retention
            if rule.maximum and rule.clock in clocks
        ]
        return min(ends, default=None)


def known() -> list[str]:
    """The ids of all profiles."""
    return sorted(file.stem for file in PROFILES.glob("*.toml"))


@cache
def load(id: str) -> Profile:
    """Read a profile by its id; a word that is not known or a wrong duration stops start-up."""
    file = PROFILES / f"{id}.toml"
    if not file.is_file():
        raise settings.SettingsError(f"PROFILE must name a file in policy/profiles; there is no {id}.toml.")
    return read(file.read_bytes())


def read(text: bytes) -> Profile:
    """A profile from its TOML, checked."""
    data: dict[str, Any] = {}
    try:
        data = tomllib.loads(text.decode())
        profile = msgspec.convert({**data, "version": hashlib.sha256(text).hexdigest()[:16]}, Profile)
        _check(profile)
    except ValueError as error:
        raise settings.SettingsError(f"The profile {data.get('id')} can't be used: {error}.") from None
    return profile


def current() -> Profile:
    """The profile that this deployment obeys."""
    return load(settings.current().profile)


def offers(capability: str) -> bool:
    return capability in current().offers


def _check(profile: Profile) -> None:
    """What a shape alone does not say; raises ValueError."""
    for length in _durations(profile):
        calendar.duration(length)
    for length in [profile.longest_call, *(cookie.life for cookie in profile.cookie)]:
        calendar.seconds(length)
    if never_called := profile.calls.high_risk_countries - profile.calls.countries:
        raise ValueError(f"high-risk countries that are not called: {', '.join(sorted(never_called))}")
    purposes = {purpose.id for purpose in profile.purpose}
    for category in profile.category:
        if unknown := set(category.purposes) - purposes:
            raise ValueError(f"category {category.id} has no such purpose as {', '.join(sorted(unknown))}")
        if category.on_erasure.action == "keep" and not category.on_erasure.reason:
            raise ValueError(f"category {category.id} is kept without a reason")


def _durations(profile: Profile) -> list[str]:
    rules = profile.settings
    found = [profile.longest_call, rules.grace, rules.deletion, rules.person_backup]
    found += [right.due for right in profile.right] + [cookie.life for cookie in profile.cookie]
    retention = [rule for category in profile.category for rule in category.retention]
    return found + [text for rule in retention for text in (rule.minimum, rule.maximum) if text]
