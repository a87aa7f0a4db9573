"""A way for another service to fetch a person's data: one address that opens the file once, for some hours.

The person makes it, hands it on, and may take it back. We only have a fingerprint of what opens it.
"""

from __future__ import annotations

import hmac
from contextlib import suppress
from datetime import datetime, timedelta

from pynamodb.attributes import UnicodeAttribute

from chalicelib.core import clock, files, ids, keys, settings, tables, vault
from chalicelib.core.errors import Refusal, not_found
from chalicelib.core.logs import log
from chalicelib.core.tables import ConditionFailed, IntegerAttribute, Item, name
from chalicelib.privacy import exports, register
from chalicelib.privacy.models import Request

LIFE = timedelta(hours=12)
PATH = "/api/privacy/transmissions"


class Transmission(Item):
    """The one address that a request's file has for others; `first_at` is when it was first opened."""

    class Meta:
        table_name = name("sessions")

    token_hash = UnicodeAttribute(hash_key=True)
    user_id = UnicodeAttribute()
    account_id = UnicodeAttribute()
    request_id = UnicodeAttribute()
    secret_hash = UnicodeAttribute()
    created_at = UnicodeAttribute()
    first_at = UnicodeAttribute(null=True)
    expires_at = IntegerAttribute()

    @staticmethod
    def key(request_id: str) -> str:
        return f"TRANSMISSION#{request_id}"


def offer(request: Request) -> tuple[str, datetime]:
    """Make the address, in place of the one before; returns it and when it ends.

    Refuses what was asked for to read and not to take elsewhere, and a file that is not whole.
    """
    if request.type != "portability":
        sentence = "Only data that you asked for to take elsewhere can be handed on. Ask for that, please."
        raise Refusal(409, "not-portable", sentence)
    file = exports.find(request)
    if not files.is_whole(file):
        raise Refusal(409, "not-ready", "Your file is still being made. Please try again in some minutes.")
    now, secret = clock.now(), keys.fresh_token()
    ends_at = min(now + LIFE, files.ends_at(file)).replace(microsecond=0)
    made = Transmission(
        Transmission.key(request.id),
        user_id=request.user_id,
        account_id=request.account_id,
        request_id=request.id,
        secret_hash=keys.fingerprint(secret),
        created_at=clock.render(now),
        expires_at=clock.epoch_seconds(ends_at),
    )
    tables.write(made.save)
    log.info("transmission offered", extra={"request_id": request.id})
    return f"{settings.current().public_url}{PATH}/{request.id}.{secret}", ends_at


def find(request: Request) -> Transmission | None:
    """What there is for others to open, until it ends or is taken back."""
    return Transmission.living(Transmission.key(request.id))


def revoke(request: Request) -> None:
    """Take it back; may be repeated. A link of minutes that was handed out already lives on."""
    tables.write(Transmission(Transmission.key(request.id)).delete)


def open(capability: str) -> str:
    """Where the file can be fetched now, for who has the address: once.

    Once means the minutes that such a link lives, so that who lost the answer may ask again. Anything else is
    not found, and looks the same.
    """
    request_id, _, secret = capability.partition(".")
    made = Transmission.living(Transmission.key(request_id)) if ids.valid("req", request_id) else None
    if not made or not hmac.compare_digest(made.secret_hash, keys.fingerprint(secret)):
        raise not_found("file")
    now = clock.now()
    if made.first_at is None:
        _note(made, now)
    elif now >= clock.parse(made.first_at) + timedelta(seconds=vault.LINK_SECONDS):
        raise not_found("file")
    request = register.get(made.account_id, request_id)
    link = exports.link(exports.find(request)) if request else None
    if not link:
        raise not_found("file")
    return link


def _note(made: Transmission, now: datetime) -> None:
    """Two at once are the same opening."""
    unused = (Transmission.secret_hash == made.secret_hash) & Transmission.first_at.does_not_exist()
    opened = Transmission.first_at.set(clock.render(now))
    with suppress(ConditionFailed):
        tables.write(lambda: Transmission(made.token_hash).update(actions=[opened], condition=unused))
    log.info("transmission opened", extra={"request_id": made.request_id})
