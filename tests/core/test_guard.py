"""The write guard: whatever way a write takes, what the policy does not name is not stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pynamodb.attributes import ListAttribute, MapAttribute, UnicodeAttribute, UnicodeSetAttribute

from chalicelib.core import guard, tables
from chalicelib.core.errors import Refusal
from chalicelib.core.guard import NotInPolicy
from chalicelib.core.tables import IntegerAttribute, Item, Transaction, name
from chalicelib.policy import fields, profile
from tests.harness.logged import logged
from tests.harness.stage import Stage

CARD = "4242 4242 4242 4242"
ALLOWED = frozenset({"user_id", "label", "number", "texts", "tags", "map", "map.*", "map.*.label"})


class Thing(Item):
    """An item of anything; `secret` is what no policy names."""

    class Meta:
        table_name = name("users")

    user_id = UnicodeAttribute(hash_key=True)
    label = UnicodeAttribute(null=True)
    number = IntegerAttribute(null=True)
    texts: ListAttribute[str] = ListAttribute(null=True)
    tags = UnicodeSetAttribute(null=True)
    map: MapAttribute[str, Any] = MapAttribute(null=True)
    secret = UnicodeAttribute(null=True)


@pytest.fixture(autouse=True)
def policy(stage: Stage) -> Iterator[None]:
    with mock.patch.object(guard.hooks, "fields", return_value={"users": ALLOWED}):
        yield


def stored() -> list[Any]:
    return boto3.client("dynamodb").scan(TableName="vowline-local-users")["Items"]


def in_a_transaction(join: Callable[[Transaction], None]) -> None:
    transaction = Transaction()
    join(transaction)
    transaction.commit()


def made(**values: Any) -> Thing:
    return Thing("one", **values)


def in_a_batch(thing: Thing) -> None:
    with Thing.batch_write() as batch:
        batch.save(thing)


def raw(operation: str, **asked: Any) -> None:
    client: Any = tables.connection().client
    getattr(client, operation)(TableName="vowline-local-users", **asked)


WAYS: dict[str, Callable[[str, str], object]] = {
    "put": lambda field, text: made(**{field: text}).save(),
    "update": lambda field, text: Thing("one").update(actions=[getattr(Thing, field).set(text)]),
    "update unless there": lambda field, text: Thing("one").update(
        actions=[Thing.number.set(1), getattr(Thing, field).set(getattr(Thing, field) | text)]
    ),
    "batch": lambda field, text: in_a_batch(made(**{field: text})),
    "put together": lambda field, text: in_a_transaction(lambda one: one.put("thing", made(**{field: text}))),
    "update together": lambda field, text: in_a_transaction(
        lambda one: one.update("thing", Thing("one"), [getattr(Thing, field).set(text)])
    ),
    "the bare client": lambda field, text: raw(
        "put_item", Item={"user_id": {"S": "one"}, field: {"S": text}}
    ),
    "the bare client's update": lambda field, text: raw(
        "update_item",
        Key={"user_id": {"S": "one"}},
        UpdateExpression=f"set {field} = :text",
        ExpressionAttributeValues={":text": {"S": text}},
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_the_policy_does_not_name_is_not_stored_by_any_way(way: str) -> None:
    with pytest.raises(NotInPolicy, match="users may not hold secret"), logged() as log:
        WAYS[way]("secret", "a secret text")
    assert stored() == []
    assert '"alarm":"field-not-in-policy"' in log.getvalue()
    assert "a secret text" not in log.getvalue()
    WAYS[way]("label", "a label")
    assert stored()[0]["label"] == {"S": "a label"}


@pytest.mark.parametrize("way", WAYS)
def test_a_card_number_is_not_stored_by_any_way(way: str) -> None:
    with pytest.raises(Refusal, match="422 card-number"):
        WAYS[way]("label", f"it is {CARD}, thanks")
    assert stored() == []


@pytest.mark.parametrize(
    "thing",
    [
        {"texts": ["fine", CARD]},
        {"tags": {"fine", CARD}},
        {"map": {"one": {"label": CARD}}},
        {"map": {CARD: {"label": "fine"}}},
        {"user_id": CARD},
    ],
)
def test_a_card_number_is_found_wherever_it_stands(thing: dict[str, Any]) -> None:
    with pytest.raises(Refusal, match="422 card-number"):
        Thing(**{"user_id": "one", **thing}).save()


def test_maps_hold_only_what_is_named_inside_them() -> None:
    Thing("one", map={"any": {"label": "fine"}}).save()
    with pytest.raises(NotInPolicy, match=r"users may not hold map\.\*\.other"):
        Thing("two", map={"any": {"label": "fine", "other": "x"}}).save()
    with pytest.raises(NotInPolicy, match=r"users may not hold map\.\*\.other"):
        Thing("one").update(actions=[Thing.map["any"]["other"].set("x")])
    with pytest.raises(NotInPolicy, match=r"users may not hold map\.\*\.label\.deeper"):
        Thing("one").update(actions=[Thing.map["any"].set({"label": {"deeper": "x"}})])
    with pytest.raises(NotInPolicy, match=r"users may not hold texts\.other"):
        raw("put_item", Item={"user_id": {"S": "two"}, "texts": {"L": [{"M": {"other": {"S": "x"}}}]}})
    assert [item["map"] for item in stored()] == [{"M": {"any": {"M": {"label": {"S": "fine"}}}}}]


def test_what_was_stored_under_another_policy_can_still_be_taken_away() -> None:
    client = boto3.client("dynamodb")
    client.put_item(TableName="vowline-local-users", Item={"user_id": {"S": "one"}, "secret": {"S": "x"}})
    Thing("one").update(actions=[Thing.secret.remove()])
    assert stored() == [{"user_id": {"S": "one"}}]
    Thing("one").delete()
    assert stored() == []


def test_before_a_policy_is_handed_down_nothing_is_stored() -> None:
    with mock.patch.object(guard.hooks, "fields", None), pytest.raises(NotInPolicy, match="handed down"):
        Thing("one").save()
    assert stored() == []


def test_a_way_to_write_that_the_guard_cannot_read_is_refused() -> None:
    client: Any = tables.connection().client
    with pytest.raises(NotInPolicy, match="ExecuteStatement"):
        client.execute_statement(Statement="INSERT INTO \"users\" VALUE {'user_id': 'one'}")


def test_a_table_that_no_category_lies_in_takes_nothing() -> None:
    with (
        mock.patch.object(guard.hooks, "fields", dict),
        pytest.raises(NotInPolicy, match="users may not hold"),
    ):
        Thing("one").save()


PATH = st.lists(st.sampled_from(["label", "secret", "map", "texts"]), min_size=1, max_size=2)


@given(st.lists(st.tuples(st.sampled_from(["SET", "ADD"]), PATH), min_size=1, max_size=5))
def test_every_path_of_an_update_is_read(actions: list[tuple[str, list[str]]]) -> None:
    """However names, functions and clauses are written, none is overlooked."""
    forms = {"SET": "{0} = if_not_exists({0}, :v{1}) + :w{1}", "ADD": "{0} :v{1}"}
    clauses, expected = [], set()
    for kind in ("SET", "ADD"):
        chosen = [(place, path) for place, (clause, path) in enumerate(actions) if clause == kind]
        if chosen:
            clauses.append(
                f"{kind} " + ", ".join(forms[kind].format(".".join(path), place) for place, path in chosen)
            )
        values = {"SET": ("v", "w"), "ADD": ("v",)}[kind]
        expected |= {(tuple(path), tuple(f":{v}{place}" for v in values)) for place, path in chosen}
    expression = f"{' '.join(clauses)} REMOVE other.thing DELETE tags :gone"
    assert set(guard._assigned(expression)) == expected


def test_the_policy_of_now_says_what_each_table_may_hold() -> None:
    known = fields.of(profile.load("ownnumber"))
    assert not any("password" in path for paths in known.values() for path in paths)
    assert {"google_key", "name", "expires_at"} <= known["users"]
    assert "google_key" not in fields.of(profile.load("kinvo"))["users"]
    assert "numbers.*.phone" in fields.of(profile.load("kinvo"))["users"]
    assert "balances" not in fields.of(profile.load("kiwiphone"))
    assert "wanted" in known["sessions"]
    assert "wanted" not in known["cdrs"]
