"""moto, without what costs most: it looks up each of the ten kinds of every stored value by several names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from moto.core.serialize import BaseJSONSerializer

_serialize_slowly = BaseJSONSerializer._serialize_type_structure


@contextmanager
def quick_moto() -> Iterator[None]:
    """DynamoDB's values leave moto as they lie in it, which is how they look on the wire."""
    with mock.patch.object(BaseJSONSerializer, "_serialize_type_structure", _serialize):
        yield


def _serialize(self: BaseJSONSerializer, serialized: Any, value: Any, shape: Any, key: str) -> None:
    if shape.name == "AttributeValue" and type(value) is dict and "B" not in value:
        self._default_serialize(serialized, value, shape, key)
    else:
        _serialize_slowly(self, serialized, value, shape, key)
