"""What start-up hands down: floors know nothing of those above them, and this joins them in every process.

app.py does it for the functions, infra/command.py for an operator's commands. Rooms may not import it.
"""

from __future__ import annotations

from chalicelib.core import doors, guard, logs
from chalicelib.identity import sessions
from chalicelib.money import errands
from chalicelib.numbers import removals
from chalicelib.policy import fields, permissions, profile
from chalicelib.privacy import arrivals, choices, holds


def connect() -> None:
    """Hand everything down; until then nothing may be stored, used or offered. May be repeated."""
    guard.hooks.fields = fields.stored
    logs.hooks.fields = fields.logged
    permissions.hooks.standing = choices.standing
    permissions.hooks.held = holds.covers
    doors.hooks.authenticate = sessions.authenticate
    doors.hooks.offers = profile.offers
    doors.hooks.require = permissions.require
    sessions.hooks.arrived = arrivals.arrive
    errands.CARRY[removals.ERRAND] = removals.tidy
