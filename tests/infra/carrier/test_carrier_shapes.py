"""The stand-in's answers have the shapes of the carrier's public API document.

shapes.json keeps the few schemas that matter. Where VOWLINE_SPECS names a folder with the document itself
(twilio_api_v2010.json), the kept schemas are held against it, and the answers against both.
"""

from __future__ import annotations

import json
import os
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator
from twilio.base.domain import Domain
from twilio.base.version import Version
from twilio.rest import Client
from twilio.rest.api.v2010.account.call import CallInstance
from twilio.rest.api.v2010.account.outgoing_caller_id import OutgoingCallerIdInstance
from twilio.rest.api.v2010.account.validation_request import ValidationRequestInstance

from infra.local.carrier import Carrier
from infra.local.carrier.in_process import twilio_client
from tests.infra.carrier.conftest import ACCOUNT_SID, Clock

RESOURCES = {"call": "Calls", "outgoing_caller_id": "OutgoingCallerIds"}
KEPT = json.loads((Path(__file__).parent / "shapes.json").read_text())
BASE = f"/2010-04-01/Accounts/{ACCOUNT_SID}"


@pytest.fixture(params=["kept", *(["published"] if "VOWLINE_SPECS" in os.environ else [])])
def shapes(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The schemas to hold answers against; the published ones must be what is kept."""
    if request.param == "kept":
        return dict(KEPT)
    document = json.loads((Path(os.environ["VOWLINE_SPECS"]) / "twilio_api_v2010.json").read_text())
    assert published(document) == KEPT
    return published(document)


def published(document: dict[str, Any]) -> dict[str, Any]:
    """The same schemas, cut out of the carrier's document."""
    schemas, found = document["components"]["schemas"], {}
    for name, path in RESOURCES.items():
        listing = document["paths"][f"/2010-04-01/Accounts/{{AccountSid}}/{path}.json"]["get"]
        page = bare(listing["responses"]["200"]["content"]["application/json"]["schema"], schemas)
        items = next(field for field in page["properties"].values() if field.get("type") == "array")
        found[name] = items.pop("items")
        items["items"] = {}
        del page["title"]
        found[f"{name}_page"] = page
    found["validation_request"] = bare(schemas["api.v2010.account.validation_request"], schemas)
    return found


def bare(schema: Any, schemas: dict[str, Any]) -> Any:
    """A schema with its references resolved, without prose."""
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return bare(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "properties" in schema:
        fields = {name: bare(field, schemas) for name, field in schema["properties"].items()}
        return {**{key: value for key, value in schema.items() if key != "description"}, "properties": fields}
    return {
        key: bare(value, schemas) for key, value in schema.items() if key not in {"description", "x-twilio"}
    }


def check(value: dict[str, Any], schema: dict[str, Any]) -> None:
    """Every field that the document names and no other, each of its type, dates readable."""
    fields = schema["properties"]
    strict = {**schema, "additionalProperties": False, "required": list(fields)}
    OAS30Validator(strict).validate(value)
    for name, field in fields.items():
        if field.get("format") == "date-time-rfc-2822" and value[name] is not None:
            assert parsedate_to_datetime(value[name]).tzinfo is not None


@pytest.fixture
def calls(carrier: Carrier, token: str) -> dict[str, dict[str, Any]]:
    """Calls of every kind by how they look: answered, busy, live, and the clients' legs."""
    carrier.place_call(token, "+442079460123", 61)
    carrier.place_call(token, "+12025550001", 61)
    carrier.start_call(token, "+12025550123")
    listed = get(carrier, f"{BASE}/Calls.json")["calls"]
    return {call["sid"]: call for call in listed}


def get(carrier: Carrier, path: str) -> dict[str, Any]:
    client = twilio_client(carrier)
    response = client.request("GET", f"https://api.twilio.com{path}")
    assert response.status_code == 200
    return dict(json.loads(response.text))


def test_the_real_client_knows_every_kept_field() -> None:
    for instance, name in (
        (CallInstance, "call"),
        (OutgoingCallerIdInstance, "outgoing_caller_id"),
        (ValidationRequestInstance, "validation_request"),
    ):
        known = vars(instance(Version(Domain(Client("u", "p"), ""), ""), {}, ACCOUNT_SID))
        assert {field if field != "from" else "_from" for field in KEPT[name]["properties"]} <= set(known)


def test_every_call_has_the_documented_fields_and_types(
    carrier: Carrier, calls: dict[str, dict[str, Any]], clock: Clock, shapes: dict[str, Any]
) -> None:
    clock.advance(hours=1)
    assert len(calls) == 6
    assert {call["status"] for call in calls.values()} == {"completed", "busy", "in-progress"}
    for sid in calls:
        check(get(carrier, f"{BASE}/Calls/{sid}.json"), shapes["call"])


@pytest.mark.parametrize("query", ["PageSize=2", "PageSize=2&Page=1", "Status=failed"])
def test_a_page_of_calls_has_the_documented_fields(
    carrier: Carrier, calls: dict[str, dict[str, Any]], shapes: dict[str, Any], query: str
) -> None:
    check(get(carrier, f"{BASE}/Calls.json?{query}"), shapes["call_page"])


def test_a_caller_id_and_its_page_have_the_documented_fields(
    carrier: Carrier, shapes: dict[str, Any]
) -> None:
    caller_id = carrier.add_caller_id("+12025550123")
    path = f"{BASE}/OutgoingCallerIds"
    check(get(carrier, f"{path}/{caller_id['sid']}.json"), shapes["outgoing_caller_id"])
    check(get(carrier, f"{path}.json"), shapes["outgoing_caller_id_page"])


def test_a_validation_request_has_the_documented_fields(carrier: Carrier, shapes: dict[str, Any]) -> None:
    response = twilio_client(carrier).request(
        "POST", f"https://api.twilio.com{BASE}/OutgoingCallerIds.json", data={"PhoneNumber": "+12025550123"}
    )
    check(json.loads(response.text), shapes["validation_request"])


def test_a_display_form_is_national_in_north_america_only(
    carrier: Carrier, calls: dict[str, dict[str, Any]]
) -> None:
    shown = {call["to"]: call["to_formatted"] for call in calls.values()}
    assert shown == {
        "+12025550123": "(202) 555-0123",
        "+12025550001": "(202) 555-0001",
        "+442079460123": "+442079460123",
    }
