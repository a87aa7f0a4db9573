"""What is told and taken of people's choices over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from chalicelib.core import clock
from chalicelib.policy import consent, profile
from chalicelib.policy.consent import SALE, Question, Standing
from chalicelib.privacy.models import Receipt

Moment = Annotated[datetime, Meta(tz=True)]
Source = Literal["visit", "account", "signal", "unsubscribe", "complaint"]


class NewConsent(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a purpose is allowed from now on."""

    granted: bool


class Consent(Struct, frozen=True):
    """A purpose that rests on consent, which is off until it is given. `in_use` says that it is done today.

    `answered_at` is when it was last given or refused; None asks anew: never, or for other words.
    """

    purpose: str
    what: str
    in_use: bool
    granted: bool
    answered_at: Moment | None


class ConsentReceipt(Struct, frozen=True):
    """What was chosen once, by which way, and which versions were seen."""

    id: str
    at: Moment
    granted: bool
    source: Source
    policy_version: str
    banner_version: str


class ConsentDetail(Consent, frozen=True):
    """A consent with its receipts, the newest 50 first."""

    receipts: list[ConsentReceipt]


class ConsentList(Struct, frozen=True):
    """All that a banner needs. `ask` says that something in use waits for an answer; else none need show.

    `opted_out_by_browser` is the Global Privacy Control's word.
    """

    policy_version: str
    banner_version: str
    ask: bool
    opted_out_by_browser: bool
    items: list[Consent]


def consent_list(standing: Standing) -> ConsentList:
    policy = profile.current()
    items = [consent_of(question, standing) for question in consent.questions(policy)]
    return ConsentList(
        policy_version=policy.version,
        banner_version=consent.banner_version(policy),
        ask=any(one.in_use and one.answered_at is None and not _moot(one, standing) for one in items),
        opted_out_by_browser=standing.signalled,
        items=items,
    )


def consent_of(question: Question, standing: Standing) -> Consent:
    last = standing.last("consent", question.purpose)
    answered = last is not None and (not last.stands or last.question == question.version)
    granted = consent.granted(profile.current(), standing, question.purpose)
    return Consent(
        purpose=question.purpose,
        what=question.what,
        in_use=question.in_use,
        granted=granted and not (question.purpose == SALE and standing.signalled),
        answered_at=last.at if last and answered else None,
    )


def consent_detail(question: Question, standing: Standing, history: list[Receipt]) -> ConsentDetail:
    told = consent_of(question, standing)
    return ConsentDetail(
        purpose=told.purpose,
        what=told.what,
        in_use=told.in_use,
        granted=told.granted,
        answered_at=told.answered_at,
        receipts=[_receipt(one) for one in history],
    )


def _receipt(receipt: Receipt) -> ConsentReceipt:
    return ConsentReceipt(
        id=receipt.id,
        at=clock.parse(receipt.at),
        granted=receipt.stands,
        source=receipt.source,  # type: ignore[arg-type]  # one of those that we write
        policy_version=receipt.policy_version,
        banner_version=receipt.banner_version,
    )


def _moot(one: Consent, standing: Standing) -> bool:
    """What the browser has answered already is not asked."""
    return one.purpose == SALE and standing.signalled
