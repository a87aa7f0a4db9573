"""A policy told to who must answer for it: the deletion's arithmetic, what stays, deadlines. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.policy.profile import Profile
from chalicelib.policy.terms import Category, Retention
from infra.policy import solver


def explain(profile: Profile, version: str) -> Iterator[str]:
    """The lines of the explanation."""
    yield f"{profile.title}, version {version}, in force since {profile.effective_at}."
    yield f"Offered: {', '.join(profile.offers)}." + _planned(profile)
    yield from ["", f"A deletion is promised within {profile.settings.deletion}:"]
    for added in solver.sums(profile):
        yield f"  {added.category}: {arithmetic(added)}"
    yield from ["", "What outlives it:", *_or_nothing(_outliving(profile))]
    yield from ["", "How long it is kept:"]
    for category in profile.category:
        yield f"  {category.id}: {_kept(category)}"
    yield from ["", "What people may ask for:"]
    for right in profile.right:
        law = f" (law: {', '.join(right.statutory)})" if right.statutory else ""
        how = f"by {', '.join(right.channels)}, known by {right.verification}"
        yield f"  {right.type}: {right.due}{law}, {how}"
    yield from ["", "Where the policy's words were not enough:"]
    yield from _or_nothing(
        [f"  {point.rule} ({point.kind}): {point.decision} {point.reason}" for point in profile.open_point]
    )


def arithmetic(added: solver.Sum) -> str:
    """One category's sum, and what is documented beside it."""
    counted = " + ".join(f"{part.what} {'?' if part.days is None else part.days}" for part in added.counted)
    sign = "<=" if added.holds else ">"
    beside = [part.what for part in added.parts if part.documented]
    told = f"; beside it, documented: {', '.join(beside)}" if beside else ""
    return f"{counted} = {added.days} {sign} {added.promised_days} days{told}"


def _outliving(profile: Profile) -> list[str]:
    kept = [
        f"  {category.id}: {category.on_erasure.reason} {_kept(category)}"
        for category in profile.category
        if category.on_erasure.action != "delete"
    ]
    return kept + [
        f"  at {residue.at}, {residue.until or 'without a known end'}: {residue.says}"
        for residue in profile.residue
    ]


def _kept(category: Category) -> str:
    if not category.retention:
        return "never stored"
    planned = "" if category.active else " (planned)"
    return "; ".join(_term(term) for term in category.retention) + planned


def _term(term: Retention) -> str:
    if not term.maximum:
        return f"while {term.clock}"
    least = f"at least {term.minimum}, " if term.minimum else ""
    return f"{least}at most {term.maximum} after {term.clock}, then {term.on_expiry}"


def _planned(profile: Profile) -> str:
    return f" Planned, and not offered: {', '.join(profile.planned)}." if profile.planned else ""


def _or_nothing(lines: list[str]) -> list[str]:
    return lines or ["  nothing"]
