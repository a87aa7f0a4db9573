"""Whatever a route is sent or answers, its log names nobody, no number and no secret."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from typing import Any
from urllib.parse import parse_qsl

import pytest

from chalicelib.core import ids
from chalicelib.core.doors import Door
from tests.app.surface.granted import OFFERED, Request, grant, name_of
from tests.app.surface.scene import ADA, CALLED, EVE, Scene
from tests.harness.browser import PASSWORD
from tests.harness.environment import SECRETS
from tests.harness.killpoints import intercepted, refusal, refusing
from tests.harness.lambda_door import Answer
from tests.harness.logged import logged
from tests.harness.signed import LONDON

# What operators follow an account, a call or a payment by; it points to a person only through `users`.
NAMING_NOBODY = re.compile(
    rf"({ids.PATTERN.pattern}|(pi|cs|evt|re|ch|du|cus|seti|pm)_\w+|(CA|AC)[0-9a-f]{{32}}|[a-z_.-]{{1,40}}|\d{{4}}-\d\d-\d\d)"
)
ALWAYS = {ADA, EVE, CALLED, CALLED[1:], LONDON, LONDON[1:], PASSWORD, "somebody", "1990-05-17"}


def secrets_of(request: Request, answer: Answer) -> set[str]:
    """Every text that went in or out, but for ids and plain words."""
    tokens = {
        request.headers.get(name, "") for name in ("x-csrf-token", "stripe-signature", "x-twilio-signature")
    }
    cookies = {part.partition("=")[2] for part in request.headers.get("cookie", "").split("; ")}
    set_cookies = {line.partition("=")[2].partition(";")[0] for line in answer.cookies}
    texts = {*_texts(_read(request)), *_texts(dict(request.query)), *_texts(_json(answer.text))}
    return {text for text in tokens | cookies | set_cookies | texts if len(text) > 7} - {""}


def _read(request: Request) -> Any:
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(request.body.decode()))
    return _json(request.body.decode())


def _json(text: str) -> Any:
    return json.loads(text) if text.startswith(("{", "[")) else None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str) and not NAMING_NOBODY.fullmatch(value):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def keys() -> set[str]:
    values = [value if isinstance(value, list) else [value] for value in SECRETS.values()]
    return {str(one) for several in values for one in several} - {"address", "pepper", "signing"}


@pytest.mark.parametrize("door", OFFERED, ids=name_of)
def test_the_log_repeats_nothing_that_it_was_told(scene: Scene, door: Door) -> None:
    """Granted, refused, and broken in the middle, all that is logged and measured is searched."""
    good = grant(door, scene)
    hers = scene.secrets()
    with logged() as log, redirect_stdout(log):
        answer = good.send()
        good.without("cookie", "stripe-signature", "x-twilio-signature").send()
        for name in ("GetItem", "Query", "TransactWriteItems"):
            with intercepted(refusing(name, refusal("ValidationException"), 3)):
                good.send()
    text = log.getvalue()
    assert '"message":"answered"' in text
    people = {secret for secret in hers if not NAMING_NOBODY.fullmatch(secret)}
    for secret in secrets_of(good, answer) | people | keys() | ALWAYS | {"canary"}:
        assert secret not in text, secret
