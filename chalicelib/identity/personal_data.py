"""What this room stores of a person, and how it goes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial
from itertools import islice

from chalicelib.core import extracts, tables
from chalicelib.core.extracts import Batch, Extract
from chalicelib.core.idempotency import Kept
from chalicelib.core.subjects import Erased, Kind, Row, Subject
from chalicelib.core.tables import Item
from chalicelib.core.throttles import Counter
from chalicelib.identity.models import (
    Address,
    Closing,
    Details,
    GoogleAttempt,
    GoogleIdentity,
    Link,
    ParentLink,
    SealedAddress,
    Session,
    User,
    Verification,
)
from chalicelib.providers import suppressions
from chalicelib.providers.suppressions import Suppression

ROUND = 100


def _suppressed(subject: Subject) -> str | None:
    """The address of somebody whom mail may not reach, where the policy forgets that with them."""
    user = User.stored(subject.user_id) if suppressions.goes_with_its_person() else None
    return user.email if user else None


def _find_suppression(subject: Subject) -> int:
    address = _suppressed(subject)
    return suppressions.count(address) if address else 0


def _erase_suppression(subject: Subject) -> Erased:
    address = _suppressed(subject)
    return Erased("erased", suppressions.forget(address) if address else 0)


def _find_user(subject: Subject) -> int:
    return 1 if User.stored(subject.user_id) else 0


def _erase_user(subject: Subject) -> Erased:
    """The person and what only they lead to, together; the account then points to nobody."""
    user = User.stored(subject.user_id)
    if not user:
        return Erased("erased")
    address = Address(Address.key(user.email))
    own = Address.user_id.does_not_exist() | (Address.owner_id == user.user_id)
    writes = tables.Transaction()
    writes.delete("user", User(user.user_id), (User.email == user.email) & user.same_google())
    writes.delete("address", address, own)
    if user.google_key:
        writes.delete("google", GoogleIdentity(user.google_key))
    if suppressions.goes_with_its_person():  # it is found by the address alone, whichever row comes first
        writes.delete("suppression", Suppression(Suppression.key(user.email)))
    try:
        writes.commit()
    except tables.ConditionFailed:
        return Erased("more")  # the person has just changed, or is gone: look again
    return Erased("erased", 3 if user.google_key else 2)


def _find_sessions(subject: Subject) -> int:
    return sum(1 for _ in Session.by_user.query(subject.user_id))


def _erase_sessions(subject: Subject) -> Erased:
    """Sessions and one-time tokens; the index follows a moment later, so `find` may still count some."""
    found = list(islice(Session.by_user.query(subject.user_id, limit=ROUND + 1), ROUND + 1))
    for session in found[:ROUND]:
        tables.write(Session(session.token_hash).delete)
    return Erased("more" if len(found) > ROUND else "erased", len(found[:ROUND]))


ROWS = [
    Row("mail_suppression", suppressions.CATEGORY, _find_suppression, _erase_suppression, store="sessions"),
    # The person before their sessions: from then on each session is dead and no new one can begin.
    Row("users", "account", _find_user, _erase_user),
    Row("sessions", "security", _find_sessions, _erase_sessions),
]
KINDS = [
    Kind(User, "usr_", "account"),
    # With an end it is a sign-up that waits; without, it goes with its person.
    Kind(Address, "EMAIL#", "sign_up"),
    Kind(GoogleIdentity, "GOOGLE#", "google_account"),
    Kind(Session, "SESSION#", "security"),
    Kind(Verification, "VERIFICATION#", "security"),
    Kind(ParentLink, "PARENT#", "parent_request"),
    Kind(Link, "LINK#", "security"),
    Kind(GoogleAttempt, "GOOGLE#", "security"),
    Kind(SealedAddress, "LASTMAIL#", "last_mail"),
    Kind(Closing, "CLOSING#", "last_mail"),
    Kind(Counter, "THROTTLE#", "security"),
    Kind(Kept, "IDEMPOTENCY#", "security"),
    Kind(Suppression, "SUPPRESSED#", suppressions.CATEGORY),
]


ALSO = {
    "google_account": ("google_key",),
    "parental_consent": ("parent_agreed_at", "parent_hash"),
    "profile": tuple(name for name in vars(Details) if not name.startswith("_")),
}
USER = extracts.fields(User, without={"password_hash"})
SUPPRESSION = extracts.fields(Suppression, without={"token_hash"})


def _account(subject: Subject, _: str | None) -> Iterator[Batch]:
    return extracts.single(User, USER, subject.user_id)


def _suppression(subject: Subject, _: str | None) -> Iterator[Batch]:
    if user := User.living(subject.user_id):
        yield from extracts.single(Suppression, SUPPRESSION, Suppression.key(user.email))


def _in_sessions(name: str, keys: str, model: type[Item], without: Collection[str]) -> Extract:
    """What of a person lies in `sessions` under such keys: fingerprints of secrets, which stay here."""
    fields = extracts.fields(model, without={"token_hash", *without})

    def read(subject: Subject, after: str | None) -> Iterator[Batch]:
        return extracts.listed(model, fields, partial(Session.by_user.query, subject.user_id), after, keys)

    return Extract(name, "security", fields, read)


EXTRACTS = [
    Extract("account", "account", USER, _account, ALSO),
    Extract("mail_suppression", suppressions.CATEGORY, SUPPRESSION, _suppression),
    _in_sessions("sessions", "SESSION#", Session, ()),
    _in_sessions("mailed_links", "LINK#", Link, {"secret_hash"}),
    _in_sessions("repeated_requests", "IDEMPOTENCY#", Kept, {"headers"}),
]
