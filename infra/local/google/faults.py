"""Faults planted in what Google answers to the service: its tokens and its keys."""

from __future__ import annotations

from functools import partial

from infra.local.exchange import Answered
from infra.local.faults import Faults

REFUSALS = {"error500": 500, "rate_limited": 429, "not_found": 404}


def none_planted() -> Faults:
    refusals = {kind: partial(Answered.json, status, {"error": kind}) for kind, status in REFUSALS.items()}
    return Faults(("token", "keys"), refusals)
