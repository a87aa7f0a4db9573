"""What a policy consists of: the shapes that profiles are written in, compiled to, and told in over HTTP.

Durations are those of `calendar`; the words that may stand in them are in `vocabulary` or beside their field.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from chalicelib.policy.calendar import Duration
from chalicelib.policy.vocabulary import (
    Basis,
    Channel,
    Clock,
    Country,
    Day,
    Id,
    MailClass,
    ProcessorRole,
    RightType,
    Sentence,
)

EVERYTHING = "everything_stored"
"""What a host of the service gets."""


class Term(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Part of a policy; a word that it does not know is refused."""


class ChangeNotice(Term, frozen=True, kw_only=True):
    """How people hear of a new policy, how long before it holds, and whether who signs in then accepts it."""

    channels: list[Literal["page", "mail", "service"]]
    mode: Literal["any", "all"]
    lead: Duration
    acceptance: Literal["none", "sign_in"] = "none"


class Rules(Term, frozen=True, kw_only=True):
    """What holds for the whole service.

    `deletion` is the promise: from the request on, all is gone by then, whatever of `grace`, `purge` (the
    erasing itself), backups and processors comes between. An empty `residency` promises no country.
    """

    minimum_age: Annotated[int, Meta(ge=13, le=21)]
    parental_consent_from: int | None = None
    sale: Literal["never", "conditional"]
    recording: Literal["forbidden", "opt_in"]
    environment_access: Literal["none", "minimal", "limited"] = "none"
    residency: list[Country] = []
    region: str = "us-east-1"
    grace: Duration = "P7D"
    purge: Duration = "P2D"
    deletion: Duration
    person_backup: Duration
    logs: Duration = "P30D"
    residue: Literal["strict", "documented"] = "strict"
    change_notice: ChangeNotice


class Calls(Term, frozen=True, kw_only=True):
    """Where calls may go, by ISO 3166 codes of real regions, and what who dials for help is told.

    High-risk countries are off until a person switches them on.
    """

    emergency_sentence: Sentence
    countries: frozenset[Country]
    high_risk_countries: frozenset[Country]


class Purpose(Term, frozen=True, kw_only=True):
    """Why something is kept. Consent is a choice (`opt_in`); one that use implies is no consent."""

    id: Id
    what: Sentence
    basis: Basis
    legitimate_interest: Sentence | None = None
    consent: Literal["opt_in", "implied"] | None = None


class Retention(Term, frozen=True, kw_only=True):
    """How long after `clock`; no maximum means as long as the clock itself runs."""

    clock: Clock
    minimum: Duration | None = None
    maximum: Duration | None = None
    basis: Basis | None = None
    on_expiry: Literal["delete", "anonymise", "pseudonymise"] = "delete"
    backup_maximum: Duration | None = None


class OnErasure(Term, frozen=True, kw_only=True):
    """What a deletion does with it; what stays needs a reason, and names the fields that stay."""

    action: Literal["delete", "pseudonymise", "keep"]
    keep_fields: list[str] = []
    reason: Sentence | None = None


class Export(Term, frozen=True, kw_only=True):
    """Whether it is part of what a person gets to see, and to take away."""

    access: bool = True
    portability: bool = True


class CategoryTerms(Term, frozen=True, kw_only=True):
    """What a profile decides about a kind of personal data; nobody has to give what is `optional`."""

    id: Id
    optional: list[str] = []
    purposes: list[str]
    recipients: list[str] = []
    retention: list[Retention] = []
    on_erasure: OnErasure
    export: Export = Export()


class Category(CategoryTerms, frozen=True, kw_only=True):
    """A kind of personal data: what it is, where it lies, why, how long, and what a deletion does.

    `words` says of each field what it is, `attributes` where models keep it: in each of `stores`, or in the
    one that stands in front (`sessions:wanted`), under a path whose stars are any key of a map. It is
    `active` when its capability is offered; else nothing of it is kept.
    """

    title: str
    what: str
    subjects: list[str]
    role: Literal["controller", "processor"]
    source: list[str]
    stores: list[str]
    fields: list[str]
    words: dict[str, str]
    attributes: dict[str, list[str]]
    bases: list[Basis]
    capability: str | None
    active: bool


class Erase(Term, frozen=True, kw_only=True):
    """How a processor erases; `within` is when its last copy is gone after we asked, where that is known."""

    method: Literal["api", "request", "expires", "nothing_kept"]
    within: Duration | None = None


