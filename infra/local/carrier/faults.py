"""Faults planted in the REST API: the next calls of an operation (such as calls.fetch) go wrong."""

from __future__ import annotations

from functools import partial

from infra.local.carrier.errors import error
from infra.local.faults import Faults

COLLECTIONS = ("calls", "outgoing_caller_ids", "recordings", "messages")
OPERATIONS = {f"{name}.{verb}" for name in COLLECTIONS for verb in ("list", "fetch", "delete")} | {
    "calls.update",
    "outgoing_caller_ids.create",
}
REFUSALS = {
    "error500": (500, 20500, "Internal Server Error"),
    "rate_limited": (429, 20429, "Too Many Requests"),
    "not_found": (404, 20404, "The requested resource was not found"),
    "not_yet": (409, 20009, "The resource is still in progress; try again later"),
}


def none_planted() -> Faults:
    return Faults(OPERATIONS, {kind: partial(error, *told) for kind, told in REFUSALS.items()})
