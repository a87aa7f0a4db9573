"""What else a policy collects of a person: names, a phone number, a billing address, a country.

Which of these are asked for, and which may be left out, is the profile's decision: category `profile`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from chalicelib.core import countries
from chalicelib.identity import rules
from chalicelib.identity.models import Details
from chalicelib.policy import profile

CATEGORY = "profile"
AT_GOOGLE = "google_account"
Told = Mapping[str, str | None]
Line = Annotated[str, Meta(min_length=1, max_length=100)]
Phone = Annotated[str, Meta(min_length=1, max_length=32, description="With its country, best in E.164.")]
Lines = Annotated[str, Meta(min_length=1, max_length=300, description="As it stands on an envelope.")]
Country = Annotated[
    str,
    Meta(
        min_length=2,
        max_length=2,
        description="ISO 3166-1 alpha-2.",
        extra_json_schema={"enum": sorted(countries.CODES)},
    ),
]
KNOWN: Mapping[str, tuple[Any, Callable[[str, str], str]]] = {
    "name": (Line, rules.line),
    "business_name": (Line, rules.line),
    "phone": (Phone, rules.phone),
    "billing_address": (Lines, rules.lines),
    "country": (Country, rules.country),
}
"""Each field's shape, and the rule that makes its text as it is kept."""


def collected() -> dict[str, bool]:
    """The fields that the policy collects, in its order; True: nobody signs up without."""
    for category in profile.current().category:
        if category.id == CATEGORY and category.active:
            return {field: field not in category.optional for field in category.fields}
    return {}


def sign_up_shape(name: str, base: type[Struct]) -> type[Struct]:
    """`base` with the fields that sign-up asks for."""
    return _sign_up_shape(name, base, tuple(collected().items()))


def change_shape(name: str, base: type[Struct]) -> type[Struct]:
    """`base` with the fields that may be changed, each alone; null takes back what nobody has to give."""
    return _change_shape(name, base, tuple(collected().items()))


def told(body: Struct) -> Told:
    """What a body says of the collected fields, as it is kept; None: it is taken back. Refuses with 422."""
    given = {field: getattr(body, field, UNSET) for field in collected()}
    return {
        field: None if value is None else KNOWN[field][1](field, value)
        for field, value in given.items()
        if value is not UNSET
    }


def kept(item: Details) -> Told:
    """What an item keeps of the collected fields."""
    return {field: getattr(item, field) for field in collected()}


def put(item: Details, told: Told) -> None:
    """Have an item keep this, as it is written."""
    for field, value in told.items():
        setattr(item, field, value)


def shown(item: Details) -> Told:
    """What its person sees of themselves: also the name that Google told, where the policy keeps that."""
    by_google = any(category.id == AT_GOOGLE and category.active for category in profile.current().category)
    return {"name": item.name, **kept(item)} if by_google else kept(item)


@cache
def _sign_up_shape(name: str, base: type[Struct], fields: tuple[tuple[str, bool], ...]) -> type[Struct]:
    asked = [
        (field, KNOWN[field][0]) if needed else (field, KNOWN[field][0] | None, None)
        for field, needed in fields
    ]
    return _extended(name, base, asked)


@cache
def _change_shape(name: str, base: type[Struct], fields: tuple[tuple[str, bool], ...]) -> type[Struct]:
    asked = [
        (field, (KNOWN[field][0] | UnsetType) if needed else (KNOWN[field][0] | None | UnsetType), UNSET)
        for field, needed in fields
    ]
    return _extended(name, base, asked)


def _extended(name: str, base: type[Struct], fields: list[Any]) -> type[Struct]:
    """`name` is the schema's in the API document."""
    return msgspec.defstruct(
        name,
        fields,
        bases=(base,),
        module=base.__module__,
        namespace={"__doc__": base.__doc__},
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
    )
