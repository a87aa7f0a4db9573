"""News to everybody who asked for them, and the way out of them."""

from __future__ import annotations

from collections.abc import Callable

from bench.killpoints.scene import Scene
from bench.killpoints.sweeps import Make, sweep
from chalicelib.core import clock, ids
from chalicelib.policy.consent import MARKETING
from chalicelib.privacy import audit, choices, mailings, unsubscribing
from chalicelib.privacy.mailings import Mailed, Mailing
from tests.harness.browser import Browser
from tests.harness.environment import ENVIRONMENT
from tests.harness.killpoints import Case
from tests.harness.lambda_door import ask
from tests.harness.offering import obeying
from tests.privacy.chosen import choose

POLICY = "zenvoip"
"""One that sends such mails."""
READERS = 3
FORM = {"content-type": "application/x-www-form-urlencoded"}


def obeyed(make: Make) -> Make:
    """All of a case under the policy that has it."""

    def made(scene: Scene) -> Case:
        with obeying(POLICY):
            case = make(scene)
        return Case(_within(case.act), _within(case.outcome))

    return made


def _within(act: Callable[[], object]) -> Callable[[], object]:
    def go() -> object:
        with obeying(POLICY):
            return act()

    return go


def reader(scene: Scene) -> Browser:
    person = scene.person()
    assert choose(person, MARKETING, True).status == 200
    return person


@sweep("command mailing", alone=True)
@obeyed
def send(scene: Scene) -> Case:
    """Nobody gets it twice, and who gets none is who was being written to when the process died."""
    readers = [reader(scene) for _ in range(READERS)]
    scene.person()
    name = f"news-{ids.new('exp', clock.now())[-8:].lower()}"

    def outcome() -> dict[str, object]:
        mailing = Mailing.stored(f"MAILING#{name}")
        return {
            "fates": [_fate(scene, person, name) for person in readers],
            "ended": [bool(mailing and mailing.ended_at)],
            "sent": [len(_news(scene)) <= READERS],
        }

    return Case(lambda: mailings.send(name, "News", "Calls are cheaper."), outcome)


def _fate(scene: Scene, person: Browser, name: str) -> str:
    email = person.get("/api/me").json["email"]
    claim = Mailed.stored(f"MAILED#{name}#{person.account_id}")
    got = _news(scene).count(email)
    if claim is None or got > 1:
        return f"{got} mails, claimed: {claim is not None}"
    unknown = claim.outcome is None
    return "at most once" if got == 1 or unknown else "claimed as sent and never sent"


def _news(scene: Scene) -> list[str]:
    return [mail.to for mail in scene.mailbox.all() if mail.subject == "News"]


@sweep("POST /api/privacy/unsubscribe/{token}")
@obeyed
def unsubscribe(scene: Scene) -> Case:
    """A mail program that heard nothing asks again."""
    person = reader(scene)
    path = unsubscribing.url(person.account_id).removeprefix(ENVIRONMENT["PUBLIC_URL"])

    def act() -> None:
        assert ask("POST", path, headers=FORM, body=b"List-Unsubscribe=One-Click").status == 200

    def outcome() -> dict[str, object]:
        said = choices.standing(person.account_id).choices.values()
        return {
            "chosen": sorted((one.kind, one.about, one.stands) for one in said),
            "chain": [entry.what for entry in audit.entries(person.account_id)],
            "wrong": audit.check(person.account_id),
        }

    return Case(act, outcome)
