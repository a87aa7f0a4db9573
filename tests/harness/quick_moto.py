"""moto, without what costs most: it looks up each of the ten kinds of every stored value by several names,
copies each value of a table before each part of a transaction, lists its own methods at each request, and
makes a key pair for each key, whose ciphers need none.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest import mock

from moto.core import responses
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.kms import models

_serialize_slowly = BaseJSONSerializer._serialize_type_structure
_copy_slowly = DynamoType.__deepcopy__
_generate_slowly = models.generate_private_key
_list_methods = cache(responses.method_names_from_class)
CIPHER = "SYMMETRIC_DEFAULT"
# Nothing changes such a value: another takes its place.
PLAIN = frozenset({"S", "N", "B", "BOOL", "NULL"})


@contextmanager
def quick_moto() -> Iterator[None]:
    """DynamoDB's values leave moto as they lie in it, which is how they look on the wire."""
    with (
        mock.patch.object(BaseJSONSerializer, "_serialize_type_structure", _serialize),
        mock.patch.object(DynamoType, "__deepcopy__", _copy_value),
        mock.patch.object(Item, "__deepcopy__", _copy_item),
        mock.patch.object(responses, "method_names_from_class", _list_methods),
        mock.patch.object(models, "generate_private_key", _generate),
    ):
        yield


def _generate(key_spec: str) -> Any:
    return None if key_spec == CIPHER else _generate_slowly(key_spec)


def _serialize(self: BaseJSONSerializer, serialized: Any, value: Any, shape: Any, key: str) -> None:
    if shape.name == "AttributeValue" and type(value) is dict and "B" not in value:
        self._default_serialize(serialized, value, shape, key)
    else:
        _serialize_slowly(self, serialized, value, shape, key)


def _copy_value(self: DynamoType, memo: dict[int, Any]) -> DynamoType:
    return self if self.type in PLAIN else _copy_slowly(self, memo)


def _copy_item(self: Item, memo: dict[int, Any]) -> Item:
    made: Any = object.__new__(Item)
    made.hash_key, made.range_key, made.attrs = self.hash_key, self.range_key, LimitedSizeDict()
    for name, value in self.attrs.items():
        kept = value if value.type in PLAIN else copy.deepcopy(value, memo)
        dict.__setitem__(made.attrs, name, kept)  # its own way of setting adds up the sizes of all
    return made  # type: ignore[no-any-return]
