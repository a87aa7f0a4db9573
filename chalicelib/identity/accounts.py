"""Accounts: opened by who reads the address's mail, suspended and resumed around a deletion."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.expressions.condition import Condition

from chalicelib.core import clock, ids, keys, tables
from chalicelib.core.logs import log
from chalicelib.core.requests import Incoming
from chalicelib.identity import attempts, details, letters, openings, parents, passwords, rules
from chalicelib.identity.details import Told
from chalicelib.identity.models import Address, Closing, User, Verification, owner_of
from chalicelib.identity.shapes import NewAccount
from chalicelib.policy import profile

ACTIVE = openings.ACTIVE
SUSPENDED = "suspended"
CLOSED = "closed"
VERIFICATION_LIFE = timedelta(hours=24)


@dataclass(frozen=True)
class Account:
    """A person with a verified address. `status` is active, closed or suspended.

    Who was closed at `closed_at` is nobody any more from `ends_at` on.
    `details` are what else the policy collects of them, as far as they told it. `password_mailed_at` is when
    the password was last set by a mailed link.
    """

    user_id: str
    account_id: str
    email: str
    status: str
    created_at: datetime
    policy_version: str
    generation: int
    details: Mapping[str, str | None]
    closed_at: datetime | None = None
    ends_at: datetime | None = None
    address_changed_at: datetime | None = None
    password_mailed_at: datetime | None = None


def sign_up(wanted: NewAccount, request: Incoming) -> None:
    """Write a mail to the address; what it says is the only thing that depends on who is known.

    An address that waits for verification is overwritten: the newest mail wins, with the password of its
    own sign-up. Refuses a wrong shape, an age below the profile's, another policy version, too many tries.
    """
    now = clock.now()
    email = rules.address(wanted.email)
    passwords.check_new(wanted.password, email)
    parent_email = parents.needed(wanted, email, now.date())
    rules.check_policy(wanted.policy_version, profile.current().version)
    more = {**details.told(wanted), "parent_email": parent_email}
    attempts.sign_up(request, email)
    password_hash = passwords.hash(wanted.password)
    token = keys.fresh_token()
    try:
        _reserve(email, password_hash, more, token, now)
        template = "verify"
    except tables.ConditionFailed as refused:
        template = "already_registered" if "address" in refused.names else "closing"
    letters.send(email, template, token=token, asked_at=now, expires_at=now + VERIFICATION_LIFE)


def verify(token: str, request: Incoming) -> bool:
    """Open the account that this mail's token belongs to; refuses one used, expired or no longer newest.

    False: a parent is asked first. The same link asks once more, as long as it lives.
    """
    attempts.use_link(request)
    verification, waiting = openings.find(Verification, token)
    if waiting.parent_email:
        parents.ask(waiting)
        return False
    openings.open_account(waiting, verification)
    return True


def get(user_id: str) -> Account | None:
    """Who this is now; None once the person is erased."""
    user = User.living(user_id)
    return tell(user) if user else None


def behind(account_id: str) -> Account | None:
    """Whose account this is; None once the person is erased."""
    found = next(iter(User.by_account.query(account_id)), None)
    return get(found.user_id) if found else None


def with_password(email: str, password: str, request: Incoming) -> User | None:
    """Whose address and password these are. Unknown, unverified and wrong cost the same work.

    Refuses too many tries before the password is looked at.
    """
    email = rules.address(email)
    user = owner_of(email)
    attempts.sign_in(request, email, user)
    fits = passwords.matches(password, user.password_hash if user else None)
    return user if fits else None


def change_details(user_id: str, told: Told) -> None:
    """Keep what somebody tells anew, and forget what they take back (None); who is gone stays gone."""
    changes = [getattr(User, field) for field in told]
    actions = [
        one.remove() if told[one.attr_name] is None else one.set(told[one.attr_name]) for one in changes
    ]
    if not actions:
        return
    with suppress(tables.ConditionFailed):
        tables.write(lambda: User(user_id).update(actions=actions, condition=User.user_id.exists()))
    log.info("details changed", extra={"user_id": user_id})


def knows(email: str) -> bool:
    """Whether somebody has this address, or waits for its mail."""
    return Address.living(Address.key(email)) is not None


def owning(email: str) -> Account | None:
    """Who signs in with this address; None for nobody, or while it waits to be verified."""
    user = owner_of(email)
    return tell(user) if user else None


def accept(user_id: str, version: str, writes: tables.Transaction) -> None:
    """Add to `writes` that somebody has accepted a version of the policy; who is gone refuses them."""
    writes.update("user", User(user_id), [User.policy_version.set(version)], User.user_id.exists())


def suspend(user_id: str) -> None:
    """Narrow the account to its privacy routes; again, or for who is gone, it changes nothing."""
    _set_status(user_id, SUSPENDED)


def resume(user_id: str) -> None:
    """Lift a suspension; again, or for who is gone, it changes nothing. A closed account is closed again."""
    _set_status(user_id, ACTIVE, User.closed_at.does_not_exist())
    _set_status(user_id, CLOSED, User.closed_at.exists())


def _reserve(email: str, password_hash: str, more: Told, token: str, now: datetime) -> None:
    """Raises ConditionFailed: `address` has an owner, or `closing` waits for a deletion's last mail."""
    user_id = ids.new("usr", now)
    expires_at = clock.epoch_seconds(now + VERIFICATION_LIFE)
    address = Address(
        Address.key(email),
        owner_id=user_id,
        email=email,
        password_hash=password_hash,
        policy_version=profile.current().version,
        expires_at=expires_at,
    )
    details.put(address, more)
    verification = Verification(
        Verification.key(token), user_id=user_id, address_key=address.user_id, expires_at=expires_at
    )
    writes = tables.Transaction()
    take(writes, email, address, now)
    writes.put("verification", verification)
    writes.commit()


def take(writes: tables.Transaction, email: str, address: Address, now: datetime) -> None:
    """Add to `writes` that this address is free, and is taken.

    Else they are refused: `address` has an owner, or `closing` waits for a deletion's last mail.
    """
    over = Closing.token_hash.does_not_exist() | (Closing.expires_at <= clock.epoch_seconds(now))
    writes.check("closing", Closing(Closing.key(email)), over)
    writes.put("address", address, Address.user_id.does_not_exist() | Address.expires_at.exists())


def _set_status(user_id: str, status: str, only: Condition | None = None) -> None:
    other: Condition = User.user_id.exists() & (User.status != status)
    wanted = other if only is None else other & only
    try:
        tables.write(lambda: User(user_id).update(actions=[User.status.set(status)], condition=wanted))
    except tables.ConditionFailed:
        return
    log.info("status changed", extra={"user_id": user_id, "status": status})


def tell(user: User) -> Account:
    """What others may know of a person's item."""
    return Account(
        user_id=user.user_id,
        account_id=user.account_id,
        email=user.email,
        status=user.status,
        created_at=clock.parse(user.created_at),
        policy_version=user.policy_version,
        generation=user.generation,
        details=details.shown(user),
        closed_at=clock.parse(user.closed_at) if user.closed_at else None,
        ends_at=clock.from_epoch(user.ends_at) if user.ends_at else None,
        address_changed_at=clock.parse(user.email_changed_at) if user.email_changed_at else None,
        password_mailed_at=clock.parse(user.password_mailed_at) if user.password_mailed_at else None,
    )
