"""Google's doors: to there, back from there, and what a deletion finds of it.

Who comes back too late, because their request died, goes there once more.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

from bench.killpoints.people import Guest
from bench.killpoints.scene import Scene
from bench.killpoints.sweeps import sweep
from chalicelib.core.subjects import Subject
from chalicelib.identity import personal_data
from chalicelib.identity.models import GoogleIdentity, owner_of
from tests.app import at_google
from tests.harness.browser import Browser
from tests.harness.killpoints import Case

CALLBACK = "GET /api/auth/google/callback"
Go = Callable[[], str]
"""The way to Google: answers the page there."""


class Visitor(Guest):
    """Somebody with a Google account of their address. Its issuer's keys are not read yet."""

    def __init__(self, scene: Scene, *, known: bool = False) -> None:
        super().__init__(scene, known=known)
        at_google.forget_keys()

    def to_sign_up(self) -> str:
        return at_google.to_google(self.here)

    def to_sign_in(self) -> str:
        answer = self.here.get("/api/auth/google", return_to="/")
        assert answer.status == 302, answer.text
        return answer.headers["location"]

    def to_link(self) -> str:
        answer = self.here.post("/api/me/google")
        assert answer.status == 200, answer.text
        return str(answer.json["url"])

    def founded(self) -> Visitor:
        """They have an account, opened by Google in another browser."""
        self.follow(self.choose(at_google.to_google(self.elsewhere)), self.elsewhere)
        at_google.forget_keys()
        return self

    def choose(self, page: str) -> str:
        """The way back."""
        return self.scene.google.google.choose(page, self.old, "Ada Lovelace")

    def follow(self, back: str, browser: Browser | None = None) -> str | None:
        """Why nobody is signed in, or that an account is linked."""
        answer = at_google.follow(browser or self.here, back)
        assert answer.status == 302, answer.text
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query)).get("google")

    def outcome(self) -> dict[str, object]:
        """Whom Google opens an account for, too."""
        user = owner_of(self.old)
        identity = GoogleIdentity.living(user.google_key) if user and user.google_key else None
        return {
            **super().outcome(),
            "google": [bool(user and identity and identity.owner_id == user.user_id)],
            "name": [user and user.name],
        }


def going(visitor: Visitor, go: Go) -> Case:
    """A browser asks for the way, as often as it must; what came of the last one is seen on coming back."""
    pages: list[str] = []

    def outcome() -> object:
        return {"came back": [visitor.follow(visitor.choose(pages[-1]))], **visitor.outcome()}

    return Case(lambda: pages.append(go()), outcome)


def coming(visitor: Visitor, go: Go) -> Case:
    back = visitor.choose(go())

    def act() -> None:
        if visitor.follow(back) == "expired":
            assert visitor.follow(visitor.choose(go())) in (None, "linked")

    return Case(act, visitor.outcome)


@sweep("POST /api/auth/google")
def go_to_sign_up(scene: Scene) -> Case:
    visitor = Visitor(scene)
    return going(visitor, visitor.to_sign_up)


@sweep("GET /api/auth/google")
def go_to_sign_in(scene: Scene) -> Case:
    visitor = Visitor(scene).founded()
    return going(visitor, visitor.to_sign_in)


@sweep("POST /api/me/google")
def go_to_link(scene: Scene) -> Case:
    visitor = Visitor(scene, known=True)
    return going(visitor, visitor.to_link)


@sweep(CALLBACK, "founding an account")
def sign_up(scene: Scene) -> Case:
    visitor = Visitor(scene)
    return coming(visitor, visitor.to_sign_up)


@sweep(CALLBACK, "signing in")
def sign_in(scene: Scene) -> Case:
    visitor = Visitor(scene).founded()
    return coming(visitor, visitor.to_sign_in)


@sweep(CALLBACK, "joining an account")
def link(scene: Scene) -> Case:
    visitor = Visitor(scene, known=True)
    return coming(visitor, visitor.to_link)


@sweep("erase users", "whom Google knows")
def erase(scene: Scene) -> Case:
    visitor = Visitor(scene).founded()
    me = visitor.elsewhere.get("/api/me").json
    subject, row = Subject(me["user_id"], me["account_id"]), personal_data.ROWS[0]
    user = owner_of(visitor.old)
    assert user

    def act() -> None:
        while row.erase(subject).outcome == "more":
            pass

    def outcome() -> object:
        known = GoogleIdentity.living(user.google_key)
        return {"left": [row.find(subject)], "known": [known is not None], **visitor.outcome()}

    return Case(act, outcome)