class ProcessorTerms(Term, frozen=True, kw_only=True):
    """Who works for us with what; `dpa` says where its terms of processing are agreed."""

    id: Id
    title: str
    what: Sentence
    role: ProcessorRole
    country: Country
    mechanism: Literal["none_needed", "adequacy", "dpf", "scc", "consent"]
    dpa: Literal["terms", "signed"] | None = None
    trains_on_data: Literal["never", "yes", "unknown"]
    hosts: list[str]
    fields_sent: list[str]
    active: bool
    erase: Erase


class Processor(ProcessorTerms, frozen=True, kw_only=True):
    """With what may stay there for longer than the deletion's promise, in the policy's words."""

    residue: str | None


class Egress(Term, frozen=True, kw_only=True):
    """What our code sends to the processor of this id and role: where to, and by which names each field.

    `technical` names say nothing of a person. `direct` fields reach the processor without us: typed at its
    page, or brought by a browser, which may talk to the `browser` hosts. A name in braces in a path is one of
    the fields, or technical.
    """

    id: Id
    role: ProcessorRole
    hosts: list[str]
    paths: list[str]
    technical: list[str] = []
    direct: list[str] = []
    browser: list[str] = []
    fields: dict[str, list[str]] = {}


class Residue(Term, frozen=True, kw_only=True):
    """What outlives the deletion's promise, at a processor or in a store's backups, and until when."""

    at: Id
    until: Duration | None = None
    says: Sentence


class RightTerms(Term, frozen=True, kw_only=True):
    """What a person may ask for, how, and how they are known."""

    type: RightType
    channels: list[Channel]
    verification: Literal["none", "session", "fresh_sign_in", "mail_code", "phone_code", "staff"]
    acknowledge: Duration | None = None
    extend: Duration | None = None


class Right(RightTerms, frozen=True, kw_only=True):
    """`due` is the policy's own promise; the law's own, by regime, hold beside it: the earliest counts."""

    regimes: list[str]
    due: Duration
    statutory: list[Duration]


class Cookie(Term, frozen=True, kw_only=True):
    name: str
    category: Literal["essential", "preferences", "performance", "marketing"]
    life: Duration
    purpose: Sentence
    processor: str | None = None


class OpenPoint(Term, frozen=True, kw_only=True):
    """Where a policy's words were silent, at odds, unfinished or untrue, and what was decided instead."""

    rule: str
    kind: Literal["silence", "contradiction", "placeholder", "untruth"]
    decision: Sentence
    reason: Sentence


class Store(Term, frozen=True, kw_only=True):
    """A place where data lies, and how long its backups live: not at all, `person_backup`, or 35 days.

    In a bucket, `life` is the most days that anything lies there, whatever its category may allow. What is
    `technical` says nothing of a person: when an item ends, its version, the keys of an index. `objects` are
    how files in a bucket are named.
    """

    id: Id
    kind: Literal["table", "bucket", "logs", "browser"]
    backup: Literal["none", "person", "long"]
    what: Sentence
    life: Duration | None = None
    technical: list[str] = []
    objects: list[str] = []


class Regime(Term, frozen=True, kw_only=True):
    """A law, its own clocks for answering people, and who hears complaints.

    `address_rest` is how long what is mailed to a changed address opens no call records.
    """

    id: Id
    title: str
    due: Duration
    extend: Duration | None = None
    acknowledge: Duration | None = None
    opt_out: Duration | None = None
    address_rest: Duration | None = None
    authority: Sentence | None = None
    authority_url: Annotated[str, Meta(pattern=r"^https://[^\s]+$")] | None = None


class Terms(Term, frozen=True, kw_only=True):
    """What a profile says as it stands; `supersedes` is the version that it replaced.

    `mails` are the classes of mails that are sent: others go to nobody.
    """

    id: Id
    title: str
    effective_at: Day
    supersedes: str = ""
    bases: list[Basis]
    offers: list[str]
    planned: list[str] = []
    carriers: list[str]
    mails: list[MailClass]
    longest_call: Duration
    live_calls: int
    calls_an_hour: int
    topup_minimum_micros: int
    topup_maximum_micros: int
    low_balance_micros: int
    first_day_cap_micros: int
    currency: str
    automatic_tax: bool = False
    settings: Rules
    purpose: list[Purpose]
    residue: list[Residue] = []
    cookie: list[Cookie]
    open_point: list[OpenPoint] = []
