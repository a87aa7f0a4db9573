"""Objections and restrictions over HTTP."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib.core.doors import Reply, door
from chalicelib.core.requests import SignedIn
from chalicelib.privacy import objections, opposition_shapes, restrictions
from chalicelib.privacy.choice_routes import CHANGES
from chalicelib.privacy.opposition_shapes import (
    NewObjection,
    NewRestriction,
    Objection,
    ObjectionList,
    Restriction,
    RestrictionList,
)

routes = Blueprint(__name__)
OBJECTIONS = "objections"
RESTRICTIONS = "restrictions"


@door(
    routes,
    "GET",
    "/api/privacy/objections",
    session=True,
    answers={200: ObjectionList},
    capability=OBJECTIONS,
)
def list_objections(signed_in: SignedIn) -> ObjectionList:
    """What you object to."""
    return ObjectionList([opposition_shapes.objection(one) for one in objections.of(signed_in.account_id)])


@door(
    routes,
    "POST",
    "/api/privacy/objections",
    session=True,
    body=NewObjection,
    answers={201: Objection, 200: Objection},
    capability=OBJECTIONS,
    limits=(CHANGES,),
    refusals=(404, 409),
)
def object_to(signed_in: SignedIn, body: NewObjection) -> Reply:
    """Object to a use of your data; it ends at once. What you object to already is answered again (200)."""
    placed, new = objections.place(signed_in.account_id, body.purpose)
    return Reply(placed and opposition_shapes.objection(placed), status=201 if new else 200)


@door(
    routes,
    "DELETE",
    "/api/privacy/objections/{purpose}",
    session=True,
    answers={204: None},
    capability=OBJECTIONS,
    limits=(CHANGES,),
    refusals=(404, 409),
)
def take_objection_back(signed_in: SignedIn, purpose: str) -> None:
    """Take an objection back."""
    objections.lift(signed_in.account_id, purpose)


@door(
    routes,
    "GET",
    "/api/privacy/restrictions",
    session=True,
    answers={200: RestrictionList},
    capability=RESTRICTIONS,
)
def list_restrictions(signed_in: SignedIn) -> RestrictionList:
    """What you have restricted."""
    found = restrictions.of(signed_in.account_id)
    return RestrictionList([opposition_shapes.restriction(one) for one in found])


@door(
    routes,
    "POST",
    "/api/privacy/restrictions",
    session=True,
    body=NewRestriction,
    answers={201: Restriction, 200: Restriction},
    capability=RESTRICTIONS,
    limits=(CHANGES,),
    refusals=(404, 409),
)
def restrict(signed_in: SignedIn, body: NewRestriction) -> Reply:
    """Have your data only stored, one category or everything: it is used for nothing but what law asks.

    You can still read it. What is restricted already is answered again (200).
    """
    placed, new = restrictions.place(signed_in.account_id, body.category)
    return Reply(placed and opposition_shapes.restriction(placed), status=201 if new else 200)


@door(
    routes,
    "DELETE",
    "/api/privacy/restrictions/{category}",
    session=True,
    answers={204: None},
    capability=RESTRICTIONS,
    limits=(CHANGES,),
    refusals=(404, 409),
)
def lift_restriction(signed_in: SignedIn, category: str) -> None:
    """Have the data used again."""
    restrictions.lift(signed_in.account_id, category)
