"""moto, without what costs most: it looks up each of the ten kinds of every stored value by several names,
and makes a key pair for each key, whose ciphers need none.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from moto.core.serialize import BaseJSONSerializer
from moto.kms import models

_serialize_slowly = BaseJSONSerializer._serialize_type_structure
_generate_slowly = models.generate_private_key
CIPHER = "SYMMETRIC_DEFAULT"


@contextmanager
def quick_moto() -> Iterator[None]:
    """DynamoDB's values leave moto as they lie in it, which is how they look on the wire."""
    with (
        mock.patch.object(BaseJSONSerializer, "_serialize_type_structure", _serialize),
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
