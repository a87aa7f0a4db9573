"""Texts that break programs, in every field of every route: refused or taken, and never more than text."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from hypothesis import settings

from chalicelib.core.doors import Door
from tests.app.surface.documented import is_documented
from tests.app.surface.granted import OFFERED, grant, name_of, query_names, request_for, want
from tests.app.surface.scene import Scene
from tests.app.surface.wanted import Wanted
from tests.harness.environment import ENVIRONMENT
from tests.harness.lambda_door import Answer
from tests.harness.naughty import texts
from tests.harness.signed import LONDON

# `make fuzz` tries each text everywhere; the suite a part of them in each place of a route, and in the same
# place of the next route another one.
PARTS = 1 if settings.get_current_profile_name() == "fuzz" else 36
FRAGMENTS = ("<script", "<img", "<svg", "<Dial", "<Redirect", "<iframe", "onerror")
JSON_OR_TWIML = ("application/json", "application/problem+json", "text/xml")
OURS = [door for door in OFFERED if not door.webhook]
WITH_BODY = [door for door in OURS if door.body]
WITH_QUERY = [door for door in OURS if door.query]
WITH_NAMES = [door for door in OFFERED if door.path_names]
HEARING_TWILIO = [door for door in OFFERED if door.webhook == "X-Twilio-Signature"]
CALLING = [door for door in HEARING_TWILIO if door.media_type == "text/xml"]
HEADERS = (
    "cookie",
    "x-csrf-token",
    "content-type",
    "idempotency-key",
    "user-agent",
    "host",
    "accept",
    "origin",
)


def part(door: Door, place: int) -> Sequence[str]:
    return texts()[(OFFERED.index(door) + place) % PARTS :: PARTS]


def check(door: Door, answer: Answer, text: str) -> None:
    assert answer.status < 500, (text, answer.text)
    assert is_documented(door, answer), (text, answer.status, answer.text)
    if not answer.headers["content-type"].startswith(JSON_OR_TWIML):
        assert not [fragment for fragment in FRAGMENTS if fragment in answer.text], text
    assert "\n" not in str(answer.headers.values())


def test_there_are_more_than_five_hundred() -> None:
    assert len(texts()) > 515
    assert len(set(texts())) == len(texts())


@pytest.mark.parametrize("door", WITH_BODY, ids=name_of)
def test_any_text_in_any_field_is_refused_or_taken(scene: Scene, door: Door) -> None:
    good = grant(door, scene)
    body = json.loads(good.body)
    for place, field in enumerate([*body, None]):
        for text in part(door, place):
            spoiled = {**body, text: "x"} if field is None else {**body, field: text}
            check(door, replace(good, body=json.dumps(spoiled).encode()).send(), text)
    for mail in scene.mailbox.all():
        assert not [fragment for fragment in FRAGMENTS if fragment in mail.html]


@pytest.mark.parametrize("door", WITH_QUERY, ids=name_of)
def test_any_text_in_a_query_is_refused_or_taken(scene: Scene, door: Door) -> None:
    good = grant(door, scene)
    for place, field in enumerate([*query_names(door), None]):
        for text in part(door, place):
            spoiled = {**good.query, text: "x"} if field is None else {**good.query, field: text}
            check(door, replace(good, query=spoiled).send(), text)


@pytest.mark.parametrize("door", WITH_NAMES, ids=name_of)
def test_any_text_in_a_path_is_refused_or_taken(scene: Scene, door: Door) -> None:
    wanted = want(door, scene)
    for place, name in enumerate(door.path_names):
        for text in filter(None, part(door, place)):
            ids = {**wanted.ids, name: quote(text, safe="")}
            answer = request_for(door, replace(wanted, ids=ids), scene).send()
            check(door, answer, text)
            assert answer.status == (204 if door.webhook else 404), text


@pytest.mark.parametrize("door", OURS, ids=name_of)
def test_any_text_in_a_header_is_refused_or_taken(scene: Scene, door: Door) -> None:
    good = grant(door, scene)
    for place, name in enumerate(HEADERS):
        for text in part(door, place)[::2]:
            check(door, good.without("cookie").having(**{name: text}).send(), text)


@pytest.mark.parametrize("door", CALLING, ids=name_of)
def test_no_text_changes_what_the_carrier_is_told(scene: Scene, door: Door) -> None:
    """One number at most, which is the one that was dialled, from our own; else words of ours."""
    wanted = want(door, scene)
    for place, field in enumerate([*wanted.body, "Digits", "SpeechResult", "CallerName"]):
        for text in part(door, place):
            spoiled = replace(wanted, body={**wanted.body, field: text})
            answer = request_for(door, spoiled, scene).send()
            check(door, answer, text)
            if answer.status == 200:
                check_words(answer, text)


def check_words(answer: Answer, text: str) -> None:
    said = ElementTree.fromstring(answer.text)
    elements = [element.tag for element in said.iter()]
    if "Dial" in elements:
        assert elements == ["Response", "Dial", "Number"], text
        assert [number.text for number in said.iter("Number")] == [LONDON], text
        assert [dial.get("callerId") for dial in said.iter("Dial")] == [ENVIRONMENT["HOUSE_NUMBER"]], text
    else:
        assert elements == ["Response", "Say", "Hangup"], text
        spoken = "".join(said.itertext())
        assert len(text) < 6 or text not in spoken, text


@pytest.mark.parametrize("door", HEARING_TWILIO, ids=name_of)
def test_a_signed_form_of_any_text_is_heard_without_failing(scene: Scene, door: Door) -> None:
    wanted = want(door, scene)
    for place, field in enumerate([*wanted.body, None]):
        for text in part(door, place):
            spoiled = {**wanted.body, text or "x": "x"} if field is None else {**wanted.body, field: text}
            check(door, request_for(door, replace(wanted, body=spoiled), scene).send(), text)


def test_a_signed_event_of_any_text_is_heard_without_failing(scene: Scene) -> None:
    [door] = [door for door in OFFERED if door.webhook == "Stripe-Signature"]
    for event in scene.stage.payments.events()[-3:]:
        leaves = list(_texts_in(event))
        assert len(leaves) > 10
        for text, leaf in zip(part(door, 0), itertools.cycle(leaves), strict=False):
            spoiled = json.loads(json.dumps(event))
            _put(spoiled, leaf, text)
            answer = request_for(door, Wanted(body=spoiled), scene).send()
            assert answer.status in (200, 400, 503), (leaf, text, answer.text)
            assert is_documented(door, answer)


def _texts_in(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the texts of an event are."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts_in(inner, (*path, key))


def _put(value: Any, path: tuple[Any, ...], text: str) -> None:
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = text
