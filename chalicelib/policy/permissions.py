"""Whether a person's data may be used: the policy's rules, asked with what that person has chosen.

Rooms ask here before they use what somebody may restrict, object to or have to allow. Who knows the choices
stands on a higher floor and is handed down at start-up; until then nothing may be used.
"""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.core.errors import Refusal
from chalicelib.policy import consent, profile
from chalicelib.policy.consent import Standing


class Hooks:
    """What a higher floor hands down: an account's choices as they stand, and what of it a case holds."""

    standing: Callable[[str], Standing] | None = None
    held: Callable[[str, str], bool] | None = None


hooks = Hooks()


def may(account_id: str, category: str, purpose: str) -> bool:
    """Whether this account's data of a category may be used for a purpose, now."""
    return hooks.standing is not None and consent.may(
        profile.current(), hooks.standing(account_id), category, purpose
    )


def erasable(account_id: str, category: str) -> bool:
    """Whether this account's data of a category may go when its time is over, and no legal hold keeps it."""
    return hooks.held is not None and not hooks.held(account_id, category)


def require(account_id: str, category: str) -> None:
    """Refuse with 409 to use what its owner has restricted, but for what law asks."""
    if hooks.standing and consent.usable(profile.current(), hooks.standing(account_id), category):
        return
    raise Refusal(
        409,
        "restricted",
        "You asked us to only store this data. Lift the restriction to have it used again.",
    )
