"""People's requests that no machine works on, and what staff does with them by command.

A person whose request died sends it again, staff gives the command again, and the watchdog looks each day. A
mail may come twice to whom it was sent when the process died, and never not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from bench.killpoints.scene import Scene
from bench.killpoints.sweeps import add, sweep
from chalicelib.core import clock
from chalicelib.core.errors import Refusal
from chalicelib.core.subjects import Subject
from chalicelib.privacy import answers, audit, choices, desk, executions, register, watchdog
from chalicelib.privacy.models import Request
from tests.harness.killpoints import Case

REQUESTS = "/api/privacy/requests"
WHO = "operator:privacy"
REASON = "Much has to be looked at."


class Asking:
    """Somebody with one open request, and what comes of it."""

    def __init__(self, scene: Scene, type: str | None = "correction", way: str = "signed_in") -> None:
        self.person = scene.person()
        me = self.person.get("/api/me").json
        self.subject, self.email = Subject(me["user_id"], me["account_id"]), me["email"]
        self.scene, self.id = scene, ""
        if type and way == "mail":
            self.id = desk.receive(self.account_id, type, WHO).id
        elif type:
            self.id = self.person.post(REQUESTS, {"type": type}).json["id"]

    @property
    def account_id(self) -> str:
        return self.subject.account_id

    def outcome(self) -> dict[str, object]:
        """Each request with its events, what was chosen, the mails that came at least once, and the chain."""
        found = register.page(self.account_id, 50)
        said = choices.standing(self.account_id).choices.values()
        mails = {mail.subject for mail in self.scene.mailbox.all() if mail.to == self.email}
        chain = [entry.what for entry in audit.entries(self.account_id)]
        return {
            "requests": sorted(map(_told, found)),
            "chosen": sorted((one.kind, one.about, one.stands) for one in said),
            "mails": sorted(mails),
            "chain": sorted(chain),
            "wrong": audit.check(self.account_id),
            "machines": sorted(str(executions.status(one)) for one in found if one.type == "deletion"),
        }


def _told(request: Request) -> tuple[object, ...]:
    events = sorted(event.what for event in register.events(request.id))
    late = register.ends_at(request) > clock.from_epoch(request.due_at)
    return request.type, request.state, request.reason or "", request.told_at is None, late, tuple(events)


def asking(type: str) -> Callable[[Scene], Case]:
    def make(scene: Scene) -> Case:
        asked = Asking(scene, None)

        def act() -> None:
            answer = asked.person.post(REQUESTS, {"type": type})
            assert answer.status in (200, 201), answer.text
            watchdog.watch()

        return Case(act, lambda: _each_once(asked.outcome()))

    return make


def _each_once(outcome: dict[str, object]) -> dict[str, object]:
    """What was done and asked for again is on record twice, and done as it was."""
    return {
        name: sorted(set(found)) if name in ("requests", "chain") and isinstance(found, list) else found
        for name, found in outcome.items()
    }


add("POST /api/privacy/requests", asking("correction"), "what is answered", alone=True)
add("POST /api/privacy/requests", asking("restriction"), "what is done at once", alone=True)


@sweep("POST /api/privacy/requests/{id}/cancel", "what is answered")
def cancel(scene: Scene) -> Case:
    asked = Asking(scene)

    def act() -> None:
        assert asked.person.post(f"{REQUESTS}/{asked.id}/cancel").status == 200

    return Case(act, asked.outcome)


@sweep("daily watchdog", "what came by mail", alone=True)
def take_up(scene: Scene) -> Case:
    """A letter that its machine never got to."""
    asked = Asking(scene, None)
    register.receive(asked.subject, "correction", waive_grace=True, way="mail", actor=WHO)
    return Case(watchdog.watch, asked.outcome)


@sweep("daily watchdog", "what nobody showed to be theirs", alone=True)
def expire(scene: Scene) -> Case:
    asked = Asking(scene, way="mail")
    scene.clock.advance(timedelta(days=60))
    return Case(watchdog.watch, asked.outcome)


@sweep("daily watchdog", "a lost machine near its deadline", alone=True)
def restart(scene: Scene) -> Case:
    asked = Asking(scene, "deletion")
    scene.clock.advance(timedelta(days=29))
    return Case(watchdog.watch, asked.outcome)


def verb(name: str, do: Callable[[Asking], object], title: str = "", **begun: str) -> None:
    """A sweep of one of the desk's verbs, given again until it is not refused any more."""

    def make(scene: Scene) -> Case:
        asked = Asking(scene, **begun)

        def act() -> None:
            with suppress(Refusal):
                do(asked)

        return Case(act, asked.outcome)

    add(f"request {name}", make, title)


verb("extend", lambda asked: desk.extend(asked.account_id, asked.id, REASON, WHO))
verb("deny", lambda asked: desk.deny(asked.account_id, asked.id, REASON, WHO))
verb("fulfil", lambda asked: desk.fulfil(asked.account_id, asked.id, None, WHO))
verb("fulfil", lambda asked: desk.fulfil(asked.account_id, asked.id, REASON, WHO), "but for something")


def letter(type: str) -> Callable[[Scene], Case]:
    def make(scene: Scene) -> Case:
        asked = Asking(scene, None)

        def act() -> None:
            desk.receive(asked.account_id, type, WHO)

        return Case(act, asked.outcome)

    return make


for type in ("correction", "deletion", "access"):
    add("request receive", letter(type), f"a letter about {type}")


@sweep("request suspected-child")
def erase_child(scene: Scene) -> Case:
    asked = Asking(scene, None)
    return Case(lambda: desk.erase_child(asked.account_id, WHO), asked.outcome)


@sweep("request suspected-child", "who is in a grace")
def hurry_child(scene: Scene) -> Case:
    asked = Asking(scene, "deletion")
    return Case(lambda: desk.erase_child(asked.account_id, WHO), asked.outcome)


@sweep("step close", "with open requests", alone=True)
def drop(scene: Scene) -> Case:
    """A deletion drops what has no answer yet, and nobody is said to have cancelled it."""
    asked = Asking(scene)
    return Case(lambda: answers.drop(asked.account_id), asked.outcome)
