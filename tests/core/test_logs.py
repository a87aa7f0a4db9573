"""The log's own guard: what the policy does not name, and card numbers, are left out of every line."""

from __future__ import annotations

import json
from typing import Any
from unittest import mock

import pytest

from chalicelib.core import logs
from chalicelib.core.logs import log, trace
from tests.harness.logged import logged

CARD = "4242 4242 4242 4242"


def line(message: str, **extra: Any) -> dict[str, Any]:
    with logged() as text:
        log.info(message, extra=extra)
    [written] = [json.loads(one) for one in text.getvalue().splitlines() if one.startswith("{")]
    return dict(written)


def test_what_the_policy_names_is_logged() -> None:
    written = line("done", request_id="req_1", counts={"open": 2}, status=200, where=["a:1 b"])
    assert (written["message"], written["request_id"], written["status"]) == ("done", "req_1", 200)
    assert (written["counts"], written["where"]) == ({"open": 2}, ["a:1 b"])
    assert "left_out" not in written


def test_another_field_is_left_out_and_told_by_its_name() -> None:
    written = line("done", request_id="req_1", address="ada@example.com", ip="192.0.2.1")
    assert written["left_out"] == ["address", "ip"]
    assert written["request_id"] == "req_1"
    assert "ada" not in json.dumps(written)
    assert "192.0.2.1" not in json.dumps(written)


def test_a_card_number_is_gone_wherever_it_stood() -> None:
    written = line(f"paid with {CARD}", reason=CARD, counts={CARD: [CARD, (CARD,)]})
    assert written["message"] == "paid with [card number]"
    assert "4242" not in json.dumps(written)


def test_before_a_policy_is_handed_down_no_field_is_logged() -> None:
    with mock.patch.object(logs.hooks, "fields", None):
        written = line("starting", request_id="req_1")
    assert (written["message"], written["left_out"]) == ("starting", ["request_id"])
    assert "request_id" not in written


def test_an_errors_place_is_logged_and_not_its_message() -> None:
    with pytest.raises(ValueError, match="ada") as raised:
        int("ada@example.com")
    written = line("failed", **trace(raised.value))
    assert written["error"] == "ValueError"
    assert "ada" not in json.dumps(written)
