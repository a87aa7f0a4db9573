"""Why data is kept: each purpose with a declared basis, each category with a purpose."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.policy.profile import Profile
from chalicelib.policy.terms import Purpose
from infra.policy.faults import Fault


def faults(profile: Profile) -> Iterator[Fault]:
    for purpose in profile.purpose:
        rule = f"purpose.{purpose.id}"
        if purpose.basis not in profile.bases:
            yield _undeclared(f"{rule}.basis", f"Purpose {purpose.id}", purpose.basis)
        yield from _interest(rule, purpose)
        yield from _consent(rule, purpose)
    for category in profile.category:
        if not category.purposes:
            yield Fault(
                f"category.{category.id}.purposes",
                f"Category {category.id} has no purpose.",
                "What nothing needs may not be collected.",
                "Name the purposes that need it, or remove the category.",
            )
        for term in category.retention:
            if term.basis and term.basis not in profile.bases:
                yield _undeclared(
                    f"category.{category.id}.retention", f"The retention of {category.id}", term.basis
                )


def _undeclared(rule: str, who: str, basis: str) -> Fault:
    return Fault(
        rule,
        f"{who} rests on {basis}, which the policy does not declare.",
        "People are told on what legal bases their data is kept.",
        f"Add {basis} to bases, or choose a declared basis.",
    )


def _interest(rule: str, purpose: Purpose) -> Iterator[Fault]:
    if purpose.basis == "legitimate_interest" and not purpose.legitimate_interest:
        yield Fault(
            rule,
            f"Purpose {purpose.id} rests on a legitimate interest and does not say which.",
            "Who may object must know to what.",
            "Say the interest in legitimate_interest.",
        )
    if purpose.basis != "legitimate_interest" and purpose.legitimate_interest:
        yield Fault(
            f"{rule}.legitimate_interest",
            f"Purpose {purpose.id} states a legitimate interest and rests on {purpose.basis}.",
            "A purpose has one basis.",
            "Remove the statement, or change the basis.",
        )


def _consent(rule: str, purpose: Purpose) -> Iterator[Fault]:
    if purpose.consent == "implied":
        yield Fault(
            f"{rule}.consent",
            f"Purpose {purpose.id} takes using the service for consent.",
            "Consent is a choice that somebody makes; implied consent is none.",
            'Write consent = "opt_in", or rest the purpose on another basis.',
        )
    if purpose.id == "marketing" and purpose.basis != "consent":
        yield Fault(
            f"{rule}.basis",
            f"Marketing rests on {purpose.basis}.",
            "Advertising mail goes only to who asked for it.",
            'Write basis = "consent", or remove the purpose.',
        )
