"""A canary in every field of every kind of item, by models and inventory; a field without one fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Protocol

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    MapAttribute,
    UnicodeSetAttribute,
)

from bench.canary import partners
from bench.canary.people import BRIEF, NEVER, SEEDS, returns
from bench.canary.person import Person
from bench.canary.words import BARE, Canary
from chalicelib.core import tables
from chalicelib.core.files import File
from chalicelib.core.subjects import Kind
from chalicelib.core.tables import IntegerAttribute, Item
from chalicelib.money import topups
from chalicelib.money.models import BALANCE, Balance, Payment
from chalicelib.policy import fields, profile
from chalicelib.privacy import kinds, register
from infra.local.carrier import Carrier
from infra.local.payments import Payments

TOP_UP_MICROS = {"ada": 12_340_000, "eve": 23_450_000}


class NoCanary(AssertionError):
    """A field has no canary, and nothing says why it can't carry one; or what says so is out of date."""


class Partners(Protocol):
    """The stand-ins of a run."""

    @property
    def carrier(self) -> Carrier: ...

    @property
    def payments(self) -> Payments: ...

    def settle_payments(self, account_id: str) -> None: ...


def hatch(world: Partners, person: Person) -> list[Canary]:
    """All that the policy of this moment lets the service hold of somebody, here and at partners."""
    request, _ = register.receive(person.subject, "correction", waive_grace=False, way="mail")
    person.made["req open"] = request.id
    if "credit" in profile.current().offers:
        _top_up(world, person)
    made: list[Canary] = []
    for kind in planted_kinds():
        item = _item(kind, person)
        if isinstance(item, Balance | Payment):
            made += partners.hatch_customer(world.payments, person, item)
        made += _Filling(kind, person).fill(item)
        item.save()
    made += partners.hatch_calls(world.carrier, person)
    return made + partners.hatch_files(person)


def _top_up(world: Partners, person: Person) -> None:
    order = topups.start(person.account_id, TOP_UP_MICROS[person.whose], person.id("ord", "paid"))
    assert order.checkout_id
    world.payments.pay(order.checkout_id, "succeeded")
    world.settle_payments(person.account_id)


def needless(person: Person) -> list[str]:
    """What words.BARE says of fields that could carry one, or that there are not any more."""
    models = {kind.model.__name__ for kind in kinds.kinds()}
    told = [
        f"people has {name}, which no kind of items is" for name in (*NEVER, *BRIEF) if name not in models
    ]
    for kind in planted_kinds():
        for name in BARE:
            model, _, path = name.partition(".")
            due = path.partition(".")[0] in _allowed(kind) or path not in kind.model.get_attributes()
            if model == kind.model.__name__ and due and name not in person.bare:
                told.append(f"words.BARE has {name}, which carries a canary or is not there")
    return told


def planted_kinds() -> list[Kind]:
    """Kinds of items that somebody may have under the policy of this moment."""
    known = {category.id for category in profile.current().category if category.active}
    return [
        kind
        for kind in kinds.kinds()
        if kind.category in known and kind.model.__name__ not in NEVER and _fits(kind)
    ]


def _fits(kind: Kind) -> bool:
    """Whether the policy lets such an item have all that each must have."""
    needed = {name for name, attribute in kind.model.get_attributes().items() if not attribute.null}
    return needed <= _allowed(kind)


def store_of(kind: Kind) -> str:
    return str(kind.model.Meta.table_name).removeprefix(tables.name(""))


def _item(kind: Kind, person: Person) -> Item:
    """The item as the person has it already, or as far as its keys go."""
    if kind.model is Payment:
        [key] = Payment.by_account.query(person.account_id, Payment.id.startswith("PI#"))
        payment = Payment.get(key.id, consistent_read=True)
        payment.returns = returns(person)
        payment.created_at = payment.version = None
        return payment
    name = f"{kind.model.__name__} {kind.prefix}"
    if name not in SEEDS:
        raise NoCanary(f"{name} is a new kind of item: bench/canary/people.py has no keys for one.")
    seed = SEEDS[name](person)
    allowed = _allowed(kind)
    values = {name: value for name, value in seed.items() if name in allowed}
    if kind.model is not Balance:
        return kind.model(**values)
    found = Balance.stored(person.account_id, BALANCE)
    assert found, "whoever paid has a balance"
    for name, value in values.items():
        setattr(found, name, value)
    return found


