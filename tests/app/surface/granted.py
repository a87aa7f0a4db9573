"""Every route with a request that it grants, for the matrices to spoil. A route without one fails them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from chalicelib.calling.quality import CallQuality
from chalicelib.core import clock
from chalicelib.core.doors import DOORS, Door
from chalicelib.policy import profile
from chalicelib.privacy import announcements
from infra.local.payments.webhooks import sign
from tests.app.person import NEW, forget, form, mailed
from tests.app.surface.choosing import CHOOSING
from tests.app.surface.exporting import certificate, exporting, handing_on, portable
from tests.app.surface.scene import ADA, MORE, Scene
from tests.app.surface.wanted import Wanted
from tests.harness.browser import PASSWORD, Browser
from tests.harness.environment import ENVIRONMENT
from tests.harness.lambda_door import Answer, application, ask
from tests.harness.signed import FORM, LONDON, WEBHOOK_SECRET, SignedCall, twilio_signature
from tests.numbers.phones import Phones, told
from tests.privacy.changing import MAILED

application()
SITE = ENVIRONMENT["PUBLIC_URL"]
# What is not offered is not found, whoever asks: tests/core/test_doors.py.
OFFERED = [door for door in DOORS if door.capability in {None, *profile.current().offers, *MORE}]


@dataclass(frozen=True)
class Request:
    """One request as it goes over the wire, which can be spoiled part by part."""

    door: Door
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def having(self, **headers: str) -> Request:
        """Headers by their names with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **named})

    def without(self, *names: str) -> Request:
        return replace(
            self, headers={name: value for name, value in self.headers.items() if name not in names}
        )

    def by(self, other: Browser) -> Request:
        """The same request with another person's cookie and token."""
        return self.without("cookie", "x-csrf-token").having(**_identity(other))

    def send(self) -> Answer:
        return ask(
            self.door.method,
            self.path,
            query=urlencode(self.query, quote_via=quote),
            headers=self.headers,
            body=self.body,
        )


def query_names(door: Door) -> list[str]:
    return [one.encode_name for one in msgspec.structs.fields(door.query)] if door.query else []


def name_of(door: Door) -> str:
    return f"{door.method} {door.path}"


def grant(door: Door, scene: Scene) -> Request:
    """A good request for this door."""
    return request_for(door, want(door, scene), scene)


def want(door: Door, scene: Scene) -> Wanted:
    """What a good request for this door carries."""
    return GRANTED[name_of(door)](scene)


def request_for(door: Door, wanted: Wanted, scene: Scene) -> Request:
    """This as a request, signed or with a session as the door wants it."""
    path = door.path.format(**wanted.ids)
    if door.webhook:
        return Request(door, path, wanted.query, *_signed(door, path, wanted.body))
    headers = {"origin": SITE, "sec-fetch-site": "same-origin", "host": SITE.partition("//")[2]}
    if wanted.body is not None:
        headers["content-type"] = "application/json"
    body = b"" if wanted.body is None else json.dumps(wanted.body).encode()
    return Request(door, path, wanted.query, headers, body).having(**_identity(wanted.who or scene.ada))


def _identity(browser: Browser) -> dict[str, str]:
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    return {"cookie": cookies, "x_csrf_token": str(browser.csrf_token)} if cookies else {}


def _signed(door: Door, path: str, body: Any) -> tuple[dict[str, str], bytes]:
    if door.webhook == "Stripe-Signature":
        text = json.dumps(body).encode()
        signature = sign(text, WEBHOOK_SECRET, int(time.time()))
        return {"content-type": "application/json; charset=utf-8", "stripe-signature": signature}, text
    signature = twilio_signature(path, body)
    return {"content-type": FORM, "x-twilio-signature": signature}, urlencode(body).encode()


def _announced(_: Scene) -> Wanted:
    """Another policy is to hold."""
    MAILED.hold()
    announcements.announce(MAILED.draft())
    return Wanted()


def _nothing(_: Scene) -> Wanted:
    return Wanted()


def _sign_in(scene: Scene) -> Wanted:
    return Wanted(body={"email": ADA, "password": PASSWORD}, who=Browser(scene.stage, scene.mailbox))


def _other_session(scene: Scene) -> Wanted:
    Browser(scene.stage, scene.mailbox).sign_in(ADA)
    return Wanted(ids={"id": scene.session_ids()[0]})


