"""Google that fails on purpose: its token endpoint and its keys, and nothing else."""

from __future__ import annotations

import pytest

from infra.local.exchange import Asked
from infra.local.google import Google
from infra.local.google.faults import none_planted
from infra.local.store import Store

KEYS = Asked("GET", "/oauth2/v3/certs")


@pytest.fixture
def google() -> Google:
    return Google(Store(), "client", "secret", "http://127.0.0.1:8000/back")


@pytest.mark.parametrize(("kind", "status"), [("error500", 500), ("rate_limited", 429), ("not_found", 404)])
def test_a_planted_refusal_comes_as_often_as_planted(google: Google, kind: str, status: int) -> None:
    google.faults.plant("keys", kind, 2)
    assert [google.answer(KEYS).status for _ in range(3)] == [status, status, 200]


@pytest.mark.parametrize("kind", ["timeout_before", "timeout_after"])
def test_a_timeout_is_one(google: Google, kind: str) -> None:
    google.faults.plant("keys", kind)
    with pytest.raises(TimeoutError):
        google.answer(KEYS)
    assert google.answer(KEYS).status == 200


def test_what_was_planted_is_forgotten_when_all_is_well_again(google: Google) -> None:
    google.faults.plant("keys", "error500", 9)
    google.faults.clear()
    assert google.answer(KEYS).status == 200


@pytest.mark.parametrize(("operation", "kind"), [("people", "error500"), ("keys", "thunder")])
def test_a_fault_that_there_is_not_cannot_be_planted(operation: str, kind: str) -> None:
    with pytest.raises(ValueError, match="unknown"):
        none_planted().plant(operation, kind)
