"""Restrictions: data that is only stored from then on, and used for nothing but what law asks."""

from __future__ import annotations

from chalicelib.core.errors import not_found
from chalicelib.policy import profile
from chalicelib.policy.consent import EVERYTHING, Choice
from chalicelib.policy.terms import Category
from chalicelib.privacy import choices


def of(account_id: str) -> list[Choice]:
    """What an account has restricted, by category."""
    said = choices.standing(account_id).choices.values()
    return sorted(
        (one for one in said if one.kind == "restriction" and one.stands), key=lambda one: one.about
    )


def place(account_id: str, category: str) -> tuple[Choice | None, bool]:
    """Restrict a category, or everything; returns the restriction, and whether it is new.

    Refuses what is not stored of people with an account.
    """
    if category != EVERYTHING and not category_of(category):
        raise not_found("category")
    return choices.put(account_id, "restriction", category, stands=True)


def lift(account_id: str, category: str) -> None:
    """Have it used again; refuses what is not restricted."""
    _, news = choices.put(account_id, "restriction", category, stands=False)
    if not news:
        raise not_found("restriction")


def category_of(id: str) -> Category | None:
    """What may be restricted by this name."""
    kept = (one for one in profile.current().category if one.active and one.stores)
    return next((one for one in kept if one.id == id and "account" in one.subjects), None)
