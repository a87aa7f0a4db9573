"""What people choose: each choice once on record, whatever died."""

from __future__ import annotations

from bench.killpoints.scene import Scene
from bench.killpoints.sweeps import sweep
from chalicelib.policy.consent import EVERYTHING, MARKETING, Kind
from chalicelib.privacy import choices, visitors
from tests.app.surface.choosing import ASKED
from tests.harness.browser import Browser
from tests.harness.killpoints import Case

PURPOSE = ASKED["purpose"]
PATH = f"/api/privacy/consents/{PURPOSE}"


def on_record(holder: str, kind: Kind = "consent", about: str = PURPOSE) -> dict[str, object]:
    """What stands, and what every receipt says and whether it has its end."""
    kept = choices.history(holder, kind, about, 10)
    return {
        "stands": choices.standing(holder).stands(kind, about),
        "receipts": [(one.stands, one.source, one.expires_at is not None) for one in kept],
    }


def put(browser: Browser, granted: bool) -> None:
    assert browser.put(PATH, {"granted": granted}).status == 200


@sweep("PUT /api/privacy/consents/{purpose}", "a first yes")
def consent_first(scene: Scene) -> Case:
    person = scene.person()
    account_id = person.account_id
    return Case(lambda: put(person, True), lambda: on_record(account_id))


@sweep("PUT /api/privacy/consents/{purpose}", "a withdrawal")
def withdraw(scene: Scene) -> Case:
    person = scene.person()
    account_id = person.account_id
    put(person, True)
    return Case(lambda: put(person, False), lambda: on_record(account_id))


@sweep("PUT /api/privacy/consents/{purpose}", "a visitor")
def visitor(scene: Scene) -> Case:
    browser = Browser(scene.stage, scene.mailbox)
    put(browser, True)
    holder = visitors.holder(browser.cookies["vowline-choices"])
    return Case(lambda: put(browser, False), lambda: on_record(holder))


@sweep("POST /api/auth/login", "with what a visitor chose")
def arrive(scene: Scene) -> Case:
    person = scene.person()
    email, account_id = str(person.get("/api/me").json["email"]), person.account_id
    elsewhere = Browser(scene.stage, scene.mailbox)
    put(elsewhere, True)
    return Case(lambda: elsewhere.sign_in(email), lambda: on_record(account_id))


def opposed(scene: Scene, kind: Kind, about: str, *, lifted: bool) -> Case:
    """Placed or lifted by somebody; what was lifted is not found when it is lifted again."""
    person = scene.person()
    account_id, path = person.account_id, f"/api/privacy/{kind}s"
    body = {"purpose" if kind == "objection" else "category": about}

    def place() -> None:
        assert person.post(path, body).status in (200, 201)

    def lift() -> None:
        assert person.delete(f"{path}/{about}").status in (204, 404)

    if lifted:
        place()
    return Case(lift if lifted else place, lambda: on_record(account_id, kind, about))


@sweep("POST /api/privacy/objections")
def object_to(scene: Scene) -> Case:
    return opposed(scene, "objection", MARKETING, lifted=False)


@sweep("DELETE /api/privacy/objections/{purpose}")
def take_back(scene: Scene) -> Case:
    return opposed(scene, "objection", MARKETING, lifted=True)


@sweep("POST /api/privacy/restrictions")
def restrict(scene: Scene) -> Case:
    return opposed(scene, "restriction", EVERYTHING, lifted=False)


@sweep("DELETE /api/privacy/restrictions/{category}")
def lift(scene: Scene) -> Case:
    return opposed(scene, "restriction", EVERYTHING, lifted=True)
