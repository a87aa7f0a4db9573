"""Whether the deletion's promise can be kept: its terms, added up for every category, in whole days.

Grace, then the erasing itself, then the longest of what runs out side by side from there: backups of stores
that hold the category, and what its processors keep. The longest that each can take is added and held
against the shortest that the promise can be. What is documented as a residue is told to people and left out
of the sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.policy import calendar
from chalicelib.policy.profile import Profile
from chalicelib.policy.terms import Category, Store
from infra.policy.faults import Fault

LONG_BACKUP = "P35D"
AT_ONCE = "P0D"


@dataclass(frozen=True)
class Part:
    """One term of the sum; `days` is None where nobody knows, `documented` what is told instead."""

    rule: str
    what: str
    days: int | None
    documented: bool = False


@dataclass(frozen=True)
class Sum:
    """One category's way out, against the promise in days."""

    category: str
    parts: list[Part]
    promised_days: int

    @property
    def counted(self) -> list[Part]:
        return [part for part in self.parts if not part.documented]

    @property
    def days(self) -> int | None:
        known = [part.days for part in self.counted if part.days is not None]
        return sum(known) if len(known) == len(self.counted) else None

    @property
    def holds(self) -> bool:
        return self.days is not None and self.days <= self.promised_days

    @property
    def offender(self) -> Part:
        """The term that breaks the promise: one that has no end, else the longest."""
        return max(self.counted, key=lambda part: (part.days is None, part.days or 0))


def sums(profile: Profile) -> list[Sum]:
    """The arithmetic of every active category that a deletion takes."""
    promised = calendar.days(profile.settings.deletion)[0]
    return [
        Sum(
            category.id,
            [*_own(profile), *_longest_first(_backup(profile, category) + _processor(profile, category))],
            promised,
        )
        for category in profile.category
        if category.stores and category.on_erasure.action != "keep"
    ]


def faults(profile: Profile) -> Iterator[Fault]:
    """Promises of deletion that the sum breaks, documented residues where none may be, late backups."""
    told: set[str] = set()
    for added in sums(profile):
        if not added.holds and added.offender.rule not in told:
            told.add(added.offender.rule)
            yield _broken(profile, added)
    if profile.settings.residue == "strict":
        for residue in profile.residue:
            yield Fault(
                f"residue.{residue.at}",
                f"Something outlives the deletion at {residue.at}, and the policy is strict.",
                "A strict policy promises that nothing does.",
                'Shorten what stays there, or write residue = "documented", which the notice prints.',
            )
    yield from _late_backups(profile)


def _broken(profile: Profile, added: Sum) -> Fault:
    offender = added.offender
    known = " + ".join(f"{part.what} {part.days}" for part in added.counted if part.days is not None)
    if added.days is None:
        what = f"Deleting {added.category} takes {known}, and nobody knows the {offender.what};"
        what += f" {added.promised_days} days are promised."
    else:
        what = f"Deleting {added.category} takes {known} = {added.days} days, and {added.promised_days} are"
        what += f" promised: the {offender.what} is too long."
    return Fault(
        offender.rule,
        what,
        "People are told when everything is gone.",
        "Shorten it, promise more time"
        + (", or document it as a residue." if profile.settings.residue == "documented" else "."),
    )


def _own(profile: Profile) -> list[Part]:
    rules = profile.settings
    return [
        Part("settings.grace", "grace", _longest(rules.grace)),
        Part("settings.purge", "erasing", _longest(rules.purge)),
    ]


def _backup(profile: Profile, category: Category) -> list[Part]:
    documented = {residue.at for residue in profile.residue}
    parts = []
    for store in profile.store:
        if store.id in category.stores and (window := window_of(profile, store)) != AT_ONCE:
            rule = "settings.logs" if store.kind == "logs" else _backup_rule(store)
            what = f"time in {store.id}" if store.kind == "logs" else f"backup window of {store.id}"
            parts.append(Part(rule, what, _longest(window), store.id in documented))
    return parts


def _processor(profile: Profile, category: Category) -> list[Part]:
    documented = {residue.at for residue in profile.residue}
    parts = []
    for processor in profile.processor:
        if (
            processor.active
            and processor.id in category.recipients
            and processor.erase.method != "nothing_kept"
        ):
            days = _longest(processor.erase.within) if processor.erase.within else None
            what = f"residue of {processor.id}"
            parts.append(Part(f"processor.{processor.id}.erase", what, days, processor.id in documented))
    return parts


def window_of(profile: Profile, store: Store) -> str:
    """How long what was deleted from a store can still be restored."""
    if store.kind == "logs":
        return profile.settings.logs
    return {"none": AT_ONCE, "person": profile.settings.person_backup, "long": LONG_BACKUP}[store.backup]


def _late_backups(profile: Profile) -> Iterator[Fault]:
    stores = {store.id: store for store in profile.store}
    for category in profile.category:
        for limit in [term.backup_maximum for term in category.retention if term.backup_maximum]:
            for store in [stores[id] for id in category.stores]:
                window = window_of(profile, store)
                if calendar.days(window)[1] > calendar.days(limit)[0]:
                    yield Fault(
                        f"category.{category.id}.retention",
                        f"Backups of {category.id} may live {limit}, and those of {store.id} live {window}.",
                        "What was deleted must be gone from backups, too, when that was promised.",
                        "Shorten the backups, move the category to another store, or promise more time.",
                    )


def _longest_first(parts: list[Part]) -> list[Part]:
    """Of what runs side by side only the longest counts; everything documented stays to be told."""
    counted = sorted(
        (part for part in parts if not part.documented), key=lambda part: (part.days is None, part.days or 0)
    )
    return [*counted[-1:], *(part for part in parts if part.documented)]


def _longest(text: str) -> int:
    return calendar.days(text)[1]


def _backup_rule(store: Store) -> str:
    return "settings.person_backup" if store.backup == "person" else f"store.{store.id}.backup"
