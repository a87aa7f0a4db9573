"""The API document against the service: whatever is sent, only what the document says is answered.

The requests are made from the document by schemathesis, good ones and bad ones, with ids of Ada's and others.
`make fuzz` sends two hundred to each route, the suite a few.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chalicelib.core.doors import WRITES, Door
from tests.app.surface.documented import document
from tests.app.surface.granted import OFFERED, SITE, name_of, request_for, want
from tests.app.surface.scene import Scene
from tests.app.surface.wanted import Wanted
from tests.harness.lambda_door import Answer, ask

EXAMPLES = 200 if settings.get_current_profile_name() == "fuzz" else 15
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@cache
def operations() -> dict[str, Any]:
    found: Any = schemathesis.openapi.from_dict(document()).get_all_operations()
    return {operation.label: operation for operation in (result.ok() for result in found)}


def cases(door: Door) -> st.SearchStrategy[Case[Any]]:
    """Half of them as the document wants them, half in some way not."""
    operation = operations()[name_of(door)]
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    made: st.SearchStrategy[Case[Any]] = st.one_of(*(operation.as_strategy(mode) for mode in modes))
    return made


@pytest.mark.parametrize("door", OFFERED, ids=name_of)
def test_whatever_is_sent_the_answer_is_one_that_is_documented(scene: Scene, door: Door) -> None:
    restore, wanted = scene.keep(), want(door, scene)
    sent: list[int] = []

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=cases(door), known=st.booleans(), signed=st.sampled_from([True, True, True, False]))
    def send(case: Case[Any], known: bool, signed: bool) -> None:
        wire = on_the_wire(case, wanted if known else Wanted())
        answer = ask_signed(door, scene, wanted, wire) if signed else ask_as_it_is(wire)
        sent.append(answer.status)
        case.validate_response(as_received(answer, wire), checks=CHECKS)
        if door.body and is_bad(case):
            assert answer.status >= 400, case.body
        if door.method in WRITES and answer.status < 300:
            restore()

    try:
        send()
    finally:
        restore()
    assert len(sent) >= min(EXAMPLES, 5)


def is_bad(case: Case[Any]) -> bool:
    """Whether its body is not one that the document allows."""
    body = case.meta and case.meta.components.get(ParameterLocation.BODY)
    return bool(body) and body.mode == GenerationMode.NEGATIVE  # type: ignore[union-attr]


def on_the_wire(case: Case[Any], wanted: Wanted) -> requests.PreparedRequest:
    """The case as HTTP, with ids that exist where there are any."""
    case.path_parameters = {**(case.path_parameters or {}), **wanted.ids}
    kwargs = case.as_transport_kwargs(base_url=SITE)
    return requests.Request(**{key: value for key, value in kwargs.items() if key != "timeout"}).prepare()


def ask_as_it_is(wire: requests.PreparedRequest) -> Answer:
    return ask(
        str(wire.method), path_of(wire), query=query_of(wire), headers=headers_of(wire), body=body_of(wire)
    )


def ask_signed(door: Door, scene: Scene, wanted: Wanted, wire: requests.PreparedRequest) -> Answer:
    """With Ada's session and token, or with its sender's signature."""
    if door.webhook:
        return _ask_signed_by_partner(door, scene, wanted, wire)
    good = request_for(door, wanted, scene)
    own = {name: value for name, value in good.headers.items() if name != "content-type"}
    headers = {**headers_of(wire), **own}
    return ask(door.method, path_of(wire), query=query_of(wire), headers=headers, body=body_of(wire))


def _ask_signed_by_partner(
    door: Door, scene: Scene, wanted: Wanted, wire: requests.PreparedRequest
) -> Answer:
    if door.webhook == "X-Twilio-Signature":
        form = dict(parse_qsl(body_of(wire).decode("utf-8", "replace"), keep_blank_values=True))
        body: Any = {**wanted.body, **form}
    else:
        body = wanted.body
    ids = dict(zip(door.path_names, path_of(wire).split("/")[-len(door.path_names) :], strict=False))
    return request_for(door, replace(wanted, ids=ids, body=body), scene).send()


def path_of(wire: requests.PreparedRequest) -> str:
    return urlsplit(str(wire.url)).path


def query_of(wire: requests.PreparedRequest) -> str:
    return urlsplit(str(wire.url)).query


def headers_of(wire: requests.PreparedRequest) -> dict[str, str]:
    def text(value: str | bytes) -> str:
        return value.decode("latin-1") if isinstance(value, bytes) else value

    return {name.lower(): text(value) for name, value in wire.headers.items()}


def body_of(wire: requests.PreparedRequest) -> bytes:
    body = wire.body or b""
    return body if isinstance(body, bytes) else str(body).encode("utf-8", "surrogatepass")


def as_received(answer: Answer, wire: requests.PreparedRequest) -> Response:
    headers = {name: [value] for name, value in answer.headers.items()}
    return Response(answer.status, headers, answer.text.encode(), wire, elapsed=0.0, verify=False)
