"""What is told of the policy over HTTP."""

from __future__ import annotations

from msgspec import Struct

from chalicelib.policy.profile import Capability, Profile
from chalicelib.policy.terms import (
    Calls,
    Category,
    Cookie,
    OpenPoint,
    Processor,
    Purpose,
    Regime,
    Residue,
    Right,
    Rules,
    Store,
)
from chalicelib.policy.vocabulary import Basis, MailClass


class PolicyDocument(Struct, frozen=True):
    """The privacy policy that this service obeys, as a machine reads it. Durations are ISO 8601, and `P10BD`
    are ten business days. What is not `active`, or `planned`, is not done today.
    """

    id: str
    version: str
    supersedes: str
    effective_at: str
    title: str
    regimes: list[Regime]
    bases: list[Basis]
    capabilities: list[Capability]
    calls: Calls
    mails: list[MailClass]
    settings: Rules
    purposes: list[Purpose]
    categories: list[Category]
    stores: list[Store]
    processors: list[Processor]
    residues: list[Residue]
    rights: list[Right]
    cookies: list[Cookie]
    open_points: list[OpenPoint]


class SubprocessorList(Struct, frozen=True):
    """Who works for this service with people's data; those that are not `active` get nothing today."""

    policy_version: str
    items: list[Processor]


class CookieList(Struct, frozen=True):
    """Every cookie that this service may set; all but essential ones only after consent."""

    policy_version: str
    items: list[Cookie]


class GpcSupport(Struct, frozen=True, rename="camel"):
    """That this service obeys the Global Privacy Control, and since when."""

    gpc: bool
    last_update: str


def policy_document(profile: Profile) -> PolicyDocument:
    return PolicyDocument(
        id=profile.id,
        version=profile.version,
        supersedes=profile.supersedes,
        effective_at=profile.effective_at,
        title=profile.title,
        regimes=profile.regimes,
        bases=profile.bases,
        capabilities=profile.capability,
        calls=profile.calls,
        mails=profile.mails,
        settings=profile.settings,
        purposes=profile.purpose,
        categories=profile.category,
        stores=profile.store,
        processors=profile.processor,
        residues=profile.residue,
        rights=profile.right,
        cookies=profile.cookie,
        open_points=profile.open_point,
    )
