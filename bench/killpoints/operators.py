"""What operators command, and what a deletion does to money and calls."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from bench.killpoints import doors
from bench.killpoints.facts import dispute, pay
from bench.killpoints.history import exported
from bench.killpoints.scene import Scene
from bench.killpoints.sweeps import add, sweep
from chalicelib.core.errors import NotRight, Refusal
from chalicelib.money import operations
from tests.harness.browser import Browser
from tests.harness.killpoints import Case
from tests.money.payer import Payer
from tests.privacy.requested import Requested

LONDON = "+442079460958"


def command(name: str, before: Callable[[Payer], object], arguments: Callable[[Payer], list[str]]) -> None:
    """A sweep of one command; an operator gives it again, and a second time nothing may be left to do."""

    def make(scene: Scene) -> Case:
        payer = scene.payer()
        before(payer)
        given = arguments(payer)

        def act() -> None:
            with suppress(NotRight, Refusal):
                list(getattr(operations, name)(*given))
            if name == "refund":
                scene.rest()  # what the first try set aside is finished by the sweep

        return Case(act, lambda: scene.outcome(payer.account_id))

    add(f"command {name}", make, alone=True)


def pay_unheard(payer: Payer) -> None:
    pay()(payer)
    payer.stage.payments.drop(payer.waiting())


def freeze(payer: Payer) -> None:
    dispute("lost")(payer)
    payer.stage.settle_payments()


command("reconcile", pay_unheard, lambda _: [])
command("check", Payer.top_up, lambda _: [])
command("explain", Payer.top_up, lambda payer: [payer.account_id])
command("refund", Payer.top_up, lambda payer: [payer.account_id])
command("adjust", Payer.top_up, lambda payer: [payer.account_id, "-1.5", "case-17", "2026-01-02"])
command("thaw", freeze, lambda payer: [payer.account_id, *payer.funds.frozen])


def requested(scene: Scene, prepare: Callable[[Scene, Browser], object]) -> Requested:
    """Somebody's deletion whose grace is over."""
    person = scene.person().top_up()
    prepare(scene, person)
    answer = person.post("/api/privacy/requests", {"type": "deletion"})
    assert answer.status < 300, answer.text
    asked = Requested(person, scene.clock, answer.json)
    asked.until("in_progress")
    return asked


@sweep("step close", "with a live call", alone=True)
def close(scene: Scene) -> Case:
    """Its call is ended and charged, its credit given back, its books closed."""

    def dial(_: Scene, person: Browser) -> None:
        scene.stage.carrier.start_call(person.post("/api/calls/token").json["token"], LONDON)

    asked = requested(scene, dial)
    account_id = str(asked.input["request"]["account_id"])

    def act() -> None:
        while asked.step("close")["outcome"] == "later":
            scene.stage.carrier.deliver_due()

    return Case(act, lambda: scene.outcome(account_id))


def erase(row: str, prepare: Callable[[Scene, Browser], object]) -> None:
    """A sweep of one row of money's or calling's."""

    def make(scene: Scene) -> Case:
        asked = requested(scene, prepare)
        assert asked.step("close")["outcome"] == "closed"
        account_id = str(asked.input["request"]["account_id"])
        return Case(lambda: asked.step("erase", row), lambda: scene.outcome(account_id))

    add(f"erase {row}", make, alone=True)


erase("stripe_customers", lambda _, person: person)
erase("saved_cards", doors.save_card)
erase("card_wishes", doors.save_card)
erase("calls", lambda _, person: person.call(LONDON, 61))
erase("favourites", lambda _, person: person.put("/api/favourites", {"numbers": [LONDON]}))
erase("exports", lambda _, person: exported(person))
