"""The service's own code and the inventory name the same things; a failure's sentences say what to do."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import pytest

from chalicelib.core.tables import Item
from chalicelib.policy import fields, profile
from infra.policy import compiled
from infra.policy.drift import items, logging
from infra.policy.drift.code import Code
from infra.policy.faults import Refused

CODE = Code.read(compiled.ROOT)
for name in CODE.modules:  # what only an operator runs has models, too
    importlib.import_module(name.removesuffix(".py").removesuffix("/__init__").replace("/", "."))


def models(made_from: type[Item] = Item) -> Iterator[type[Item]]:
    """The service's own, each with a table."""
    for model in made_from.__subclasses__():
        if model.__module__.startswith("chalicelib."):
            yield model
            yield from models(model)


def test_what_the_code_stores_logs_and_hands_on_is_what_the_inventory_names() -> None:
    try:
        compiled.refuse_drift(compiled.facts(), CODE)
    except Refused as refused:
        pytest.fail("\n".join(["Code and inventory have drifted apart:", *refused.told]), pytrace=False)


def test_the_models_that_run_are_the_ones_that_were_read() -> None:
    """Reading sees neither more nor less than PynamoDB does, but for what a base has already shown."""
    read = {(one.model, one.table, one.name) for one in items.stored(CODE)}
    running = {
        (model.__name__, model.Meta.table_name.removeprefix("vowline-local-"), attribute.attr_name)
        for model in models()
        for attribute in model.get_attributes().values()
    }
    assert read <= running
    assert {one[1:] for one in read} == {one[1:] for one in running}
    assert len(read) > 100


def test_every_line_of_the_log_was_read() -> None:
    lines = list(logging.logged(CODE))
    assert len(lines) > 60
    assert all(names is not None for _, _, names in lines)


@pytest.mark.parametrize("id", profile.known())
def test_a_policy_lets_no_attribute_in_that_it_does_not_collect(id: str) -> None:
    policy = profile.load(id)
    for store, paths in fields.of(policy).items():
        technical = {name for one in policy.store if one.id == store for name in one.technical}
        collected = {
            path
            for category in policy.category
            if category.active
            for field in category.fields
            for attribute in category.attributes[field]
            for place, path in fields.places(attribute, category.stores)
            if place == store
        }
        for path in paths - technical:
            assert any(one == path or one.startswith(f"{path}.") for one in collected), (store, path)
