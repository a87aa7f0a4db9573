"""Objections: to what rests on an interest of ours, and to marketing, wherever it may come from one day."""

from __future__ import annotations

from chalicelib.core.errors import Refusal, not_found
from chalicelib.policy import consent, profile
from chalicelib.policy.consent import MARKETING, Choice
from chalicelib.privacy import choices


def of(account_id: str) -> list[Choice]:
    """What an account objects to, by purpose."""
    said = choices.standing(account_id).choices.values()
    return sorted((one for one in said if one.kind == "objection" and one.stands), key=lambda one: one.about)


def place(account_id: str, purpose: str) -> tuple[Choice | None, bool]:
    """Object to a purpose; returns the objection, and whether it is new.

    Refuses a purpose that the policy does not know, or that rests on a contract, on law or on consent.
    Marketing is never refused, even where the policy has none.
    """
    known = consent.purpose_of(profile.current(), purpose)
    if not known and purpose != MARKETING:
        raise not_found("purpose")
    if known and not consent.opposable(known):
        sentence = "This does not rest on an interest of ours, so there is nothing to object to."
        raise Refusal(409, "not-opposable", sentence)
    return choices.put(account_id, "objection", purpose, stands=True)


def lift(account_id: str, purpose: str) -> None:
    """Take an objection back; refuses one that does not stand."""
    _, news = choices.put(account_id, "objection", purpose, stands=False)
    if not news:
        raise not_found("objection")
