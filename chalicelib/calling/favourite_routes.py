"""Favourite numbers over HTTP. They stand in bodies, so that no address names whom somebody calls."""

from __future__ import annotations

from typing import Annotated

import msgspec
from chalice import Blueprint

from chalicelib.calling import favourites
from chalicelib.core.doors import door
from chalicelib.core.requests import SignedIn

routes = Blueprint(__name__)
Numbers = Annotated[
    list[Annotated[str, msgspec.Meta(min_length=1, max_length=64)]], msgspec.Meta(max_length=50)
]


class NewFavouriteList(msgspec.Struct, forbid_unknown_fields=True):
    """The numbers to keep at hand from now on, in E.164 and in your order."""

    numbers: Numbers


class FavouriteList(msgspec.Struct):
    """The numbers that you keep at hand."""

    numbers: list[str]


@door(routes, "GET", "/api/favourites", session=True, capability="calling", answers={200: FavouriteList})
def list_favourites(signed_in: SignedIn) -> FavouriteList:
    """The numbers that you keep at hand."""
    return FavouriteList(favourites.numbers(signed_in.account_id))


@door(
    routes,
    "PUT",
    "/api/favourites",
    session=True,
    uses="account",
    capability="calling",
    body=NewFavouriteList,
    answers={200: FavouriteList},
)
def put_favourites(signed_in: SignedIn, body: NewFavouriteList) -> FavouriteList:
    """Keep these numbers at hand, and no others."""
    return FavouriteList(favourites.put(signed_in.account_id, body.numbers))


@door(routes, "DELETE", "/api/favourites", session=True, capability="calling", answers={204: None})
def delete_favourites(signed_in: SignedIn) -> None:
    """Forget all numbers that you keep at hand."""
    favourites.erase(signed_in.account_id)
