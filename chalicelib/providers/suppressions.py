"""Addresses that sent a mail back for good, or whose owner complained of one: fingerprints, never an address.

Each has an end, by the profile. Until then a complaint keeps marketing away, and what came back keeps all
mail away but what law asks us to write.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition

from chalicelib.core import clock, keys, tables
from chalicelib.core.errors import Busy, ProviderError
from chalicelib.core.tables import IntegerAttribute, Item, name
from chalicelib.policy import profile
from chalicelib.policy.consent import MARKETING

Kind = Literal["bounce", "complaint"]
CATEGORY = "mail_suppression"
PRIVACY = "privacy"
"""The class of mails about people's rights, which they must hear whatever came back."""
ASKED_BY_LAW = frozenset(
    {"address_changed", "address_changing", "google_linked", "password_changed", "receipt"}
)
"""Of the other classes: that somebody changed what opens an account, and receipts."""


class Suppressed(ProviderError):
    """Nothing is sent to this address; asking again will not help."""

    def __init__(self) -> None:
        super().__init__("mail", "suppressed", permanent=True)


class Suppression(Item):
    """One address, by kind of return until when that counts (epoch seconds)."""

    class Meta:
        table_name = name("sessions")

    token_hash = UnicodeAttribute(hash_key=True)
    bounce_ends_at = IntegerAttribute(null=True)
    complaint_ends_at = IntegerAttribute(null=True)
    expires_at = IntegerAttribute()

    @staticmethod
    def key(address: str) -> str:
        return f"SUPPRESSED#{keys.address_hash(address.strip().lower())}"

    def ends_at(self, kind: Kind) -> int:
        """Until when this kind counts; 0 where it never came."""
        return (self.bounce_ends_at if kind == "bounce" else self.complaint_ends_at) or 0


def check(to: str, template: str, mail_class: str) -> None:
    """Raises Suppressed where this mail may not go to this address."""
    kinds = of(to)
    if "bounce" in kinds and mail_class != PRIVACY and template not in ASKED_BY_LAW:
        raise Suppressed
    if "complaint" in kinds and mail_class == MARKETING:
        raise Suppressed


def of(address: str) -> set[Kind]:
    """What keeps mail away from an address now."""
    found = Suppression.living(Suppression.key(address))
    now = clock.epoch_seconds(clock.now())
    kinds: tuple[Kind, ...] = ("bounce", "complaint")
    return {kind for kind in kinds if found and found.ends_at(kind) > now}


def note(address: str, kind: Kind, at: datetime) -> None:
    """Remember what came of a mail at a time: told twice, late or out of order, the latest counts.

    Raises Busy.
    """
    end = profile.current().expires_at(CATEGORY, created=min(at, clock.now()))
    assert end, "the policy ends every suppression"
    for attempt in range(tables.TRIES):
        known = Suppression.stored(Suppression.key(address))
        if known and known.ends_at(kind) >= clock.epoch_seconds(end):
            return
        try:
            _write(address, kind, clock.epoch_seconds(end), known)
        except tables.ConditionFailed:
            tables.pause(attempt)
        else:
            return
    raise Busy


def goes_with_its_person() -> bool:
    """Whether the policy forgets this with who has the address."""
    return profile.current().category_of(CATEGORY).on_erasure.action == "delete"


def count(address: str) -> int:
    """How many items there are of an address: one, or none."""
    return 1 if Suppression.stored(Suppression.key(address)) else 0


def forget(address: str) -> int:
    """Write to this address again; how many suppressions there were."""
    found = Suppression.stored(Suppression.key(address))
    if not found:
        return 0
    tables.write(found.delete)
    return 1


def lift(address: str, writes: tables.Transaction) -> None:
    """Add to `writes` that this address is written to again; they are refused where nothing kept it away."""
    kept_away = Suppression(Suppression.key(address))
    writes.delete("suppression", kept_away, Suppression.token_hash.exists())


def _write(address: str, kind: Kind, ends_at: int, known: Suppression | None) -> None:
    item = Suppression(
        Suppression.key(address),
        bounce_ends_at=known.bounce_ends_at if known else None,
        complaint_ends_at=known.complaint_ends_at if known else None,
    )
    setattr(item, f"{kind}_ends_at", ends_at)
    item.expires_at = max(item.ends_at("bounce"), item.ends_at("complaint"))
    unchanged: Condition = Suppression.token_hash.does_not_exist()
    if known:
        unchanged = (Suppression.expires_at == known.expires_at) & _same(known, kind)
    tables.write(lambda: item.save(condition=unchanged))


def _same(known: Suppression, kind: Kind) -> Condition:
    """That nobody has noted this kind meanwhile."""
    attribute = Suppression.bounce_ends_at if kind == "bounce" else Suppression.complaint_ends_at
    ends_at = known.ends_at(kind)
    same: Condition = attribute == ends_at
    return same if ends_at else attribute.does_not_exist()
