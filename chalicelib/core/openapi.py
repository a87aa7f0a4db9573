"""The API document (OpenAPI 3.1), made from the doors themselves, so that it cannot say anything else."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

import msgspec

from chalicelib.core import ids
from chalicelib.core.doors import DOORS, WRITES, Door

COOKIE = {"type": "apiKey", "in": "cookie", "name": "__Host-vowline"}
CSRF = {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"}

KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": (
        "A name of your own for this request. Sent again with the same key and body within a day, it acts "
        "once and is answered as before, with `Idempotent-Replayed: true`."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}

AREAS = {
    "auth": "Sign-up, sign-in, sessions and forgotten passwords.",
    "auto-topup": "Charging a saved card when calls use credit up.",
    "balance": "Credit.",
    "caller-ids": "Numbers of one's own to call with.",
    "calls": "Calls, their tokens, their prices and their history.",
    "docs": "This page.",
    "favourites": "Numbers kept at hand.",
    "health": "Whether the service is well.",
    "ledger": "Every movement of credit.",
    "limits": "What one call or one day may cost.",
    "me": "The person who is signed in.",
    "openapi": "This document.",
    "privacy": "The policy as data, what people allow, and requests about one's own data.",
    "quote": "What a call would cost.",
    "receipts": "What was paid.",
    "refunds": "Unused credit given back.",
    "topups": "Credit bought.",
    "webhooks": "What Stripe and Twilio tell us, each signed by its sender.",
    "well-known": "Where programs look for what every site has.",
}
PATH_NAMES = {
    "account_id": "The account that the thing belongs to, as we named it to the sender.",
    "category": "A category of the policy, or `everything`.",
    "capability": "The last part of a link that was handed out; whoever has it may read.",
    "id": "The thing's id.",
    "purpose": "A purpose of the policy, or `sale` where data may be sold.",
    "token": "What a mail's link carries.",
}


class FieldProblem(msgspec.Struct):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(msgspec.Struct, omit_defaults=True):
    """A refusal (RFC 9457). `type` is stable; `detail` is one sentence for the person who reads it."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[FieldProblem] = []


def document(title: str, version: str, server: str) -> dict[str, Any]:
    """The whole document, from every door that is mounted."""
    doors = sorted(DOORS, key=lambda door: (door.path, door.method))
    types = _types(doors)
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    schema_of = dict(zip(types, schemas, strict=True))
    paths: dict[str, Any] = {}
    for door in doors:
        paths.setdefault(door.path, {})[door.method.lower()] = _operation(door, schema_of, components)
    for query in {door.query for door in doors if door.query}:
        del components[_name(schema_of[query])]  # its fields are told as parameters
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version, "license": {"name": "MIT", "identifier": "MIT"}},
        "servers": [{"url": server}],
        "tags": [
            {"name": area, "description": AREAS.get(area, "")}
            for area in sorted({_area(door.path) for door in doors})
        ],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": _schemes(doors)},
    }


def _schemes(doors: Iterable[Door]) -> dict[str, Any]:
    """The session's, and the header that each sender of webhooks signs in."""
    signatures = {door.webhook: {"type": "apiKey", "in": "header", "name": door.webhook} for door in doors}
    return {"session": COOKIE, "csrf": CSRF, **{name: scheme for name, scheme in signatures.items() if name}}


def _types(doors: Iterable[Door]) -> list[Any]:
    types: dict[Any, None] = {Problem: None}
    for door in doors:
        for type in (door.shape, door.query, door.delivers, *door.answers.values()):
            if type is not None and type is not str:
                types[type] = None
    return list(types)


def _operation(door: Door, schema_of: dict[Any, Any], components: dict[str, Any]) -> dict[str, Any]:
    summary, _, description = inspect.cleandoc(door.view.__doc__ or "").partition("\n")
    operation: dict[str, Any] = {
        "operationId": door.view.__name__,
        "summary": summary,
        "tags": [_area(door.path)],
        "parameters": _parameters(door, schema_of, components),
        "security": _security(door),
        "responses": _responses(door, schema_of, summary),
    }
    if description.strip():
        operation["description"] = description.strip()
    if door.body:
        operation["requestBody"] = _body(
            "application/json", schema_of[door.shape], required=not door.body_optional
        )
    if door.delivers:
        operation["requestBody"] = _body(door.delivered_as, schema_of[door.delivers], required=True)
    return operation


def _body(media_type: str, schema: Any, *, required: bool) -> dict[str, Any]:
    return {"required": required, "content": _content(media_type, schema)}


def _area(path: str) -> str:
    parts = path.strip("/").split("/")
    area = parts[1] if parts[0] == "api" and len(parts) > 1 else parts[0]
    return area.removeprefix(".").partition(".")[0]


def _parameters(door: Door, schema_of: dict[Any, Any], components: dict[str, Any]) -> list[dict[str, Any]]:
    parameters = [_path_parameter(name, door.prefixes.get(name)) for name in door.path_names]
    if door.idempotent:
        parameters.append(KEY)
    if door.query:
        schema = components[_name(schema_of[door.query])]
        required = schema.get("required", [])
        parameters += [
            {
                "name": name,
                "in": "query",
                "required": name in required,
                "description": detail.get("description", ""),
                "schema": {key: value for key, value in detail.items() if key != "description"},
            }
            for name, detail in schema["properties"].items()
        ]
    return parameters


def _path_parameter(name: str, prefix: str | None) -> dict[str, Any]:
    schema = {"type": "string", **({"pattern": ids.pattern(prefix)} if prefix else {})}
    description = PATH_NAMES.get(name, "")
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


def _name(reference: dict[str, str]) -> str:
    return reference["$ref"].rpartition("/")[2]


def _security(door: Door) -> list[dict[str, list[str]]]:
    """An empty one among them says that it can be done without."""
    if door.webhook:
        return [{door.webhook: []}]
    if not door.session and not door.knows_session:
        return []
    needed: dict[str, list[str]] = {"session": [], "csrf": []} if door.method in WRITES else {"session": []}
    return [needed, {}] if door.knows_session else [needed]


def _responses(door: Door, schema_of: dict[Any, Any], summary: str) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, type in door.answers.items():
        responses[str(status)] = {"description": summary}
        if type is not None:
            schema = {"type": "string"} if type is str else schema_of[type]
            media_type = door.media_type if type is str else "application/json"
            responses[str(status)]["content"] = _content(media_type, schema)
    for status in sorted(_refusals(door)):
        content = _content("application/problem+json", schema_of[Problem])
        responses[str(status)] = {"description": "Refused, with the reason.", "content": content}
    return responses


def _refusals(door: Door) -> set[int]:
    """What the door itself refuses, and what the view says that it does."""
    refusals = {*door.refusals, 500, 503}
    if door.body:
        refusals |= {400, 415, 422}
    if door.method in WRITES:
        refusals |= {413} if door.anywhere else {403, 413}
    if door.idempotent:
        refusals |= {409, 422}
    if door.query:
        refusals.add(422)
    if door.session or door.knows_session:
        refusals |= {401} if door.while_suspended else {401, 409}
    if door.capability or (door.prefixes and not door.webhook):
        refusals.add(404)
    if door.fresh:
        refusals.add(403)
    if door.limits:
        refusals.add(429)
    return refusals - set(door.answers)


def _content(media_type: str, schema: Any) -> dict[str, Any]:
    return {media_type: {"schema": schema}}
