"""The words that a policy may use, and how its ids, days and countries look; another is refused."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

ID = r"^[a-z][a-z0-9_]*(?![\s\S])"
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?![\s\S])"
COUNTRY = r"^[A-Z]{2}(?![\s\S])"
Id = Annotated[str, Meta(pattern=ID)]
Day = Annotated[str, Meta(pattern=DAY)]
Country = Annotated[str, Meta(pattern=COUNTRY)]
Sentence = Annotated[str, Meta(min_length=1)]

Basis = Literal["contract", "legitimate_interest", "legal_obligation", "consent"]
Clock = Literal[
    "created",
    "call_ended",
    "account_active",
    "account_closed",
    "last_activity",
    "user_deleted",
    "consent_ended",
    "request_closed",
    "case_closed",
    "policy_superseded",
]
MailClass = Literal["account", "payments", "privacy", "marketing"]
Channel = Literal["self_service", "mail", "form", "post", "phone", "agent"]
RightType = Literal[
    "access",
    "portability",
    "correction",
    "deletion",
    "restriction",
    "objection",
    "withdraw_consent",
    "opt_out",
    "know",
    "complaint",
]
ProcessorRole = Literal[
    "hosting",
    "payments",
    "carrier",
    "sign_in",
    "mail",
    "analytics",
    "support",
    "advertiser",
    "data_broker",
]