def _by_somebody(scene: Scene) -> Wanted:
    return Wanted(who=scene.somebody())


def _reset(scene: Scene) -> Wanted:
    somebody = scene.somebody()
    email = somebody.get("/api/me").json["email"]
    assert forget(somebody, email).status == 202
    new = {"token": mailed(scene.mailbox, email), "password": NEW}
    return Wanted(body=new, who=Browser(scene.stage, scene.mailbox))


def _new_password(scene: Scene) -> Wanted:
    return Wanted(body={"current_password": PASSWORD, "password": NEW}, who=scene.somebody())


def _new_address(scene: Scene) -> Wanted:
    address = f"moved{time.monotonic_ns()}@example.org"
    return Wanted(body={"email": address, "password": PASSWORD}, who=scene.somebody())


def _confirmed_address(scene: Scene) -> Wanted:
    wanted = _new_address(scene)
    assert wanted.who
    assert wanted.who.post("/api/me/email", wanted.body).status == 202
    return Wanted(body={"token": mailed(scene.mailbox, wanted.body["email"])}, who=wanted.who)


def _caller_id(scene: Scene) -> Wanted:
    return Wanted(body={"phone": scene.spare_number()}, who=scene.somebody())


def _verified_caller_id(scene: Scene) -> Wanted:
    somebody = scene.somebody()
    return Wanted(ids={"id": Phones(somebody, scene.stage).verify(scene.spare_number())}, who=somebody)


def _code_call(scene: Scene) -> Wanted:
    phones, phone = Phones(scene.somebody(), scene.stage), scene.spare_number()
    ids = {"account_id": phones.account_id, "id": phones.add(phone).json["id"]}
    return Wanted(ids=ids, body=told("success", To=phone))


def _verification(scene: Scene) -> Wanted:
    address = f"new{time.monotonic_ns()}@example.org"
    assert Browser(scene.stage, scene.mailbox).post("/api/auth/signup", form(email=address)).status == 202
    link = scene.mailbox.to(address)[-1].links[0]
    return Wanted(body={"token": link.partition("token=")[2]})


def _parent(scene: Scene) -> Wanted:
    child, parent = (f"{who}{time.monotonic_ns()}@example.org" for who in ("child", "parent"))
    born = (clock.now() - timedelta(days=365 * 17)).date().isoformat()
    browser = Browser(scene.stage, scene.mailbox)
    young = form(email=child, birth_date=born, parent_email=parent)
    assert browser.post("/api/auth/signup", young).status == 202
    assert browser.post("/api/auth/verify", {"token": mailed(scene.mailbox, child)}).status == 202
    return Wanted(body={"token": mailed(scene.mailbox, parent), "agreed": True}, who=browser)


def _deletion(scene: Scene) -> Wanted:
    return Wanted(body={"type": "deletion"}, who=scene.somebody())


def _voice(scene: Scene) -> Wanted:
    return Wanted(body=SignedCall(account_id=scene.account_id).form())


def _fallback(scene: Scene) -> Wanted:
    return Wanted(body=scene.live_call().form(ErrorCode="11200", ErrorUrl=SITE))


def _status(scene: Scene) -> Wanted:
    call = scene.live_call()
    return Wanted(ids={"account_id": call.account_id, "id": call.call_id}, body=call.ending())


def _call_quality(scene: Scene) -> Wanted:
    told = CallQuality(4, 12, 80, 421, "steady")
    return Wanted(ids={"id": scene.call_ids[0]}, body=msgspec.to_builtins(told))


def _event(scene: Scene) -> Wanted:
    return Wanted(body=scene.stage.payments.events()[-1])


