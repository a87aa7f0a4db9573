"""Where a request came from: the gateway's word, or our own distribution's, and nobody else's."""

from __future__ import annotations

import msgspec
import pytest

from chalicelib.core import secrets
from chalicelib.core.requests import Incoming
from tests.harness.stage import Stage

EDGE = "64.252.0.9"
VIEWER = "203.0.113.7"
PROOF = "what only our distribution says"


@pytest.fixture(autouse=True)
def distribution(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stage behind a distribution whose secret is just being changed."""
    known = msgspec.structs.replace(secrets.current(), origin_secrets=["the next one", PROOF])
    monkeypatch.setattr(secrets, "current", lambda: known)


def came_from(caller: str, **headers: str) -> str:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Incoming("id", "POST", "/", named, {}, b"", caller).source


FORGED = [
    {"x_forwarded_for": "198.51.100.1"},
    {"x_forwarded_for": f"198.51.100.1, {EDGE}"},
    {"x_forwarded_for": f"198.51.100.1, {VIEWER}, {EDGE}"},
    {"x_real_ip": "198.51.100.1"},
    {"forwarded": "for=198.51.100.1"},
    {"client_ip": "198.51.100.1"},
    {"true_client_ip": "198.51.100.1"},
    {"cf_connecting_ip": "198.51.100.1"},
    {"cloudfront_viewer_address": "198.51.100.1:1"},
    {"x_cluster_client_ip": "198.51.100.1"},
    {"x_original_forwarded_for": "198.51.100.1"},
    {"x_origin_secret": "", "x_forwarded_for": f"198.51.100.1, {EDGE}"},
    {"x_origin_secret": "guess", "x_forwarded_for": f"198.51.100.1, {EDGE}"},
    {"x_origin_secret": PROOF[:-1], "x_forwarded_for": f"198.51.100.1, {EDGE}"},
    {"x_origin_secret": f"{PROOF}, {PROOF}", "x_forwarded_for": f"198.51.100.1, {EDGE}"},
    {"x_origin_secret": "é", "x_forwarded_for": f"198.51.100.1, {EDGE}"},
]


@pytest.mark.parametrize("headers", FORGED, ids=str)
def test_no_header_of_a_strangers_changes_where_they_came_from(headers: dict[str, str]) -> None:
    assert came_from(VIEWER, **headers) == VIEWER


@pytest.mark.parametrize("invented", ["", "198.51.100.1, ", "198.51.100.1, 198.51.100.2, ", "x, , é, "])
def test_behind_the_distribution_it_is_the_viewer_whatever_the_viewer_invents(invented: str) -> None:
    for proof in (PROOF, "the next one"):
        through = f"{invented}{VIEWER}, {EDGE}"
        assert came_from(EDGE, x_origin_secret=proof, x_forwarded_for=through) == VIEWER


@pytest.mark.parametrize("through", ["", EDGE, f"nobody, {EDGE}", ",", ", ,", f"{VIEWER}:443, {EDGE}"])
def test_a_list_without_a_viewer_leaves_the_gateways_word(through: str) -> None:
    assert came_from(EDGE, x_origin_secret=PROOF, x_forwarded_for=through) == EDGE


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("nowhere", "unknown"),
        ("999.1.1.1", "unknown"),
    ],
)
def test_a_network_is_what_one_person_has(address: str, network: str) -> None:
    assert came_from(address) == network


def test_a_laptop_has_no_distribution_and_believes_no_list(monkeypatch: pytest.MonkeyPatch) -> None:
    known = msgspec.structs.replace(secrets.current(), origin_secrets=None)
    monkeypatch.setattr(secrets, "current", lambda: known)
    for proof in ("", PROOF):
        assert came_from("127.0.0.1", x_origin_secret=proof, x_forwarded_for=f"{VIEWER}, x") == "127.0.0.1"
