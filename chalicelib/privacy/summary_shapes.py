"""What is told of a person's data by category over HTTP: `DataSummary` of `DataCategory`s.

A page draws one card for each: `title` and `what`; `fields` and `purposes` as lists of sentences; `retention`
as one sentence, with the day of `ends_at` where there is one; `recipients` by their titles; and how much is
there: nothing where `count` is null, else `count`, with a plus behind it where there is `more`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from chalicelib.policy import profile
from chalicelib.policy.terms import Category
from chalicelib.policy.vocabulary import Basis, Country
from chalicelib.privacy import summaries, wording
from chalicelib.privacy.summaries import Found

Moment = Annotated[datetime, Meta(tz=True)]


class DataField(Struct, frozen=True):
    """A piece of data: its name in the policy, and what it is."""

    id: str
    what: str


class DataPurpose(Struct, frozen=True):
    """What it is kept for, and what allows that."""

    id: str
    what: str
    basis: Basis


class DataRecipient(Struct, frozen=True):
    """Who else gets it today."""

    id: str
    title: str
    what: str
    country: Country


class DataCategory(Struct, frozen=True):
    """A kind of data about you. `count` is at most 1000, `more` says that there is more than that; no count
    at all means that it can't be looked up by person. `ends_at` is when the last of what is there now goes,
    where that can be told.
    """

    id: str
    title: str
    what: str
    fields: list[DataField]
    purposes: list[DataPurpose]
    retention: str
    recipients: list[DataRecipient]
    more: bool
    count: int | None = None
    ends_at: Moment | None = None


class DataSummary(Struct, frozen=True):
    """What we hold of you by the policy of this version, at this moment."""

    policy_version: str
    at: Moment
    items: list[DataCategory]


def data_summary(found: dict[str, Found], at: datetime) -> DataSummary:
    items = [_category(one, found.get(one.id)) for one in summaries.categories()]
    return DataSummary(profile.current().version, at, items)


def _category(category: Category, found: Found | None) -> DataCategory:
    return DataCategory(
        id=category.id,
        title=category.title,
        what=category.what,
        fields=[DataField(id, category.words[id]) for id in category.fields],
        purposes=[
            DataPurpose(one.id, one.what, one.basis)
            for one in profile.current().purpose
            if one.id in category.purposes
        ],
        retention=wording.kept(category.retention),
        recipients=[
            DataRecipient(one.id, one.title, one.what, one.country) for one in summaries.recipients(category)
        ],
        count=found.count if found else None,
        more=bool(found and found.more),
        ends_at=found.last_end if found else None,
    )
