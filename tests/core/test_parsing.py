"""Bodies and queries: everything that is wrong is told at once, field by field, and nothing is a 500."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core import parsing
from chalicelib.core.errors import Refusal
from chalicelib.core.requests import Incoming


class Order(msgspec.Struct, forbid_unknown_fields=True):
    amount: Annotated[int, msgspec.Meta(ge=1, le=100)]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=5)]
    tags: list[str] = []
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50


def asked(body: bytes = b"", content_type: str = "application/json", **query: list[str]) -> Incoming:
    return Incoming("id", "POST", "/", {"content-type": content_type}, query, body, "127.0.0.1")


def refused(body: bytes, content_type: str = "application/json") -> Refusal:
    with pytest.raises(Refusal) as told:
        parsing.body(asked(body, content_type), Order)
    return told.value


def fields(refusal: Refusal) -> dict[str, str]:
    return {error.field: error.message for error in refusal.errors}


def test_what_fits_is_typed() -> None:
    read = parsing.body(asked(b'{"amount": 5, "name": "Ada", "tags": ["a"]}'), Order)
    assert read == Order(5, "Ada", ["a"])


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "Application/JSON", "application/json "]
)
def test_json_by_any_spelling_is_json(content_type: str) -> None:
    assert parsing.body(asked(b'{"amount": 5, "name": "Ada"}', content_type), Order).amount == 5


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp"]
)
def test_what_a_form_can_send_is_not_taken_for_json(content_type: str) -> None:
    assert refused(b'{"amount": 5, "name": "Ada"}', content_type).status == 415


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"{'amount': 5}",
        b'{"amount": NaN, "name": "Ada"}',
        b'{"amount": Infinity, "name": "Ada"}',
        b'{"amount": 1e400, "name": "Ada"}',
        b'{"amount": 05, "name": "Ada"}',
        b'{"amount": 1_0, "name": "Ada"}',
        b'{"amount": 5, "amount": 5, "name": "Ada"}',
        b'{"amount": 5, "name": "Ada", "tags": [{"a": 1, "\\u0061": 2}]}',
        b'{"amount": 5, "name": "\xff"}',
        b'{"amount": 5, "name": "\\ud800"}',
        b'\xef\xbb\xbf{"amount": 5, "name": "Ada"}',
        b'{"amount": 5, "name": "Ada"}{}',
        '{"amount": 5, "name": "Ada"}'.encode("utf-16"),
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"amount": ' + b"9" * 5_000 + b"}",
    ],
    ids=lambda body: repr(body[:28]),
)
def test_what_is_not_json_is_malformed(body: bytes) -> None:
    refusal = refused(body)
    assert (refusal.status, refusal.type, refusal.errors) == (400, "malformed", [])


@pytest.mark.parametrize("body", [b"null", b"5", b'"text"', b"[]", b"true", b"1e300"])
def test_json_of_another_kind_does_not_fit(body: bytes) -> None:
    assert refused(body).status == 422


def test_all_that_is_wrong_is_told_at_once() -> None:
    told = fields(refused(b'{"amount": 0, "tags": [1], "more": 1, "limit": "5"}'))
    assert set(told) == {"amount", "name", "tags", "more", "limit"}
    assert told["name"] == "This is missing."
    assert told["more"] == "We do not ask for this."
    assert ">= 1" in told["amount"]


@pytest.mark.parametrize(
    "value", ["5.0", "5e0", "true", '"5"', "null", "99999999999999999999", "[5]", "{}", "-1"]
)
def test_an_amount_is_a_whole_number_in_bounds_or_nothing(value: str) -> None:
    assert list(fields(refused(f'{{"amount": {value}, "name": "Ada"}}'.encode()))) == ["amount"]


def test_a_long_unknown_name_is_not_told_back_whole() -> None:
    told = fields(refused(b'{"amount": 5, "name": "Ada", "' + b"x" * 10_000 + b'": 1}'))
    assert list(told) == ["x" * 64]


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_body_is_too_odd_to_be_refused(body: bytes) -> None:
    assert refused(body).status in (400, 422)


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["amount", "name", "tags", "limit", "é"]), json_values, max_size=5))
def test_each_refusal_of_a_shape_names_what_was_wrong(body: dict[str, Any]) -> None:
    try:
        parsing.body(asked(msgspec.json.encode(body)), Order)
    except Refusal as refusal:
        told = (refusal.status, bool(refusal.errors))
        # Beyond 64 bits the library refuses a number as it refuses what is no JSON.
        assert told in ((422, True), (400, False)), told
        assert "" not in fields(refusal)  # noqa: PT017


def test_a_query_is_read_from_text() -> None:
    class Page(msgspec.Struct, forbid_unknown_fields=True):
        limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50
        cursor: str | None = None

    assert parsing.query(asked(limit=["7"], cursor=["x"]), Page) == Page(7, "x")
    assert parsing.query(asked(), Page) == Page()
    for odd in (
        "0",
        "101",
        "-1",
        "",
        " 5",
        "+5",
        "1_0",
        "0x5",
        "NaN",
        "\uff11\uff10",
        "\u0663",
        "9" * 5000,
        "5,6",
    ):
        with pytest.raises(Refusal) as told:
            parsing.query(asked(limit=[odd]), Page)
        assert (told.value.status, list(fields(told.value))) == (422, ["limit"]), odd
    with pytest.raises(Refusal) as told:
        parsing.query(asked(limit=["5", "5"], cursor=["a", "b"], more=["1"]), Page)
    assert fields(told.value) == {"limit": "Give this once.", "cursor": "Give this once."}
    with pytest.raises(Refusal) as told:
        parsing.query(asked(more=["1"]), Page)
    assert list(fields(told.value)) == ["more"]
