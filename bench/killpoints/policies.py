"""A changed policy on its way, and what SES tells of mails: nothing is lost, and nothing holds twice."""

from __future__ import annotations

from datetime import timedelta

import app
from bench.killpoints.scene import Scene
from bench.killpoints.sweeps import sweep
from chalicelib.core import clock
from chalicelib.privacy import announcements, policy_letters
from chalicelib.providers import suppressions
from infra.local import mail_returns
from tests.harness.killpoints import Case
from tests.harness.lambda_door import Context
from tests.privacy.changing import MAILED, told, told_of

DAY = timedelta(days=1)


@sweep("function mail_events", "a mail that came back")
def bounce(scene: Scene) -> Case:
    scene.person()
    address = scene.mailbox.all()[-1].to
    event = mail_returns.event(address, "bounce", clock.now())
    return Case(
        lambda: app.hear_of_mail(event, Context()), lambda: {"kept": sorted(suppressions.of(address))}
    )


@sweep("policy announce", alone=True)
def announce(scene: Scene) -> Case:
    """Everybody hears of it; who was being written to when the process died may hear of it twice."""
    MAILED.hold()
    scene.person()
    address = scene.mailbox.all()[-1].to
    draft = MAILED.draft(days_ahead=60)

    def act() -> None:
        scene.clock.advance(policy_letters.CLAIM)
        policy_letters.tell_all(announcements.announce(draft))

    def outcome() -> object:
        return {
            "told": sorted(told_of(draft)),
            "heard": ["the person"] if told(scene.mailbox, address) else [],
        }

    return Case(act, outcome)


@sweep("policy activate", alone=True)
def activate(scene: Scene) -> Case:
    MAILED.hold()
    draft = MAILED.draft()
    policy_letters.tell_all(announcements.announce(draft))
    scene.clock.advance(30 * DAY)

    def outcome() -> object:
        held = announcements.holding()
        return {"holds": [held is not None and held.version == draft.version]}

    return Case(lambda: announcements.activate(draft), outcome)
