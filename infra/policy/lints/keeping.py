"""How long data is kept, and what a deletion does with it: no duration missing, none against another."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.policy import calendar
from chalicelib.policy.profile import Profile
from chalicelib.policy.terms import Category, Retention
from infra.policy.faults import Fault

LASTING = ("legal_obligation", "legitimate_interest", "contract")
AFTER_CLOSING = ("account_closed", "user_deleted")
WITHIN = {"call_quality": "call_record"}
"""What lies on another category's items: it ends with them, or before."""


def faults(profile: Profile) -> Iterator[Fault]:
    for category in profile.category:
        yield from _durations(category)
        yield from _lifetime(category)
        for term in category.retention:
            yield from _bounds(category, term)
        yield from _erasure(category)
    yield from _together(profile)


def _durations(category: Category) -> Iterator[Fault]:
    rule = f"category.{category.id}"
    if category.stores and not category.retention:
        yield Fault(
            rule,
            f"Nothing says how long {category.id} is kept.",
            "What has no end is kept for ever.",
            "Add a retention with a clock and a maximum.",
        )
    if category.retention and not category.stores:
        yield Fault(
            f"{rule}.retention",
            f"{category.id} is never stored and yet has a duration.",
            "A notice must not speak of keeping what is dropped at once.",
            "Remove the retention, or name its store in the inventory.",
        )
    for term in category.retention:
        if not term.maximum and term.clock != "account_active":
            yield Fault(
                f"{rule}.retention",
                f"{category.id} has no maximum after {term.clock}.",
                "What has no end is kept for ever.",
                "Add a maximum; where the policy is silent, decide one and write an open point.",
            )


def _lifetime(category: Category) -> Iterator[Fault]:
    clocks = {term.clock for term in category.retention}
    if "account_active" in clocks and not clocks.intersection(AFTER_CLOSING):
        yield Fault(
            f"category.{category.id}.retention",
            f"{category.id} lives as long as the account, and nothing says what comes then.",
            "An account that is closed would keep it for ever.",
            'Add { clock = "account_closed", maximum = ... }.',
        )


def _bounds(category: Category, term: Retention) -> Iterator[Fault]:
    rule = f"category.{category.id}.retention"
    if term.clock == "account_active" and (term.maximum or term.minimum):
        yield Fault(
            rule,
            f"{category.id} counts a duration from account_active, which has no beginning.",
            "That clock runs as long as the account does.",
            "Count from created, last_activity or account_closed.",
        )
    if term.minimum and term.maximum and _longer(term.minimum, term.maximum):
        yield Fault(
            rule,
            f"{category.id} is kept for at least {term.minimum} and at most {term.maximum}.",
            "Nothing can be kept for longer than its maximum.",
            "Raise the maximum or lower the minimum.",
        )
    if term.minimum and term.basis not in LASTING:
        yield Fault(
            rule,
            f"{category.id} must be kept for {term.minimum}, and no basis asks for that.",
            "Data is held against a person's wish only where law or a contract says so.",
            "Name the basis (mostly legal_obligation), or drop the minimum.",
        )


def _longer(one: str, other: str) -> bool:
    return one != other and calendar.days(one)[1] > calendar.days(other)[0]


def _erasure(category: Category) -> Iterator[Fault]:
    rule, plan = f"category.{category.id}.on_erasure", category.on_erasure
    if plan.action == "delete":
        if plan.keep_fields:
            yield Fault(
                rule,
                f"A deletion takes {category.id}, and yet keeps fields of it.",
                "It cannot do both.",
                'Write action = "pseudonymise" or "keep", or remove keep_fields.',
            )
        if kept := [term.minimum for term in category.retention if term.minimum]:
            yield Fault(
                rule,
                f"A deletion takes {category.id}, which must be kept for at least {kept[0]}.",
                "One of the two promises would be broken.",
                'Write action = "keep" or "pseudonymise" with a reason, or drop the minimum.',
            )
        return
    if not plan.reason:
        yield Fault(
            rule,
            f"{category.id} outlives a deletion, and nothing says why.",
            "Who asks for deletion is told what stays and for what reason.",
            "Add a reason, or delete it.",
        )
    if not any(term.maximum for term in category.retention):
        yield Fault(
            rule,
            f"{category.id} outlives a deletion, and nothing says until when.",
            "Who asks for deletion is told until when it stays.",
            "Add a maximum to its retention, or delete it.",
        )
    if plan.action == "keep" and not set(category.bases).intersection(LASTING[:2]):
        yield Fault(
            rule,
            f"{category.id} is kept against a deletion and rests on {' and '.join(category.bases)} only.",
            "Only law or a stated interest outlasts a person's wish to be deleted.",
            "Give it a purpose that rests on legal_obligation or legitimate_interest, or delete it.",
        )


def _together(profile: Profile) -> Iterator[Fault]:
    known = {category.id: category for category in profile.category}
    for id, other in WITHIN.items():
        if id not in known or other not in known:
            continue
        if known[id].retention != known[other].retention:
            yield Fault(
                f"category.{id}.retention",
                f"{id} is kept on the items of {other}, and not for as long.",
                "It expires together with them.",
                f"Give it the retention of {other}.",
            )
        if known[id].on_erasure.action != "delete":
            yield Fault(
                f"category.{id}.on_erasure",
                f"{id} is kept on the items of {other}, and outlives a deletion.",
                "It is always taken from them.",
                'Write on_erasure = { action = "delete" }.',
            )
