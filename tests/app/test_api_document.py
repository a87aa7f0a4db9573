"""The API document: valid, complete, made from the code, and readable without script or another site."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from chalicelib.core.doors import DOORS, WRITES
from tests.harness.lambda_door import application, ask
from tests.harness.stage import Stage

application()
SUCCESS = {"302", "200", "201", "202", "204", "303"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    answer = ask("GET", "/api/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    told: dict[str, Any] = answer.json
    return told


@pytest.fixture(scope="module")
def page() -> str:
    answer = ask("GET", "/api/docs")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


def operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_it_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_it_names_every_route_and_nothing_else(document: dict[str, Any]) -> None:
    routed = {(method, path) for path, methods in application().routes.items() for method in methods}
    assert set(operations(document)) == routed
    assert len(routed) > 20


def test_every_operation_says_what_it_does_under_a_name_of_its_own(document: dict[str, Any]) -> None:
    found = operations(document)
    names = [operation["operationId"] for operation in found.values()]
    assert len(set(names)) == len(names)
    for route, operation in found.items():
        assert re.fullmatch(r"[A-Z].+[.]", operation["summary"]), route
        assert operation["tags"], route


def test_every_operation_names_its_answers_and_refusals(document: dict[str, Any]) -> None:
    problem = {"$ref": "#/components/schemas/Problem"}
    for route, operation in operations(document).items():
        responses = operation["responses"]
        assert SUCCESS.intersection(responses), route
        for status, response in responses.items():
            assert response["description"], route
            if int(status) >= 400:
                assert response["content"] == {"application/problem+json": {"schema": problem}}, route
        assert {"500", "503"} <= set(responses), route
        if "requestBody" in operation and "webhooks" not in operation["tags"]:
            assert {"400", "413", "415", "422"} <= set(responses), route
        if "session" in str(operation["security"]):
            assert "401" in responses, route
        if route[0] in WRITES - {door.method for door in DOORS if door.anywhere and door.path == route[1]}:
            assert "403" in responses, route


def test_a_session_and_its_token_are_asked_for_where_the_door_asks(document: dict[str, Any]) -> None:
    found = operations(document)
    for door in DOORS:
        names = (
            [door.webhook] if door.webhook else ["session", "csrf"] if door.method in WRITES else ["session"]
        )
        expected: list[dict[str, list[str]]] = (
            [{name: [] for name in names}] if door.session or door.knows_session or door.webhook else []
        )
        expected += [{}] if door.knows_session else []
        assert found[door.method, door.path]["security"] == expected, door.path
    schemes = document["components"]["securitySchemes"]
    assert schemes["session"]["name"] == "__Host-vowline"
    assert schemes["csrf"]["name"] == "X-CSRF-Token"
    assert {"Stripe-Signature", "X-Twilio-Signature"} <= set(schemes)


def test_every_name_in_a_path_is_a_parameter(document: dict[str, Any]) -> None:
    for (method, path), operation in operations(document).items():
        told = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
        assert told == set(re.findall(r"{(\w+)}", path)), (method, path)


def test_every_parameter_says_what_it_is(document: dict[str, Any]) -> None:
    for route, operation in operations(document).items():
        for one in operation["parameters"]:
            assert re.fullmatch(r".+[.]", one["description"]), (route, one["name"])
            if one["in"] == "path" and one["name"].endswith("id"):
                assert re.fullmatch(r"\^[a-z]+_.+\$", one["schema"]["pattern"]), route


def test_every_area_says_what_it_is_about(document: dict[str, Any]) -> None:
    told = {area["name"]: area["description"] for area in document["tags"]}
    assert set(told) == {tag for operation in operations(document).values() for tag in operation["tags"]}
    for area, description in told.items():
        assert re.fullmatch(r".+[.]", description), area


def test_every_webhook_says_what_is_posted(document: dict[str, Any]) -> None:
    for door in DOORS:
        if door.webhook:
            content = operations(document)[door.method, door.path]["requestBody"]["content"]
            [schema] = [media["schema"] for media in content.values()]
            shape = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
            assert shape["properties"], door.path
            assert "additionalProperties" not in shape, "a sender may add what it likes"


def test_a_body_that_is_told_refuses_what_it_does_not_tell(document: dict[str, Any]) -> None:
    for route, operation in operations(document).items():
        if "requestBody" in operation and "webhooks" not in operation["tags"]:
            reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            schema = document["components"]["schemas"][reference.rpartition("/")[2]]
            assert schema["additionalProperties"] is False, route


def test_every_schema_is_used(document: dict[str, Any]) -> None:
    text = str(document)
    for name in document["components"]["schemas"]:
        assert f"#/components/schemas/{name}'" in text, name


def test_refusals_met_are_refusals_told(document: dict[str, Any], stage: Stage) -> None:
    """Whatever a door answers to nonsense is among what the document says of it."""
    for (method, path), operation in operations(document).items():
        for headers, body in (
            ({}, b""),
            ({"origin": "https://evil.example"}, b"{"),
            ({"content-type": "text/plain"}, b"x"),
            ({"content-type": "application/json"}, b"{"),
            ({"content-type": "application/json"}, b'{"x": 1}'),
        ):
            answer = ask(method, re.sub(r"[{}]", "", path), headers=headers, query="x=1&x=2", body=body)
            assert str(answer.status) in operation["responses"], (method, path, headers, answer.text)
            assert answer.status != 500


class Page(HTMLParser):
    """What a browser would fetch, run, jump to, and show."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.handlers: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("src", "href", "action", "srcset", "data", "poster"):
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")
            if name.startswith("on"):
                self.handlers.append(name)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def shown(page: str) -> Page:
    made = Page()
    made.feed(page)
    return made


def test_the_page_shows_every_operation_and_schema(document: dict[str, Any], shown: Page) -> None:
    text = " ".join(shown.text)
    for (method, path), operation in operations(document).items():
        assert method in text
        assert path in text
        assert operation["summary"] in text, path
        assert operation.get("description", "") in text, path
        assert operation["operationId"] in shown.ids
        for one in operation["parameters"]:
            assert one["name"] in text
        for status in operation["responses"]:
            assert status in text
    for name, schema in document["components"]["schemas"].items():
        assert name in shown.ids
        for field in schema.get("properties", {}):
            assert field in text


def test_the_page_needs_no_script_and_nobody_else(page: str, shown: Page) -> None:
    assert not shown.tags & {"script", "iframe", "object", "embed", "link", "img", "form"}
    assert shown.handlers == []
    assert all(link.startswith(("#", "/api/")) for link in shown.links)
    assert "@import" not in page
    assert "url(" not in page
    assert len(set(shown.ids)) == len(shown.ids)
    assert {link[1:] for link in shown.links if link.startswith("#")} <= set(shown.ids)


def test_the_page_has_a_language_a_title_and_one_heading(page: str, shown: Page) -> None:
    assert '<html lang="en">' in page
    assert shown.tags >= {"title", "h1", "main", "nav"}
    assert page.count("<h1") == 1


def test_the_document_names_no_stage_but_its_own(document: dict[str, Any]) -> None:
    assert [server["url"] for server in document["servers"]] == ["http://127.0.0.1:8000"]
    assert document["info"]["version"]
    assert document["info"]["license"]["identifier"] == "MIT"
