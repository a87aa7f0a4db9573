"""Everything that writes and whose deaths are swept, as the service itself knows it."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from unittest import mock

from chalice.app import ScheduledEventConfig

from bench.killpoints.mailings import POLICY as MAILING_POLICY
from bench.killpoints.scene import OFFERED
from chalicelib.calling import personal_data as calling
from chalicelib.core import chores, doors
from chalicelib.identity import personal_data as identity
from chalicelib.money import errands, facts
from chalicelib.money import personal_data as money
from chalicelib.numbers import personal_data as numbers
from chalicelib.policy import profile
from chalicelib.privacy import personal_data as privacy
from infra import privacy as privacy_commands
from infra import requests
from infra.money import parser
from infra.policy import operations
from tests.harness.lambda_door import application, run_schedule
from tests.harness.offering import obeying, offering

ROOMS = (
    "chalicelib.identity.",
    "chalicelib.money.",
    "chalicelib.numbers.",
    "chalicelib.calling.",
    "chalicelib.privacy.choice_routes",
    "chalicelib.privacy.export_routes",
    "chalicelib.privacy.opposition_routes",
    "chalicelib.privacy.routes",
    "chalicelib.privacy.unsubscribe_routes",
)
OF_PEOPLE = (calling, numbers, money, privacy, identity)
OTHERS = {"policy"}
"""A part of the day that is swept as commands."""
READS = {"list", "show", "audit"}
"""Commands about people's data that write nothing."""
WRITING_GETS = {
    "/api/auth/google",
    "/api/auth/google/callback",
    "/api/calls.csv",
    "/api/privacy/transmissions/{capability}",
}
"""A browser follows a link there, and something is begun or done; no other GET writes."""


def entries() -> list[str]:
    """Their names, each once."""
    application()
    with offering(*OFFERED):
        offered = list(_doors())
    with obeying(MAILING_POLICY):
        offered += _doors()
    return list(
        dict.fromkeys(
            [
                *offered,
                *(f"fact {fact.__name__}" for fact in facts.FOLLOWERS),
                *_schedules(),
                *(f"errand {key}" for key in errands.CARRY),
                *(f"daily {part}" for part in _daily_parts() if part not in OTHERS),
                "step close",
                "step certify",
                *(f"erase {row.name}" for room in OF_PEOPLE for row in room.ROWS),
                *(f"command {name}" for name in _commands()),
                *(f"policy {name}" for name in operations.COMMANDS if name != "status"),
                *(f"request {name}" for name in _words(requests.parser()) if name not in READS),
                *(f"hold {name}" for name in privacy_commands.HOLD_VERBS if name not in READS),
                "command replay-deletions",
                "command mailing",
                "function mail_events",
            ]
        )
    )


def _doors() -> Iterator[str]:
    """Those that the scene's profile offers."""
    for door in doors.DOORS:
        if door.capability and not profile.offers(door.capability):
            continue
        writes = door.method in doors.WRITES or door.path in WRITING_GETS
        if writes and door.view.__module__.startswith(ROOMS):
            yield f"{door.method} {door.path}"


def _schedules() -> Iterator[str]:
    for source in application().event_sources:
        if isinstance(source, ScheduledEventConfig):
            yield f"schedule {source.name}"


def _daily_parts() -> list[str]:
    with mock.patch.object(chores, "run", return_value={}) as run:
        run_schedule("daily")
    return list(run.call_args.args[0])


def _commands() -> list[str]:
    return _words(parser())


def _words(made: ArgumentParser) -> list[str]:
    """The commands that a parser knows."""
    [actions] = [action for action in made._actions if action.dest in ("command", "verb")]
    return list(actions.choices or ())
