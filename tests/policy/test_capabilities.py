"""What a policy offers: every capability has its code, and what is not offered has no route."""

from __future__ import annotations

from unittest import mock

import pytest

from chalicelib.core.doors import DOORS
from chalicelib.policy import profile
from infra.policy import compiled
from infra.policy.lints import offering
from tests.harness import lambda_door
from tests.harness.lambda_door import ask
from tests.harness.offering import obeying
from tests.harness.stage import Stage

lambda_door.application()
PROBLEM = "application/problem+json"
GATED = sorted({(door.method, door.path, door.capability) for door in DOORS if door.capability})
INVENTORY = compiled.load("kinvo").sources.inventory


def test_every_capability_of_the_code_is_known_and_called_built() -> None:
    built = {capability.id for capability in INVENTORY.capability if capability.built}
    assert {capability for _, _, capability in GATED} <= built


def test_every_capability_that_is_called_built_has_its_routes() -> None:
    compiled.refuse_without_doors(INVENTORY, {str(capability) for _, _, capability in GATED})
    without = list(offering.without_doors(INVENTORY, set()))
    assert len(without) == sum(capability.built and capability.routes for capability in INVENTORY.capability)


@pytest.mark.parametrize("id", profile.known())
@pytest.mark.parametrize(("method", "path", "capability"), GATED)
def test_a_route_is_there_exactly_where_its_capability_is_offered(
    id: str, method: str, path: str, capability: str
) -> None:
    offers = profile.load(id).offers
    with mock.patch.object(profile, "current", return_value=profile.load(id)):
        entry = next(door for door in DOORS if (door.method, door.path) == (method, path))
        if capability in offers:
            # Who is not signed in gets no further than that; what needs no session is tried elsewhere.
            assert not entry.session or ask(method, path.replace("{id}", "x")).status == 401
        else:
            answer = ask(method, path.replace("{id}", "x"))
            assert (answer.status, answer.json["type"]) == (404, "not-offered")


@pytest.mark.parametrize("id", profile.known())
def test_every_route_of_every_policy_is_offered_or_says_that_it_is_not(id: str, stage: Stage) -> None:
    with obeying(id) as policy:
        for door in DOORS:
            answer = ask(door.method, door.path.replace("{id}", "x").replace("{account_id}", "x"))
            type = answer.json["type"] if answer.headers.get("content-type") == PROBLEM else None
            if door.capability not in (None, *policy.offers):
                assert (answer.status, type) == (404, "not-offered"), door.path
            elif door.session:
                assert (answer.status, type) == (401, "sign-in"), door.path
            elif door.webhook:
                assert answer.status in (400, 403), door.path
            else:
                assert type != "not-offered", door.path
                assert answer.status != 500, door.path


@pytest.mark.parametrize("id", profile.known())
def test_nothing_is_offered_that_nobody_built(id: str) -> None:
    built = {capability.id for capability in INVENTORY.capability if capability.built}
    assert set(profile.load(id).offers) <= built
    with_routes = {capability.id for capability in INVENTORY.capability if capability.routes}
    assert with_routes & set(profile.load(id).offers) <= {capability for _, _, capability in GATED}