GRANTED: dict[str, Callable[[Scene], Wanted]] = {
    **CHOOSING,
    "DELETE /api/auth/sessions": _by_somebody,
    "DELETE /api/auth/sessions/{id}": _other_session,
    "DELETE /api/favourites": _nothing,
    "DELETE /api/caller-ids/{id}": _verified_caller_id,
    "GET /.well-known/change-password": _nothing,
    "GET /api/auth/sessions": _nothing,
    "GET /api/auth/signup": _nothing,
    "GET /api/auto-topup": _nothing,
    "GET /api/balance": _nothing,
    "GET /api/caller-ids": _nothing,
    "GET /api/calls": _nothing,
    "GET /api/calls.csv": _nothing,
    "GET /api/calls/exports/{id}": lambda scene: Wanted(ids={"id": scene.export_id}),
    "GET /api/favourites": _nothing,
    "GET /api/calls/spend": _nothing,
    "GET /api/calls/summary": lambda _: Wanted(query={"by": "country"}),
    "GET /api/calls/{id}": lambda scene: Wanted(ids={"id": scene.call_ids[0]}),
    "GET /api/docs": _nothing,
    "GET /api/health/live": _nothing,
    "GET /api/health/ready": _nothing,
    "GET /api/ledger": _nothing,
    "GET /api/limits": _nothing,
    "GET /api/me": _nothing,
    "GET /api/openapi.json": _nothing,
    "GET /.well-known/gpc.json": _nothing,
    "GET /api/privacy/announcement": _announced,
    "GET /api/privacy/certificate-key": _nothing,
    "GET /api/privacy/certificates/{capability}": lambda _: Wanted(ids={"capability": certificate()}),
    "GET /api/privacy/cookies": _nothing,
    "GET /api/privacy/data": _nothing,
    "GET /api/privacy/notice": _nothing,
    "GET /api/privacy/policy": _nothing,
    "GET /api/privacy/subprocessors": _nothing,
    "POST /api/me/close": _by_somebody,
    "GET /api/privacy/requests": _nothing,
    "GET /api/privacy/requests/{id}": lambda scene: Wanted(ids={"id": scene.request_ids[0]}),
    "GET /api/privacy/requests/{id}/export": lambda scene: Wanted(**exporting(scene)),
    "GET /api/privacy/transmissions/{capability}": lambda scene: Wanted(**handing_on(scene)),
    "GET /api/quote": lambda _: Wanted(query={"to": LONDON}),
    "GET /api/receipts": _nothing,
    "GET /api/receipts/{id}": lambda scene: Wanted(ids={"id": scene.order_ids[0]}),
    "GET /api/refunds": _nothing,
    "GET /api/refunds/{id}": lambda scene: Wanted(ids={"id": scene.refund_ids[0]}),
    "GET /api/topups/{id}": lambda scene: Wanted(ids={"id": scene.order_ids[0]}),
    "PATCH /api/me": lambda _: Wanted(body={}),
    "POST /api/auth/login": _sign_in,
    "POST /api/auth/logout": _by_somebody,
    "POST /api/auth/parent": _parent,
    "POST /api/auth/password/forgot": lambda _: Wanted(body={"email": ADA}),
    "POST /api/auth/password/reset": _reset,
    "POST /api/auth/signup": lambda _: Wanted(body=form(email="new@example.org")),
    "POST /api/auth/verify": _verification,
    "POST /api/caller-ids": _caller_id,
    "POST /api/calls/{id}/quality": _call_quality,
    "POST /api/calls/token": lambda scene: Wanted(body={"caller_id": scene.caller_id}),
    "POST /api/me/email": _new_address,
    "POST /api/me/email/confirm": _confirmed_address,
    "POST /api/me/password": _new_password,
    "POST /api/privacy/requests": _deletion,
    "DELETE /api/privacy/requests/{id}/transmission": lambda scene: Wanted(**portable(scene)),
    "POST /api/privacy/requests/{id}/transmission": lambda scene: Wanted(**portable(scene)),
    "POST /api/privacy/requests/{id}/cancel": lambda scene: Wanted(ids={"id": scene.request_ids[0]}),
    "POST /api/refunds": lambda _: Wanted(body={"amount_micros": 1_000_000}),
    "POST /api/topups": lambda _: Wanted(body={"amount_micros": 5_000_000}),
    "POST /api/webhooks/stripe": _event,
    "POST /api/webhooks/twilio/caller-id/{account_id}/{id}": _code_call,
    "POST /api/webhooks/twilio/fallback": _fallback,
    "POST /api/webhooks/twilio/status/{account_id}/{id}": _status,
    "POST /api/webhooks/twilio/voice": _voice,
    "PUT /api/auto-topup": lambda _: Wanted(body={"enabled": False}),
    "PUT /api/favourites": lambda _: Wanted(body={"numbers": [LONDON]}),
    "PUT /api/limits": lambda _: Wanted(body={"call_micros": 1_000_000, "day_micros": None}),
}
