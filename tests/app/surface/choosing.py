"""Good requests to the doors of what people choose."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.policy import consent, profile
from tests.app.surface.scene import Scene
from tests.app.surface.wanted import Wanted

OPPOSABLE = consent.MARKETING
ASKED = {"purpose": consent.questions(profile.current())[0].purpose}


def _objection(scene: Scene) -> Wanted:
    somebody = scene.somebody()
    assert somebody.post("/api/privacy/objections", {"purpose": OPPOSABLE}).status == 201
    return Wanted(ids={"purpose": OPPOSABLE}, who=somebody)


def _restriction(scene: Scene) -> Wanted:
    somebody = scene.somebody()
    assert somebody.post("/api/privacy/restrictions", {}).status == 201
    return Wanted(ids={"category": "everything"}, who=somebody)


CHOOSING: dict[str, Callable[[Scene], Wanted]] = {
    "GET /api/privacy/consents": lambda _: Wanted(),
    "GET /api/privacy/consents/{purpose}": lambda _: Wanted(ids=ASKED),
    "GET /api/privacy/objections": lambda _: Wanted(),
    "GET /api/privacy/restrictions": lambda _: Wanted(),
    "DELETE /api/privacy/objections/{purpose}": _objection,
    "DELETE /api/privacy/restrictions/{category}": _restriction,
    "POST /api/privacy/objections": lambda _: Wanted(body={"purpose": OPPOSABLE}),
    "POST /api/privacy/restrictions": lambda scene: Wanted(
        body={"category": "account"}, who=scene.somebody()
    ),
    "PUT /api/privacy/consents/{purpose}": lambda _: Wanted(ids=ASKED, body={"granted": True}),
}
