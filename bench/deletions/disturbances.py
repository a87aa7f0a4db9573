"""What else happens around a deletion, at any moment: holds, banks, late webhooks, and who signs up again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import boto3

from bench.deletions.scenery import Scenery
from bench.deletions.world import ADA, LONDON, World
from bench.simulator.checks import demand
from chalicelib.calling import calls
from chalicelib.core import clock, ids, tables
from chalicelib.identity import last_mail
from chalicelib.identity.models import User
from chalicelib.money import ledger
from chalicelib.policy import profile
from chalicelib.privacy import certificates, holds, manifest, register
from chalicelib.privacy.models import Request
from chalicelib.providers import twilio
from infra.local.payments import Start
from infra.local.payments.errors import RefusedError
from tests.harness.browser import Browser
from tests.harness.signed import SignedCall, post_twilio
from tests.numbers.phones import told

STARTS: list[Start] = ["succeeded", "succeeded", "pending", "requires_action"]
HELD: list[list[str]] = [[], [], ["call_record"], ["ledger", "call_record"], ["account"], ["caller_id"]]
SURE = ("calls", "users", "stripe_customers", "favourites", "caller_ids")
"""Rows that nothing but a deletion empties here."""
STAFF = "staff"
SOON, MONTH = timedelta(days=10), timedelta(days=40)
RELEASED, NARROWED, LEGAL = 0.6, 0.5, 0.35


def gather(world: World, scenery: Scenery) -> None:
    """Plan all of it, before the person asks to go."""
    chance = world.chance
    world.stage.payments.start_refunds(chance.choice(STARTS))
    if chance.random() < LEGAL:
        world.plan(SOON, partial(set_hold, world, scenery))
    for act, often in OFTEN.items():
        while chance.random() < often:
            world.plan(chance.choice([SOON, MONTH]), partial(act, world, scenery))
    for at_providers, often in ELSEWHERE.items():
        while chance.random() < often:
            world.plan(chance.choice([SOON, MONTH]), partial(at_providers, world))


def set_hold(world: World, scenery: Scenery) -> None:
    """A case comes up; later it may be narrowed, and it is released, or never."""
    chance, categories = world.chance, world.chance.choice(HELD)
    hold = holds.place(world.account_id, f"2026/{world.planned}", categories, STAFF)
    scenery.held[hold.id] = _covered(world, categories)
    world.note(f"hold on {categories or 'all'}: {scenery.held[hold.id]}")
    if not categories and chance.random() < NARROWED:
        world.plan(SOON, partial(narrow_hold, world, scenery, hold.id))
    if chance.random() < RELEASED:
        world.plan(MONTH, partial(release_hold, world, scenery, hold.id))


def narrow_hold(world: World, scenery: Scenery, id: str) -> None:
    check_holds(world, scenery)
    if id in scenery.held:
        categories = world.chance.choice(HELD[2:])
        holds.narrow(world.account_id, id, categories, STAFF)
        scenery.held[id] = _covered(world, categories)
        world.note(f"hold narrowed to {categories}")


def release_hold(world: World, scenery: Scenery, id: str) -> None:
    check_holds(world, scenery)
    holds.release(world.account_id, id, STAFF)
    world.rests = False  # the watchdog goes on with it
    del scenery.held[id]
    world.note("hold released")


def check_holds(world: World, scenery: Scenery) -> None:
    """What was there when a hold was set is there for as long as it stands."""
    for then in scenery.held.values():
        now = _counted(world, set(then))
        lost = {name: (count, now[name]) for name, count in then.items() if now[name] < count}
        demand(not lost, f"erased under a legal hold: {lost}")


def open_dispute(world: World, scenery: Scenery) -> None:
    """A bank takes a payment back, and decides some time later."""
    paid = [intent for intent in _payments(world, scenery) if intent["status"] == "succeeded"]
    if not paid:
        return
    intent = world.chance.choice(paid)
    amount_micros = world.chance.choice([2_500_000, intent["amount"] * 10_000])
    with suppress(RefusedError):
        world.stage.payments.dispute(intent["id"], amount_micros, "open")
        world.note("dispute")
        world.plan(MONTH, partial(decide_dispute, world, intent["id"], amount_micros))


def decide_dispute(world: World, intent: str, amount_micros: int) -> None:
    outcome: Any = world.chance.choice(["won", "lost"])
    with suppress(RefusedError):
        world.stage.payments.dispute(intent, amount_micros, outcome)
        world.note(f"dispute {outcome}")


def answer_refunds(world: World) -> None:
    """A bank takes a refund, or sends it back, however late."""
    for refund in world.stage.payments.all("refund"):
        answer = world.stage.payments.settle_refund
        if world.chance.random() < 0.5:
            answer = world.stage.payments.fail_refund
        with suppress(RefusedError):
            world.note(f"refund {answer(refund['id'])['status']}")


def refund_by_staff(world: World, scenery: Scenery) -> None:
    """Somebody refunds a part at Stripe itself."""
    for intent in _payments(world, scenery):
        with suppress(RefusedError):
            world.stage.payments.refund(intent["id"], 1_000_000)
            world.note("refunded at Stripe")


def deliver_again(world: World) -> None:
    """Events that were taken long ago come once more."""
    known = [event["id"] for event in world.stage.payments.events()]
    world.stage.payments.deliver(world.chance.sample(known, min(3, len(known))))


def ring(world: World, scenery: Scenery) -> None:
    """A token that was issued minutes ago is used: the carrier asks whether to dial."""
    if scenery.token:
        may = ledger.funds(world.account_id).status == "open"
        call_id = ids.new("call", clock.now())
        params = {"call_id": call_id, "signature": calls.sign(world.account_id, call_id)}
        token = twilio.access_token(world.account_id, params, 600)
        outcome = world.stage.carrier.start_call(token, LONDON)["outcome"]
        world.note(f"rang: {outcome}")
        demand(may or outcome == "refused", f"an account at rest placed a call: {outcome}")


def tell_late(world: World, scenery: Scenery) -> None:
    """The carrier says again, or only now, how a call ended and that a code was typed."""
    for call_id, sid, leg_sid in scenery.calls:
        call = SignedCall(world.account_id, call_id, sid, leg_sid)
        _expect(call.status(world.chance.choice(["completed", "no-answer"])).status)
    for id in scenery.caller_ids:
        path = f"/api/webhooks/twilio/caller-id/{world.account_id}/{id}"
        _expect(post_twilio(path, told("success")).status)


def sign_up(world: World, scenery: Scenery) -> None:
    """Somebody with this address signs up: always 202, and nobody new until the last mail is out."""
    if _is_free(world.request()):
        begin_again(world, scenery)
        return
    before = _people()
    new = {"email": ADA, "password": "another good password", "birth_date": "1990-05-17"}
    browser = Browser(world.stage, world.mailbox)
    answer = browser.post("/api/auth/signup", {**new, "policy_version": profile.current().version})
    world.note(f"signed up: {answer.status}")
    demand(answer.status == 202 or world.is_down("ses"), f"a sign-up was told {answer.status}")
    demand(_people() == before, "a sign-up before the last mail has changed somebody")


def _is_free(request: Request) -> bool:
    """Whether the address is anybody's: its person is certified to be gone, and the last mail was sent."""
    gone = certificates.newest(request.id) and User.stored(request.user_id) is None
    return bool(gone) and last_mail.capability(request.id) is None