def _allowed(kind: Kind) -> frozenset[str]:
    return fields.of(profile.current())[store_of(kind)]


class _Filling:
    """One item on its way to be full."""

    def __init__(self, kind: Kind, person: Person) -> None:
        self._kind, self._person = kind, person
        self._model, self._store = kind.model.__name__, store_of(kind)
        self._made: list[Canary] = []

    def fill(self, item: Item) -> list[Canary]:
        """Its canaries. Raises NoCanary."""
        allowed = _allowed(self._kind)
        for name, attribute in sorted(item.get_attributes().items()):
            if name in allowed:
                self._fill(item, name, attribute)
        self._check_maps(item, allowed)
        return self._made

    def _fill(self, item: Item, name: str, attribute: Any) -> None:
        known, value = f"{self._model}.{name}" in BARE, getattr(item, name)
        if known:
            self._person.bare.add(f"{self._model}.{name}")
            if value is None and not attribute.null:
                setattr(item, name, _usual(name, attribute))
            return
        if value is None or (value in ({}, 0) and not isinstance(value, bool)):
            value = self._canary(name, attribute)
            setattr(item, name, value)
        for path, leaf in leaves(name, value):
            if f"{self._model}.{path}" in BARE:
                self._person.bare.add(f"{self._model}.{path}")
            else:
                self._add(path, leaf)

    def _canary(self, name: str, attribute: Any) -> Any:
        of = f"{self._model}{self._kind.prefix}" if self._kind.model is File else self._model
        word = self._person.word(of, name)
        if isinstance(attribute, IntegerAttribute):
            return self._person.number(of, name)
        if isinstance(attribute, ListAttribute):
            return [word]
        if isinstance(attribute, UnicodeSetAttribute):
            return {word}
        if isinstance(attribute, JSONAttribute):
            return {"canary": word}
        if isinstance(attribute, BooleanAttribute):
            raise NoCanary(f"{self._model}.{name} has no canary: say in words.BARE why.")
        if isinstance(attribute, MapAttribute):
            raise NoCanary(f"{self._model}.{name} is a map: bench/canary/people.py has to say what is in it.")
        return word

    def _add(self, path: str, leaf: Any) -> None:
        if isinstance(leaf, bool) or not isinstance(leaf, str | int):
            raise NoCanary(f"{self._model}.{path} has no canary: say in words.BARE why.")
        self._made.append(Canary(str(leaf), self._store, self._model, path, str(self._kind.category)))

    def _check_maps(self, item: Item, allowed: frozenset[str]) -> None:
        """What the inventory names in a map is there, too."""
        planted = {canary.path for canary in self._made}
        for path in sorted(allowed):
            top, star, _ = path.partition(".*.")
            if not star or not isinstance(item.get_attributes().get(top), MapAttribute):
                continue
            if path not in planted and f"{self._model}.{path}" not in BARE and not _is_map(path, allowed):
                raise NoCanary(f"{self._model}.{path} is in the inventory, and has no canary.")


def _is_map(path: str, allowed: frozenset[str]) -> bool:
    return any(other.startswith(f"{path}.") for other in allowed)


def leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Every value inside, by the inventory's path; a map's own keys are stars."""
    if isinstance(value, MapAttribute):
        value = value.as_dict()
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(f"{path}.*" if path.count(".") == 0 else f"{path}.{key}", inner)
    elif isinstance(value, list | tuple | set | frozenset):
        words = [inner for inner in value if str(inner).startswith(("canary-", "+", "CA"))]
        for inner in words or value:
            yield from leaves(path, inner)
    elif isinstance(value, str) and value.startswith("{"):
        for inner in json.loads(value).values():
            yield path, inner
    else:
        yield path, value


def _usual(name: str, attribute: Any) -> Any:
    if name == "currency":
        return profile.current().currency
    if name == "policy_version":
        return profile.current().version
    return 0 if isinstance(attribute, IntegerAttribute) else False
