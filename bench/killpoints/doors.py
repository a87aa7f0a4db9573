"""Doors that a signed-in person's browser writes through."""

from __future__ import annotations

import secrets

from bench.killpoints.scene import Scene
from bench.killpoints.sweeps import sweep
from tests.harness.browser import Browser
from tests.harness.killpoints import Case

WISH = {"enabled": True, "threshold_micros": 5_000_000, "amount_micros": 20_000_000}


def case(scene: Scene, person: Browser, method: str, path: str, body: object) -> Case:
    """One request of a person's; what came of their account."""
    account_id, key = person.account_id, secrets.token_hex(8)
    return Case(
        lambda: scene.send(method, person, path, body, key),
        lambda: scene.outcome(account_id),
    )


@sweep("POST /api/topups")
def order(scene: Scene) -> Case:
    return case(scene, scene.person(), "POST", "/api/topups", {"amount_micros": 5_000_000})


@sweep("POST /api/refunds", "one payment", alone=True)
def refund(scene: Scene) -> Case:
    return case(scene, scene.person().top_up(), "POST", "/api/refunds", {"amount_micros": 4_000_000})


@sweep("POST /api/refunds", "two payments", alone=True)
def refund_all(scene: Scene) -> Case:
    person = scene.person().top_up(5_000_000).top_up(6_000_000)
    return case(scene, person, "POST", "/api/refunds", {})


@sweep("PUT /api/limits")
def limit(scene: Scene) -> Case:
    return case(scene, scene.person().top_up(), "PUT", "/api/limits", {"day_micros": 1_000_000})


@sweep("PUT /api/auto-topup", "without a card")
def wish(scene: Scene) -> Case:
    return case(scene, scene.person(), "PUT", "/api/auto-topup", WISH)


@sweep("PUT /api/auto-topup", "off again")
def drop(scene: Scene) -> Case:
    person = scene.person()
    save_card(scene, person)
    return case(scene, person, "PUT", "/api/auto-topup", {"enabled": False})


@sweep("POST /api/calls/token")
def token(scene: Scene) -> Case:
    return case(scene, scene.person().top_up(), "POST", "/api/calls/token", None)


def save_card(scene: Scene, person: Browser) -> None:
    """Have a card charged from now on."""
    page = scene.send("PUT", person, "/api/auto-topup", WISH, secrets.token_hex(8)).json["checkout_id"]
    scene.stage.payments.pay(page, "succeeded")
    scene.stage.settle_payments()
