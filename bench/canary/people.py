"""One person with all that the service can hold of somebody: an item of each kind, every field filled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bench.canary import words
from bench.canary.person import Person
from chalicelib.calling.models import month_key
from chalicelib.core import clock
from chalicelib.identity import accounts
from chalicelib.identity.models import Address, GoogleIdentity
from chalicelib.money import ledger
from chalicelib.money.holds import Hold
from chalicelib.money.ledger import AUTO_TOPUP
from chalicelib.money.models import BALANCE
from chalicelib.numbers.models import CallerIds, Claim
from chalicelib.policy import profile
from chalicelib.privacy.audit_models import AuditEntry
from chalicelib.privacy.models import Choices, Receipt, request_key, subject_key
from chalicelib.providers.suppressions import Suppression

NEVER: Mapping[str, str] = {
    "SealedAddress": "the deletion itself seals the address, and forgets it",
    "Closing": "the deletion itself keeps the address from a new sign-up, and lets it go",
    "Certificate": "the deletion itself writes it",
    "CertificateLink": "the deletion itself writes it",
    "Residue": "the deletion itself seals what to ask a processor for again",
    "Tombstone": "the deletion itself writes it",
}
"""Kinds of items that nobody has before a deletion; the search reads them all the same."""
BRIEF: Mapping[str, str] = {
    "GoogleAttempt": "minutes after somebody was sent to Google",
    "Counter": "the hour in which something was tried",
    "Opening": "until the request is answered, or nobody has shown within its time that it is theirs",
}
"""Kinds that end by themselves within the days of a run, whosever they are, and for how long they live."""
Values = dict[str, Any]


def _user(p: Person) -> Values:
    key = GoogleIdentity.key("issuer", p.whose)
    return {
        "user_id": p.user_id,
        "account_id": p.account_id,
        "policy_version": profile.current().version,
        "status": accounts.ACTIVE,
        "google_key": key,
    }


def _balance(p: Person) -> Values:
    """Beside the credit that was paid for: a call that lives, and a charge of the saved card under way."""
    word, number = p.word, p.number

    def name(path: str) -> str:
        return word("Balance", f"holds.*.{path}")

    def digits(path: str) -> int:
        return number("Balance", f"holds.*.{path}")

    soon = clock.epoch_seconds(p.at + timedelta(hours=2))
    due = soon + digits("amount") % 3600 if p.leaves else digits("due")
    call = {
        "sid": words.text(p.whose, "call_sid", p.seed("Balance", "holds.*.sid")),
        "to": name("to"),
        "from": name("from"),
        "limit": digits("limit"),
        "rate": ["44", "GB", name("rate"), 24_000, 0, 60, 60, 0, "deck"],
        "at": clock.epoch_seconds(p.at) - digits("at") % 3000 - 60,
        "day": name("day"),
    }
    charge = {
        "order": p.id("ord", "charge"),
        "asked_at": clock.epoch_seconds(p.at) - 100_000 - digits("asked_at") % 9000,
        "since": soon + digits("since") % 3600,
        "gross": digits("gross"),
        "card": {"customer": name("card.customer"), "payment_method": name("card.payment_method")},
    }
    errand = Hold(0, due + 1, charge).item()
    return {
        "account_id": p.account_id,
        "sk": BALANCE,
        "holds": {p.id("call", "live"): Hold(1, due, call).item(), AUTO_TOPUP: errand},
        "sweep_shard": ledger.shard(p.account_id),
        "sweep_at": due,
        "version": None,
    }


def returns(p: Person) -> Values:
    """Of a payment: a refund that the bank sent back, so that all of it is still to be refunded."""
    told = {name: p.word("Payment", f"returns.*.{name}") for name in ("created_at", "reservation")}
    digits = {name: p.number("Payment", f"returns.*.{name}") for name in ("amount_micros", "net_micros")}
    usual = {"kind": "refund", "state": "failed", "currency": profile.current().currency}
    return {f"re_canary{p.whose}": {**usual, **told, **digits}}


def _numbers(p: Person) -> Values:
    def name(path: str) -> str:
        return p.word("CallerIds", f"numbers.*.{path}")

    number = {
        "phone": p.own_number,
        "state": "verified",
        "ends_at": p.number("CallerIds", "numbers.*.ends_at"),
        "fails_at": p.number("CallerIds", "numbers.*.fails_at"),
        "code": name("code"),
        "calls": [name("calls")],
        "sid": "PN" + name("calls")[2:],
    }
    return {"user_id": CallerIds.key(p.account_id), "numbers": {p.id("cid"): number}}


def _file(kind: str, wanted: str, slot: str = "") -> Callable[[Person], Values]:
    def values(p: Person) -> Values:
        key = "#".join(filter(None, (kind, p.account_id, p.id("req", slot) if slot else "")))
        return {
            "token_hash": key,
            "user_id": p.user_id,
            "account_id": p.account_id,
            "id": p.id("exp", kind),
            "wanted": p.id("req", slot) if slot else f'{{"to": "{p.word("File", wanted)}"}}',
            "state": "ready",
            "due_shard": 1 if slot else 0,
        }

    return values


def _request(p: Person) -> Values:
    return {
        "pk": subject_key(p.account_id),
        "sk": request_key(p.id("req", "data")),
        "id": p.id("req", "data"),
        "type": "access",
        "state": "fulfilled",
        "account_id": p.account_id,
        "user_id": p.user_id,
    }


def _receipt(p: Person) -> Values:
    about = p.word("Receipt", "about")
    return {
        "pk": subject_key(p.account_id),
        "sk": Receipt.key("objection", about, p.id("rcp")),
        "kind": "objection",
        "about": about,
        "id": p.id("rcp"),
    }


def _choices(p: Person) -> Values:
    about, at = p.word("Choices", "choices"), p.word("Choices", "at")
    said = {
        "kind": "objection",
        "about": about,
        "stands": False,
        "at": at,
        "question": p.word("Choices", "question"),
    }
    return {
        "pk": subject_key(p.account_id),
        "sk": Choices.SK,
        "choices": {f"objection#{about}": {**said, "receipt": p.id("rcp")}},
    }


def _in_register(
    sk: Callable[[Person], str], **values: Callable[[Person], Any]
) -> Callable[[Person], Values]:
    return lambda p: {
        "pk": subject_key(p.account_id),
        "sk": sk(p),
        **{name: value(p) for name, value in values.items()},
    }


def _in_sessions(prefix: str, **values: Callable[[Person], Any]) -> Callable[[Person], Values]:
    return lambda p: {
        "token_hash": f"{prefix}canary-{p.whose}-{prefix.strip('#').lower()}",
        **{name: value(p) for name, value in values.items()},
    }


def _whose(p: Person) -> str:
    return p.user_id


def _old_request(p: Person) -> str:
    return p.id("req", "data")


SEEDS: Mapping[str, Callable[[Person], Values]] = {
    "User usr_": _user,
    "Address EMAIL#": lambda p: {"user_id": Address.key(p.email), "owner_id": p.user_id},
    "GoogleIdentity GOOGLE#": lambda p: {
        "user_id": GoogleIdentity.key("issuer", p.whose),
        "owner_id": p.user_id,
    },
    "Session SESSION#": _in_sessions("SESSION#", user_id=_whose, session_id=lambda p: p.id("ses")),
    "Verification VERIFICATION#": _in_sessions("VERIFICATION#", user_id=_whose),
    "ParentLink PARENT#": _in_sessions("PARENT#", user_id=_whose),
    "Link LINK#": _in_sessions("LINK#", user_id=_whose),
    "GoogleAttempt GOOGLE#": _in_sessions(
        "GOOGLE#", linked_id=_whose, expires_at=lambda p: clock.epoch_seconds(p.at) + 557 + p.leaves
    ),
    "Counter THROTTLE#": _in_sessions(
        "THROTTLE#", expires_at=lambda p: clock.epoch_seconds(p.at) + 3457 + p.leaves
    ),
    "Kept IDEMPOTENCY#": _in_sessions("IDEMPOTENCY#", user_id=_whose),
    "Suppression SUPPRESSED#": lambda p: {"token_hash": Suppression.key(p.email)},
    "Mailed MAILED#": lambda p: {
        "token_hash": f"MAILED#{p.word('Mailed', 'token_hash')}#{p.account_id}",
        "user_id": p.user_id,
    },
    "Transmission TRANSMISSION#": lambda p: {
        "token_hash": f"TRANSMISSION#{_old_request(p)}",
        "user_id": p.user_id,
        "account_id": p.account_id,
        "request_id": _old_request(p),
    },
    "File CALLS#": _file("CALLS", "wanted"),
    "File DATA#": _file("DATA", "wanted", "data"),
    "Balance BAL": _balance,
    "Entry ENTRY#": lambda p: {
        "account_id": p.account_id,
        "sk": f"ENTRY#{clock.render(p.at)}#{p.word('Entry', 'cause')}",
    },
    "Order ORDER#": lambda p: {
        "id": f"ORDER#{p.id('ord', 'charge')}",
        "account_id": p.account_id,
        "kind": "auto",
        "state": "expired",
    },
    "CallerIds CALLERIDS#": _numbers,
    "Claim NUMBER#": lambda p: {
        "user_id": Claim.key(p.own_number),
        "owner": p.account_id,
        "caller_id": p.id("cid"),
    },
    "CallRecord call_": lambda p: {
        "month_key": month_key(p.account_id, p.id("call")),
        "call_id": p.id("call"),
        "state": "charged",
        "caller_id": words.text(p.whose, "phone", p.seed("CallRecord", "caller_id")),
    },
    "Favourites FAVOURITES#": lambda p: {"user_id": f"FAVOURITES#{p.account_id}"},
    "Request REQUEST#": _request,
    "Event EVENT#": lambda p: {
        "pk": request_key(_old_request(p)),
        "sk": f"EVENT#{p.word('Event', 'what')}",
    },
    "AuditEntry AUDIT#": _in_register(
        lambda p: AuditEntry.key(p.number("AuditEntry", "number")), about=_old_request
    ),
    "LegalHold HOLD#": _in_register(lambda p: f"HOLD#{p.id('hold')}", id=lambda p: p.id("hold")),
    "Opening OPEN#": _in_register(lambda _: "OPEN#correction", request_id=lambda p: p.id("req", "open")),
    "Receipt RECEIPT#": _receipt,
    "Choices CHOICES": _choices,
    "Told TOLD#": _in_register(lambda p: f"TOLD#{p.word('Told', 'policy_version')}"),
    "Acceptance ACCEPTED#": _in_register(lambda p: f"ACCEPTED#{p.word('Acceptance', 'policy_version')}"),
}
"""By model and prefix of the key: what cannot be any word, above all keys and what other items point to."""
