"""The policy's words for people: one phrase for each word that a profile may use. Pure.

Every list is complete: a test holds it against the shapes, so that a new word cannot reach a page unread.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chalicelib.policy import calendar
from chalicelib.policy.terms import Retention

BASES = {
    "contract": "needed for what you asked us to do (contract)",
    "legitimate_interest": "a legitimate interest",
    "legal_obligation": "a duty of law",
    "consent": "your consent, which you can take back at any time",
}
CLOCKS = {
    "created": "after it was written",
    "call_ended": "after the call",
    "account_active": "as long as you have an account",
    "account_closed": "after your account is closed",
    "last_activity": "after it was last used",
    "user_deleted": "after you delete it",
    "consent_ended": "after the consent ends",
    "request_closed": "after the request is closed",
    "case_closed": "after the matter is closed",
    "policy_superseded": "after a newer policy holds",
}
SOURCES = {
    "person": "you",
    "use": "your use of the service",
    "carrier": "the carrier of your calls",
    "payments": "the payment provider",
    "sign_in": "the service that you sign in with",
    "customer": "a customer of ours who writes to you or calls you",
    "partner": "an authority or partner who writes to us",
}
SUBJECTS = {
    "account": "account holders",
    "counterparty": "the people they call or write to",
    "visitor": "visitors",
}
EXPIRIES = {
    "delete": "deleted",
    "anonymise": "made anonymous",
    "pseudonymise": "cut off from your name",
}
ROLES = {
    "hosting": "hosting",
    "payments": "payments",
    "carrier": "phone calls",
    "sign_in": "signing in",
    "mail": "mail",
    "analytics": "statistics",
    "support": "support",
    "advertiser": "advertising",
    "data_broker": "trade in data",
}
MECHANISMS = {
    "none_needed": "no transfer that needs a safeguard",
    "adequacy": "a decision that protection there is adequate",
    "dpf": "the Data Privacy Framework",
    "scc": "standard contractual clauses",
    "consent": "your consent",
}
AGREEMENTS = {"terms": "part of its terms", "signed": "signed", None: "none"}
ENDINGS = {
    "api": "we delete it there ourselves",
    "request": "it is deleted when we ask",
    "expires": "it goes there by itself",
    "nothing_kept": "nothing is kept there once we have deleted it here",
}
CHANNELS = {
    "self_service": "in your account",
    "mail": "by mail",
    "form": "by form",
    "post": "by post",
    "phone": "by phone",
    "agent": "through an agent",
}
VERIFICATIONS = {
    "none": "You need not say who you are.",
    "session": "You must be signed in.",
    "fresh_sign_in": "You must have signed in a moment ago.",
    "mail_code": "We mail you a code, to know that it is you.",
    "phone_code": "We send a code to your number, to know that it is you.",
    "staff": "We ask what only you can know, to be sure that it is you.",
}
RIGHTS = {
    "access": "See what we hold of you.",
    "know": "Know what is collected, why, and who gets it.",
    "correction": "Have what is wrong put right.",
    "deletion": "Have your account and your data deleted.",
    "portability": "Take your data with you, readable by machines.",
    "restriction": "Have us store your data and do nothing else with it.",
    "objection": "Object to what rests on a legitimate interest.",
    "withdraw_consent": "Take back a consent, from now on.",
    "opt_out": "Say no to any sale or sharing of your data.",
    "complaint": "Complain to us, or to an authority.",
}
COOKIES = {
    "essential": "essential",
    "preferences": "preferences",
    "performance": "statistics, only if you allow it",
    "marketing": "marketing, only if you allow it",
}
NOTICES = {"page": "on this page", "mail": "by mail", "service": "in the service"}
POINTS = {
    "silence": "silent",
    "contradiction": "at odds",
    "placeholder": "unfinished",
    "untruth": "untrue",
}
COUNTRIES = {"EE": "Estonia", "US": "United States"}
UNITS = ("year", "month", "day", "hour", "minute", "second")


def duration(text: str) -> str:
    """`P30D` as "30 days", `P10BD` as "10 business days"; nothing at all is "at once"."""
    if text.endswith("BD"):
        return _many(int(text[1:-2]), "business day")
    length = calendar.duration(text)
    amounts = [(getattr(length, f"{unit}s"), unit) for unit in UNITS]
    return " and ".join(_many(amount, unit) for amount, unit in amounts if amount) or "at once"


def kept(rules: Sequence[Retention]) -> str:
    """How long a kind of data stays, in one sentence."""
    ends = [_term(rule) for rule in rules if rule.maximum]
    begin = ["as long as you have an account"] if len(ends) < len(rules) else []
    first = ", whichever comes first" if len(ends) > 1 else ""
    told = ", and ".join([*begin, *([", or ".join(ends)] if ends else [])])
    return f"{told[:1].upper()}{told[1:]}{first}." if told else "Not at all."


def _term(rule: Retention) -> str:
    assert rule.maximum
    longest, since = duration(rule.maximum), CLOCKS[rule.clock]
    if rule.minimum == rule.maximum:
        told = f"{longest} {since}"
    elif rule.minimum:
        told = f"at least {duration(rule.minimum)} and at most {longest} {since}"
    else:
        told = f"until {longest} {since}"
    asked = f", as {BASES[rule.basis]} asks" if rule.basis else ""
    behind = f", then {EXPIRIES[rule.on_expiry]}" if rule.on_expiry != "delete" else ""
    return told + asked + behind


def day(text: str) -> str:
    """`2026-03-01` as "1 March 2026"."""
    told = date.fromisoformat(text)
    return f"{told.day} {told:%B %Y}"


def listed(words: list[str], last: str = "and") -> str:
    """One, two and three."""
    return f" {last} ".join(part for part in (", ".join(words[:-1]), words[-1]) if part) if words else ""


def _many(amount: int, unit: str) -> str:
    return f"{amount} {unit}{'' if amount == 1 else 's'}"
