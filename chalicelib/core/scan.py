"""Reads many items fast: pages of one partition, decoded straight into the fields that are wanted.

botocore's own parser makes some fifteen thousand items a second, this one hundreds of thousands. It is the
process's one DynamoDB client all the same, with its signatures, retries, time-outs and checksums: a hook of
botocore's hands us an answer's bytes before its parser gets them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

import msgspec
from pynamodb.expressions.condition import Condition
from pynamodb.pagination import PageIterator

from chalicelib.core import ends, tables

T = TypeVar("T", bound=msgspec.Struct)
Key = dict[str, dict[str, str]]
Raw = dict[str, dict[str, Any]]

_decoder: ContextVar[msgspec.json.Decoder[Any] | None] = ContextVar("decoder", default=None)


class Text(msgspec.Struct, frozen=True, gc=False):
    """A string as DynamoDB sends it."""

    S: str


class Number(msgspec.Struct, frozen=True, gc=False):
    """A number as DynamoDB sends it; digits, so that who only writes it on need not read it."""

    N: str


class End(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """When an item ends, in either of the forms of `core.ends`."""

    N: str = ""
    S: str = ""

    @property
    def seconds(self) -> int:
        return int(self.N or self.S.removeprefix(ends.HELD))


class Page(msgspec.Struct, Generic[T]):
    """What one request brought: at most 1 MB of items."""

    Items: list[T]
    LastEvaluatedKey: Key | None = None


@dataclass(frozen=True)
class Part:
    """Items of one partition whose sort key lies from `low` to `high`, both included."""

    table: str
    hash_name: str
    hash_value: str
    range_name: str
    low: str
    high: str


def pages(
    part: Part,
    type: type[T],
    *,
    after: str | None = None,
    newest_first: bool = False,
    limit: int | None = None,
) -> Iterator[list[T]]:
    """The items of a part page by page, one consistent request each; `after` is a sort key to go on behind.

    `type` is a Struct of Text and Number fields: these attributes alone are read; one that an item may lack
    needs a default. `limit` is how many items a page has at most. Raises botocore's errors.
    """
    names = {f"#{number}": name for number, name in enumerate(type.__struct_fields__)}
    asked: dict[str, Any] = {
        "TableName": tables.name(part.table),
        "ConsistentRead": True,
        "ScanIndexForward": not newest_first,
        "KeyConditionExpression": "#hash = :hash AND #range BETWEEN :low AND :high",
        "ProjectionExpression": ", ".join(names),
        "ExpressionAttributeNames": {**names, "#hash": part.hash_name, "#range": part.range_name},
        "ExpressionAttributeValues": {
            ":hash": {"S": part.hash_value},
            ":low": {"S": part.low},
            ":high": {"S": part.high},
        },
    }
    if limit:
        asked["Limit"] = limit
    if after:
        asked["ExclusiveStartKey"] = {part.hash_name: {"S": part.hash_value}, part.range_name: {"S": after}}
    while True:
        page = _ask(asked, type)
        yield page.Items
        if page.LastEvaluatedKey is None:
            return
        asked["ExclusiveStartKey"] = page.LastEvaluatedKey


def whole(
    model: type[tables.Item], condition: Condition | None, wanted: list[str], *, after: Raw | None = None
) -> Iterator[Raw]:
    """Every item of a model's table that meets a condition, as DynamoDB gives it, with the attributes wanted.

    An account's items come one after another where its id is the partition. `after` is the key of an item to
    go on behind; it may be gone by now.
    """
    asked = {"filter_condition": condition, "attributes_to_get": wanted, "exclusive_start_key": after}
    yield from _raw(model._get_connection().scan, (), asked)


def partition(model: type[tables.Item], hash_key: str, wanted: list[str]) -> Iterator[Raw]:
    """The items of one partition, as `whole`, each as it is now."""
    asked = {"attributes_to_get": wanted, "consistent_read": True}
    yield from _raw(model._get_connection().query, (hash_key,), asked)


def _raw(ask: Any, key: tuple[str, ...], asked: dict[str, Any]) -> Iterator[Raw]:
    pages: PageIterator[dict[str, Any]] = PageIterator(ask, key, asked)
    for page in pages:
        yield from page["Items"]


def keys(model: type[tables.Item]) -> list[str]:
    """The names of a model's keys: the partition's, and the sort key's where there is one."""
    return [name for name in (model._hash_keyname, model._range_keyname) if name]


def _ask(asked: dict[str, Any], type: type[T]) -> Page[T]:
    client: Any = tables.connection().client
    client.meta.events.register("before-parse.dynamodb.Query", _parse, unique_id="scan")
    meant = _decoder.set(_decoder_of(type))
    try:
        page: Page[T] = client.query(**asked)["page"]
    finally:
        _decoder.reset(meant)
    return page


@cache
def _decoder_of(type: type[T]) -> msgspec.json.Decoder[Page[T]]:
    return msgspec.json.Decoder(Page[type])  # type: ignore[valid-type]


def _parse(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    """Take a page out of an answer; every other request's answer, and every refusal, stays botocore's."""
    decoder = _decoder.get()
    if decoder and response_dict["status_code"] == 200:
        customized_response_dict["page"] = decoder.decode(response_dict["body"])
        response_dict["body"] = b"{}"
