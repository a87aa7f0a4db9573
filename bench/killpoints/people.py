"""What opens an account: sign-up, sign-in, sessions, forgotten and changed passwords, changed addresses.

A person whose request died sends it again, and signs in again where their session is gone by then.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta

from bench.killpoints.scene import Scene
from bench.killpoints.sweeps import sweep
from chalicelib.core import clock
from chalicelib.core.subjects import Subject
from chalicelib.identity import passwords, personal_data
from chalicelib.identity.models import Session, owner_of
from tests.app import person
from tests.harness.browser import PASSWORD, Browser
from tests.harness.killpoints import Case
from tests.harness.lambda_door import Answer

names = itertools.count(1)


class Guest:
    """Somebody with two browsers, an address, and another address that they may want."""

    def __init__(self, scene: Scene, *, known: bool = True) -> None:
        name = f"guest{next(names)}"
        self.scene, self.mailbox = scene, scene.mailbox
        self.old, self.new = f"{name}@example.org", f"{name}@new.example.org"
        self.here, self.elsewhere = (Browser(scene.stage, scene.mailbox) for _ in range(2))
        if known:
            self.here.sign_up(self.old)
            self.elsewhere.sign_in(self.old)

    def case(self, ask: Callable[[], Answer], *expected: int) -> Case:
        """`expected` are the answers to the request when it was done before."""

        def act() -> None:
            answer = ask()
            assert answer.status < 300 or answer.status in expected, answer.text
            if answer.status == 401:
                self._sign_in()

        return Case(act, self.outcome)

    def outcome(self) -> dict[str, object]:
        """Who owns which address, what opens it, who is signed in, and which mails came at least once."""
        mails = {(role, mail.subject) for role, email in self._addresses() for mail in self.mailbox.to(email)}
        return {
            "owners": [self._owner(role, email) for role, email in self._addresses()],
            "signed in": [browser.get("/api/me").status for browser in (self.here, self.elsewhere)],
            "mails": sorted(mails),
        }

    def _addresses(self) -> list[tuple[str, str]]:
        return [("old", self.old), ("new", self.new)]

    def _owner(self, role: str, email: str) -> tuple[object, ...]:
        user = owner_of(email)
        if not user:
            return (role,)
        opens = [one for one in (PASSWORD, person.NEW) if passwords.matches(one, user.password_hash)]
        return role, user.status, user.generation, *opens

    def _sign_in(self) -> None:
        for _, email in self._addresses():
            for password in (PASSWORD, person.NEW):
                answer = self.here.post("/api/auth/login", {"email": email, "password": password})
                if answer.status == 200:
                    self.here.csrf_token = answer.json["csrf_token"]


@sweep("POST /api/auth/signup")
def sign_up(scene: Scene) -> Case:
    guest = Guest(scene, known=False)

    def outcome() -> object:
        opened = person.verify(guest.here, person.newest_token(guest.mailbox, guest.old))
        return {"opened": [opened], **guest.outcome()}

    return Case(guest.case(lambda: person.sign_up(guest.here, email=guest.old)).act, outcome)


@sweep("POST /api/auth/verify")
def verify(scene: Scene) -> Case:
    guest = Guest(scene, known=False)
    person.sign_up(guest.here, email=guest.old)
    body = {"token": person.newest_token(guest.mailbox, guest.old)}
    return guest.case(lambda: guest.here.post("/api/auth/verify", body), 404)


def child(scene: Scene, *, asked: bool) -> Guest:
    """Somebody who needs a parent, whose own address is confirmed where the parent was asked."""
    guest = Guest(scene, known=False)
    born = (clock.now() - timedelta(days=17 * 366)).date().isoformat()
    person.sign_up(guest.here, email=guest.old, birth_date=born, parent_email=guest.new)
    if asked:
        guest.here.post("/api/auth/verify", {"token": person.mailed(guest.mailbox, guest.old)})
    return guest


@sweep("POST /api/auth/verify", "asking a parent")
def ask_parent(scene: Scene) -> Case:
    guest = child(scene, asked=False)
    body = {"token": person.mailed(guest.mailbox, guest.old)}

    def outcome() -> object:
        answered = _answer(guest, agreed=True)
        return {"answered": [answered.status], **guest.outcome()}

    return Case(guest.case(lambda: guest.here.post("/api/auth/verify", body)).act, outcome)


@sweep("POST /api/auth/parent", "agreeing")
def agree(scene: Scene) -> Case:
    guest = child(scene, asked=True)
    return guest.case(lambda: _answer(guest, agreed=True), 404)


@sweep("POST /api/auth/parent", "not agreeing")
def refuse(scene: Scene) -> Case:
    guest = child(scene, asked=True)
    return guest.case(lambda: _answer(guest, agreed=False), 404)


@sweep("POST /api/auth/login")
def sign_in(scene: Scene) -> Case:
    guest = Guest(scene)
    body = {"email": guest.old, "password": PASSWORD}
    return guest.case(lambda: guest.here.post("/api/auth/login", body))


@sweep("POST /api/auth/logout")
def sign_out(scene: Scene) -> Case:
    guest = Guest(scene)
    return guest.case(lambda: guest.elsewhere.post("/api/auth/logout"), 401)


@sweep("DELETE /api/auth/sessions")
def sign_out_everywhere(scene: Scene) -> Case:
    guest = Guest(scene)
    return Case(lambda: guest.here.delete("/api/auth/sessions"), lambda: _without_generation(guest))


@sweep("DELETE /api/auth/sessions/{id}")
def end_session(scene: Scene) -> Case:
    guest, other = _another_session(scene)
    return guest.case(lambda: guest.here.delete(f"/api/auth/sessions/{other}"), 404)


def _another_session(scene: Scene) -> tuple[Guest, str]:
    """One that the index has before the current: its order decides how many requests it takes to find it."""
    while True:
        guest = Guest(scene)
        items = guest.here.get("/api/auth/sessions").json["items"]
        [other] = [item["id"] for item in items if not item["current"]]
        found = Session.by_user.query(guest.here.get("/api/me").json["user_id"])
        first = next(key.token_hash for key in found if key.token_hash.startswith("SESSION#"))
        if Session.get(first).session_id == other:
            return guest, other


@sweep("PATCH /api/me")
def change_me(scene: Scene) -> Case:
    guest = Guest(scene)
    return guest.case(lambda: guest.here.patch("/api/me", {}))


@sweep("POST /api/auth/password/forgot")
def forget(scene: Scene) -> Case:
    guest = Guest(scene)

    def outcome() -> object:
        used = person.reset(guest.here, person.mailed(guest.mailbox, guest.old)).status
        return {"used": [used], **guest.outcome()}

    return Case(guest.case(lambda: person.forget(guest.here, guest.old)).act, outcome)


@sweep("POST /api/auth/password/reset", "a reset")
def reset(scene: Scene) -> Case:
    guest = Guest(scene)
    person.forget(guest.here, guest.old)
    token = person.mailed(guest.mailbox, guest.old)
    return guest.case(lambda: person.reset(guest.here, token), 404)


@sweep("POST /api/me/password")
def set_password(scene: Scene) -> Case:
    guest = Guest(scene)
    return guest.case(lambda: person.set_password(guest.here), 401)


@sweep("POST /api/me/email")
def ask_for_address(scene: Scene) -> Case:
    guest = Guest(scene)

    def outcome() -> object:
        used = person.confirm_address(guest.here, person.mailed(guest.mailbox, guest.new)).status
        return {"used": [used], **guest.outcome()}

    return Case(guest.case(lambda: person.ask_for_address(guest.here, guest.new)).act, outcome)


@sweep("POST /api/me/email/confirm", "a confirmed address")
def confirm_address(scene: Scene) -> Case:
    guest = Guest(scene)
    person.ask_for_address(guest.here, guest.new)
    token = person.mailed(guest.mailbox, guest.new)
    return guest.case(lambda: person.confirm_address(guest.here, token), 401)


def erase(number: int) -> Callable[[Scene], Case]:
    row = personal_data.ROWS[number]

    def make(scene: Scene) -> Case:
        guest = Guest(scene)
        me = guest.here.get("/api/me").json
        subject = Subject(me["user_id"], me["account_id"])

        def act() -> None:
            while row.erase(subject).outcome == "more":
                pass

        return Case(act, lambda: {"left": [row.find(subject)], **guest.outcome()})

    return make


for number, row in enumerate(personal_data.ROWS):
    sweep(f"erase {row.name}")(erase(number))


def _answer(guest: Guest, *, agreed: bool) -> Answer:
    token = person.mailed(guest.mailbox, guest.new)
    return guest.elsewhere.post("/api/auth/parent", {"token": token, "agreed": agreed})


def _without_generation(guest: Guest) -> object:
    """Signing out everywhere twice raises it twice, which is as good as once."""
    return {"signed in": guest.outcome()["signed in"]}


@sweep("POST /api/me/close")
def close_account(scene: Scene) -> Case:
    guest = Guest(scene)
    return guest.case(lambda: guest.here.post("/api/me/close"), 409)
