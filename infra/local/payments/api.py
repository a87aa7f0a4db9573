"""The REST API: key, route, idempotency, act, answer."""

from __future__ import annotations

import base64
import binascii
import re

from infra.local.exchange import Answered, Asked
from infra.local.payments import expansion, faults, idempotency, routes
from infra.local.payments.errors import RefusedError, unauthorized
from infra.local.payments.forms import Form
from infra.local.payments.idempotency import Answer
from infra.local.payments.state import API_VERSION, Request, State

_KEY = re.compile(r"(sk|rk)_test_[A-Za-z0-9_]+")


def answer(state: State, planted: faults.Faults, asked: Asked) -> Answered:
    """Answers one request as the provider does; TimeoutError where a fault says that no answer comes."""
    key = asked.headers.get("idempotency-key") if asked.method == "POST" else None
    request = Request(state.mint("req"), key)
    headers = {
        "request-id": str(request.id),
        "stripe-version": asked.headers.get("stripe-version", API_VERSION),
        **({"idempotency-key": key} if key else {}),
    }
    try:
        answer = _answer(state, planted, asked, request)
    except RefusedError as refusal:
        return Answered.json(refusal.status, refusal.body(), headers)
    if answer.replayed:
        headers |= {"idempotent-replayed": "true", "original-request": answer.first}
    return Answered.json(answer.status, answer.body, headers)


def _answer(state: State, planted: faults.Faults, asked: Asked, request: Request) -> Answer:
    _authenticate(asked)
    route, ids = routes.find(asked.method, asked.path)
    fault = planted.take(route.operation)
    faults.before(fault)
    with state.acting(request):
        answer = _once(state, route, ids, asked, request)
    faults.after(fault)
    return answer


def _once(state: State, route: routes.Route, ids: tuple[str, ...], asked: Asked, request: Request) -> Answer:
    key = request.idempotency_key
    if key and (kept := idempotency.recall(state, key, asked)):
        return kept
    answer = _act(state, route, ids, asked, request)
    if key:
        idempotency.keep(state, key, asked, answer)
    return answer


def _act(state: State, route: routes.Route, ids: tuple[str, ...], asked: Asked, request: Request) -> Answer:
    form = Form.read(asked.form() if asked.method == "POST" else asked.parameters())
    first = str(request.id)
    try:
        done = route.act(state, form, *ids)
        return Answer(200, expansion.expand(state, done, form), first)
    except RefusedError as refusal:
        if not refusal.kept:
            raise
        return Answer(refusal.status, refusal.body(), first)


def _authenticate(asked: Asked) -> None:
    scheme, _, credentials = asked.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            credentials = base64.b64decode(credentials, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            credentials = ""
    if not credentials:
        raise unauthorized("No API key was given.")
    if not _KEY.fullmatch(credentials):
        raise unauthorized(
            f"Invalid API Key provided: {credentials[:8]}*** (a test key begins with sk_test_)"
        )