def begin_again(world: World, scenery: Scenery) -> None:
    """The same address, another person: they see nothing of the old, and keep what is theirs."""
    if scenery.newcomer or world.is_down("ses") or world.is_down("stripe"):
        return
    others = {one["id"] for one in world.stage.payments.all("customer")}
    again = Browser(world.stage, world.mailbox).sign_up(ADA)
    scenery.newcomer = again
    me = again.get("/api/me").json
    scenery.new_ids = (me["user_id"], me["account_id"])
    again.top_up(scenery.NEW_CREDIT_MICROS)
    scenery.new_customers = {one["id"] for one in world.stage.payments.all("customer")} - others
    world.note("began again")


OFTEN: Mapping[Callable[[World, Scenery], None], float] = {
    ring: 0.4,
    tell_late: 0.4,
    sign_up: 0.4,
    open_dispute: 0.35,
    refund_by_staff: 0.1,
}
"""How often each comes, and comes again."""
ELSEWHERE: Mapping[Callable[[World], None], float] = {
    answer_refunds: 0.5,
    World.deliver: 0.5,
    deliver_again: 0.3,
}


def _payments(world: World, scenery: Scenery) -> list[dict[str, Any]]:
    """Of who is going."""
    made = world.stage.payments.all("payment_intent")
    return [intent for intent in made if intent["customer"] not in scenery.new_customers]


def _covered(world: World, categories: list[str]) -> dict[str, int]:
    rows = [row for row in manifest.rows() if row.name in SURE]
    return _counted(world, {row.name for row in rows if not categories or row.category in categories})


def _counted(world: World, names: set[str]) -> dict[str, int]:
    subject = register.subject_of(world.request())
    return {name: manifest.row(name).find(subject) for name in names}


def _people() -> list[str]:
    found: Any = boto3.client("dynamodb").scan(TableName=tables.name("users"))["Items"]
    return sorted(map(str, found))


def _expect(status: int) -> None:
    # Where a call has to be asked of a carrier that is down, it tells again.
    demand(status in (204, 503), f"a late webhook was answered {status}")
