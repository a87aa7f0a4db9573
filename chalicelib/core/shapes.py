"""Shapes that several rooms answer with."""

from __future__ import annotations

from typing import Annotated

import msgspec


class Money(msgspec.Struct):
    """An amount in millionths of its currency."""

    amount_micros: int
    currency: str


class Page(msgspec.Struct, forbid_unknown_fields=True):
    """Which part of a list: at most `limit` from where `cursor` left off."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=100, description="How many to answer at most.")] = 50
    cursor: Annotated[
        Annotated[str, msgspec.Meta(max_length=600)] | None,
        msgspec.Meta(description="`next_cursor` of the part before; none for the first."),
    ] = None
