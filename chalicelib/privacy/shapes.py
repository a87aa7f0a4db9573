"""What the privacy routes take and give over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from chalicelib.policy.consent import EVERYTHING
from chalicelib.policy.vocabulary import RightType
from chalicelib.privacy import register, rules
from chalicelib.privacy.models import Request

Word = Annotated[str, Meta(min_length=1, max_length=64)]
Moment = Annotated[datetime, Meta(tz=True)]


class NewPrivacyRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked for. `waive_grace` starts a deletion at once; of one that is open it ends the days left.

    `category` is what a restriction is about. `purpose` is what an objection is to (marketing, where none is
    named), or which consent ends (all of them).
    """

    type: RightType
    waive_grace: bool = False
    category: Word = EVERYTHING
    purpose: Word | None = None


class PrivacyRequestPage(Struct, frozen=True, forbid_unknown_fields=True):
    """Which part of the list: at most `limit` from where `cursor` left off."""

    limit: Annotated[int, Meta(ge=1, le=50, description="How many to answer at most.")] = 20
    cursor: Annotated[
        Annotated[str, Meta(max_length=600)] | None,
        Meta(description="`next_cursor` of the part before; none for the first."),
    ] = None


class PrivacyRequestEvent(Struct, frozen=True):
    """A state that the request entered, and when."""

    at: Moment
    state: rules.State


class Kept(Struct, frozen=True):
    """What stays after a deletion, without a person: where, why, and until when."""

    store: str
    category: str
    reason: str
    until: Moment | None


class PrivacyRequest(Struct, frozen=True, omit_defaults=True):
    """A request and what became of it.

    A deletion can be cancelled while it is received or in its grace, an export until it is made,
    all else until it is answered. `reason` says why something was denied, in part or whole, or takes longer.
    """

    id: str
    type: RightType
    state: rules.State
    received_at: Moment
    due_at: Moment
    events: list[PrivacyRequestEvent]
    grace_ends_at: Moment | None = None
    kept: list[Kept] | None = None
    acknowledge_by: Moment | None = None
    extended_at: Moment | None = None
    reason: str | None = None


class PrivacyRequestList(Struct, frozen=True):
    """Your requests, newest first."""

    items: list[PrivacyRequest]
    next_cursor: str | None


def privacy_request(request: Request) -> PrivacyRequest:
    """A request as its owner sees it; restarts of the machine are not their concern."""
    told: list[dict[str, Any]] = [
        {"at": event.at, "state": event.what}
        for event in register.events(request.id)
        if event.what in rules.STATES
    ]
    return msgspec.convert(
        {
            "id": request.id,
            "type": request.type,
            "state": request.state,
            "received_at": request.received_at,
            "due_at": register.ends_at(request),
            "acknowledge_by": request.acknowledge_by,
            "extended_at": request.extended_at,
            "reason": request.reason,
            "events": told,
            "grace_ends_at": request.grace_ends_at if request.type == "deletion" else None,
            "kept": request.kept,
        },
        PrivacyRequest,
    )
