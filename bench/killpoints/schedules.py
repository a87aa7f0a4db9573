"""Both schedules, part by part, and each kind of errand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bench.killpoints import doors
from bench.killpoints.calls import LONG, live
from bench.killpoints.facts import close, refund
from bench.killpoints.scene import Scene
from bench.killpoints.sweeps import add, sweep
from chalicelib.core import clock
from chalicelib.identity.models import User
from chalicelib.money import aging, autotopup, cards, closings, ledger, refund_requests
from chalicelib.policy.terms import Retention
from tests.harness.browser import Browser
from tests.harness.killpoints import Case
from tests.harness.lambda_door import run_schedule
from tests.policy.keeping import keeping

LONDON = "+442079460958"
TALK_SECONDS = 7_200
KEPT = Retention(clock="created", maximum="P7Y")
LITTLE_MICROS = 1_000_000


@sweep("schedule sweep", alone=True)
def calls(scene: Scene) -> Case:
    """A call whose end nobody told us."""
    call = live(scene, "lose_completed")
    scene.stage.carrier.end_call(call.sid, 61)
    scene.clock.advance(LONG)
    return Case(scene.rest, lambda: scene.outcome(call.account_id))


def errand(key: str, leave: Callable[[Scene, Browser], object]) -> None:
    """A sweep of one kind of errand: what leaves it, then the schedule until it is done."""

    def make(scene: Scene) -> Case:
        person = scene.person()
        account_id = person.account_id
        leave(scene, person)
        kinds = [held for held in ledger.funds(account_id).holds if held.startswith(key)]
        assert kinds, f"no errand {key}"
        address = scene.mailbox.all()[0].to

        def outcome() -> object:
            """A mail may come twice, when the process dies of having sent it."""
            subjects = {mail.subject for mail in scene.mailbox.to(address)}
            return {**scene.outcome(account_id), "mails": sorted(subjects)}

        return Case(scene.rest, outcome)

    add(f"errand {key}", make, alone=True)


def use_up(scene: Scene, person: Browser, decline: str | None = None) -> None:
    """A long call takes credit below the threshold of a card to charge, and not of the mail."""
    person.top_up(5_000_000)
    doors.save_card(scene, person)
    if decline:
        scene.stage.payments.decline(scene.stage.payments.all("payment_method")[-1]["id"], decline)
    assert person.call(LONDON, TALK_SECONDS)["outcome"] == "completed"


def talk(person: Browser) -> None:
    """Long calls take credit below the threshold of the mail."""
    while person.available_micros() > LITTLE_MICROS:
        assert person.call(LONDON, TALK_SECONDS)["outcome"] == "completed"


def decline(scene: Scene, person: Browser) -> None:
    use_up(scene, person, "insufficient_funds")
    scene.clock.advance(timedelta(minutes=2))
    run_schedule("sweep")


def forget_card(scene: Scene, person: Browser) -> None:
    doors.save_card(scene, person)
    scene.send("PUT", person, "/api/auto-topup", {"enabled": False}, "off")


def forget_customer(scene: Scene, person: Browser) -> None:
    """Two pages were opened before the first card was saved: each makes a customer of its own."""
    pages = [
        scene.send("PUT", person, "/api/auto-topup", doors.WISH, key).json["checkout_id"]
        for key in ("first", "second")
    ]
    for page in pages:
        scene.stage.payments.pay(page, "succeeded")
    scene.stage.settle_payments()


def lose_refund(scene: Scene, person: Browser) -> None:
    """Stripe made the refund, and its answer was lost."""
    person.top_up()
    scene.stage.payments.faults.plant("refunds.create", "timeout_after")
    scene.send("POST", person, "/api/refunds", {}, "refund")


def close_account(_: Scene, person: Browser) -> None:
    """With credit that goes back."""
    person.top_up()
    assert person.post("/api/me/close").status == 200


errand(ledger.AUTO_TOPUP, use_up)
errand(ledger.LOW_BALANCE, lambda _, person: talk(person.top_up(5_000_000)))
errand(ledger.RECEIPT, lambda _, person: person.top_up())
errand(autotopup.DECLINED, decline)
errand(cards.FORGET_CARD, forget_card)
errand(cards.FORGET_CUSTOMER, forget_customer)
errand(refund_requests.RESERVED, lose_refund)
errand(closings.ERRAND, close_account)


@sweep("schedule daily", alone=True)
@sweep("daily reconciler", alone=True)
def reconcile(scene: Scene) -> Case:
    """A payment and its refund that no webhook told of."""
    payer = scene.payer()
    refund("succeeded", known=False)(payer)
    scene.stage.payments.drop(payer.waiting())
    return Case(lambda: run_schedule("daily"), lambda: scene.outcome(payer.account_id))


@sweep("daily reconciler", "to a closed account", alone=True)
def reconcile_closed(scene: Scene) -> Case:
    payer = scene.payer()
    close(payer)
    scene.stage.payments.drop(payer.waiting())
    return Case(lambda: run_schedule("daily"), lambda: scene.outcome(payer.account_id))


@sweep("daily closed accounts", alone=True)
def end(scene: Scene) -> Case:
    """The account's time after its closing is over."""
    person = scene.person()
    account_id, user_id = person.account_id, person.get("/api/me").json["user_id"]
    doors.save_card(scene, person.top_up())
    person.call(LONDON, 61)
    person.put("/api/favourites", {"numbers": [LONDON]})
    close_account(scene, person)
    scene.rest()
    scene.clock.advance(timedelta(days=31))

    def outcome() -> object:
        return {**scene.outcome(account_id), "person": [user_id] if User.stored(user_id) else []}

    return Case(lambda: run_schedule("daily"), outcome)


@sweep("daily old movements", alone=True)
def age(scene: Scene) -> Case:
    """Two accounts' books after seven years: one still in use, one closed with credit that nobody claimed."""
    used, closed = scene.payer(), scene.payer()
    for payer in (used, closed):
        payer.top_up()
    close(closed)

    def let_go() -> None:
        with keeping("ledger", KEPT):
            aging.let_go(clock.now() + timedelta(days=8 * 365))

    return Case(let_go, lambda: (scene.outcome(used.account_id), scene.outcome(closed.account_id)["entries"]))


@sweep("daily books", alone=True)
@sweep("daily margins", alone=True)
def price(scene: Scene) -> Case:
    """A call that has ended and that the carrier has priced meanwhile."""
    call = live(scene)
    scene.stage.carrier.end_call(call.sid, 61)
    scene.clock.advance(timedelta(hours=1))
    return Case(lambda: run_schedule("daily"), lambda: scene.outcome(call.account_id))
