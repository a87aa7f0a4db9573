"""The register of data-subject requests: written once, moved only along the table of transitions."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from pynamodb.attributes import Attribute
from pynamodb.expressions.update import Action

from chalicelib.core import clock, ids, tables
from chalicelib.core.errors import Busy, Refusal
from chalicelib.core.subjects import Subject
from chalicelib.core.tables import ConditionFailed, Transaction
from chalicelib.policy import profile
from chalicelib.privacy import audit, rules
from chalicelib.privacy.models import Event, Opening, Request, due_shard, request_key, subject_key
from chalicelib.privacy.rules import OutOfTurn, State, Way

CATEGORY = "privacy_request"
RESTARTED = "restarted"
ESCALATED = "escalated"
EXTENDED = "extended"
EXPEDITED = "expedited"


def receive(
    subject: Subject,
    type: str,
    *,
    waive_grace: bool,
    way: Way | None = None,
    reason: str | None = None,
    actor: str | None = None,
) -> tuple[Request, bool]:
    """Write a new request, or find the open one of this type: an account has one at most.

    Returns it and whether it is new. Two that race get the same request.
    """
    for attempt in range(tables.TRIES):
        request = _new(subject, type, waive_grace=waive_grace)
        request.way, request.reason = way, reason
        try:
            _write(request, actor)
        except ConditionFailed:
            if found := open_one(subject.account_id, type):
                return found, False
            tables.pause(attempt)
        else:
            return request, True
    raise Busy


def open_one(account_id: str, type: str) -> Request | None:
    """The account's open request of a type."""
    opening = Opening.stored(subject_key(account_id), _opening_key(type))
    return get(account_id, opening.request_id) if opening else None


def get(account_id: str, id: str) -> Request | None:
    """A request of this account, from a consistent read; another account's is not there."""
    return Request.living(subject_key(account_id), request_key(id))


def page(account_id: str, limit: int, before_id: str | None = None) -> list[Request]:
    """An account's requests, newest first, at most `limit`, older than `before_id`."""
    first = request_key("")
    keys = Request.sk.between(first, request_key(before_id)) if before_id else Request.sk.startswith(first)
    extra = 1 if before_id else 0
    found = Request.newest(subject_key(account_id), keys, limit + extra)
    return [request for request in found if request.id != before_id and not request.expired()][:limit]


def events(id: str) -> list[Event]:
    """What happened to a request, in the order in which it happened."""
    found = Event.query(request_key(id), Event.sk.startswith("EVENT#"), consistent_read=True)
    return sorted(found, key=lambda event: (event.at, _rank(event.what)))


def move(request: Request, to: State, *changes: Action, actor: str | None = None) -> Request:
    """Enter a state and write its event, in one transaction; returns the request as it is then.

    Raises OutOfTurn when `to` cannot follow the state that the request is in by now: of two that
    exclude each other exactly one gets through.
    """
    for attempt in range(tables.TRIES):
        now = reload(request)
        rules.check(now.type, state_of(now), to)
        try:
            _enter(now, to, changes, actor)
        except ConditionFailed:
            tables.pause(attempt)
        else:
            return reload(request)
    raise Busy


def raise_attempt(request: Request) -> Request | None:
    """Count one more execution; None when the request was closed or another has counted meanwhile.

    Of all restarts there is one event, the latest: a closing gives every event its end, in one transaction.
    """
    number = request.attempt + 1
    event = _event(request.id, RESTARTED, RESTARTED)

    def compose(transaction: Transaction) -> None:
        transaction.put("event", event)
        transaction.update("request", _key(request), [Request.attempt.set(number)], _unchanged(request))
        audit.join(transaction, request.account_id, RESTARTED, request.id)

    try:
        audit.together(compose)
    except ConditionFailed:
        return None
    return reload(request)


def escalate(request: Request) -> bool:
    """Write down that somebody must look, once; False when that was done, or the request has moved on."""
    now = clock.render(clock.now())
    return not request.escalated_at and amend(request, ESCALATED, Request.escalated_at.set(now))


def cancel(request: Request, type: str, too_late: str) -> Request:
    """Take it back, or refuse (409) where it has gone on too far for that. May be repeated."""
    try:
        return move(request, "cancelled")
    except OutOfTurn as late:
        if late.state != "cancelled":
            raise Refusal(409, type, too_late) from None
    return reload(request)


def amend(request: Request, what: str, *changes: Action, actor: str = audit.SERVICE) -> bool:
    """Write something beside the state, with its event, once; False when it is there, or all has moved on."""

    def compose(transaction: Transaction) -> None:
        transaction.put("event", _event(request.id, what, what), Event.sk.does_not_exist())
        transaction.update("request", _key(request), list(changes), _unchanged(request))
        audit.join(transaction, request.account_id, what, request.id, actor)

    try:
        audit.together(compose)
    except ConditionFailed:
        return False
    return True


def ends_at(request: Request) -> datetime:
    """When it must be answered, by all that is known now: an extension counts once its person was told."""
    if request.extension_told_at and request.extended_due_at:
        return clock.parse(request.extended_due_at)
    return clock.from_epoch(request.due_at)


def record_once(request: Request, absent: Attribute[Any], *changes: Action) -> Request:
    """Write something beside the state, unless the attribute `absent` is there already."""
    with suppress(ConditionFailed):
        tables.write(lambda: _key(request).update(actions=list(changes), condition=absent.does_not_exist()))
    return reload(request)


def note(request: Request, *changes: Action) -> Request:
    """Write something beside the state, in place of what was there."""
    tables.write(lambda: _key(request).update(actions=list(changes), condition=Request.id == request.id))
    return reload(request)


def reload(request: Request) -> Request:
    """The request as it is now, from a consistent read."""
    return Request.get(request.pk, request.sk, consistent_read=True)


def way_of(request: Request) -> Way:
    assert request.way in rules.WAYS
    return request.way


def state_of(request: Request) -> State:
    assert request.state in rules.STATES
    return request.state


def subject_of(request: Request) -> Subject:
    return Subject(user_id=request.user_id, account_id=request.account_id)


def _new(subject: Subject, type: str, *, waive_grace: bool) -> Request:
    now = clock.now()
    id = ids.new("req", now)
    # To the second, as it is told: what a person reads is exactly when it happens.
    at = now.replace(microsecond=0)
    policy = profile.current()
    right = policy.right_of(type)
    ends = rules.deadlines(
        at,
        grace=policy.settings.grace,
        dues=policy.dues(type),
        waived=waive_grace,
        acknowledge=right.acknowledge,
        extend=right.extend,
        account_ends_at=_account_end(subject) if type == "deletion" else None,
    )
    return Request(
        subject_key(subject.account_id),
        request_key(id),
        id=id,
        type=type,
        state="received",
        account_id=subject.account_id,
        user_id=subject.user_id,
        policy_version=policy.version,
        attempt=1,
        received_at=clock.render(at),
        grace_ends_at=clock.render(ends.grace_ends_at),
        due_at=clock.epoch_seconds(ends.due_at),
        due_shard=due_shard(id),
        acknowledge_by=clock.render(ends.acknowledge_by) if ends.acknowledge_by else None,
        extended_due_at=clock.render(ends.extended_due_at) if ends.extended_due_at else None,
    )


def _account_end(subject: Subject) -> datetime | None:
    from chalicelib.identity import accounts

    account = accounts.get(subject.user_id)
    return account.ends_at if account else None


def _write(request: Request, actor: str | None) -> None:
    opening = Opening(request.pk, _opening_key(request.type), request_id=request.id)
    transaction = Transaction()
    transaction.put("open", opening, Opening.sk.does_not_exist())
    transaction.put("request", request, Request.sk.does_not_exist())
    transaction.put("event", _event(request.id, "received", "received"), Event.sk.does_not_exist())
    audit.join(transaction, request.account_id, f"{request.type} received", request.id, actor or audit.PERSON)
    transaction.commit()


def _enter(request: Request, to: State, changes: tuple[Action, ...], actor: str | None) -> None:
    transaction = Transaction()
    event = _event(request.id, to, to)
    actions = [Request.state.set(to), *changes]
    if not rules.is_open(to):
        actions += _close(transaction, request, event)
    transaction.put("event", event, Event.sk.does_not_exist())
    transaction.update("request", _key(request), actions, _unchanged(request))
    who = actor or (audit.PERSON if to == "cancelled" else audit.SERVICE)
    audit.join(transaction, request.account_id, to, request.id, who)
    transaction.commit()


def _close(transaction: Transaction, request: Request, event: Event) -> list[Action]:
    """The request leaves the index of what is due; all that was written of it gets the same end."""
    now = clock.now()
    end = profile.current().expires_at(CATEGORY, request_closed=now)
    expires_at = clock.epoch_seconds(end) if end else None
    event.expires_at = expires_at
    opening = Opening(request.pk, _opening_key(request.type))
    transaction.delete("open", opening, Opening.request_id == request.id)
    # A rival's own closing event may be there by now; then the condition on the request refuses ours.
    before = [one for one in events(request.id) if one.sk != event.sk] if expires_at else []
    for earlier in before:
        transaction.update(earlier.sk, Event(earlier.pk, earlier.sk), _expiry(expires_at))
    return [Request.due_shard.remove(), Request.closed_at.set(clock.render(now)), *_expiry(expires_at)]


def _expiry(expires_at: int | None) -> list[Action]:
    return [Request.expires_at.set(expires_at)] if expires_at else []


def _unchanged(request: Request) -> Any:
    # The attempt too: a closing gives every event its end, so none may be added beside it.
    return (Request.state == request.state) & (Request.attempt == request.attempt)


def _event(id: str, what: str, key: str) -> Event:
    return Event(request_key(id), f"EVENT#{key}", at=clock.render(clock.now()), what=what)


def _rank(what: str) -> int:
    return rules.STATES.index(what) if what in rules.STATES else len(rules.STATES)


def _opening_key(type: str) -> str:
    return f"OPEN#{type}"


def _key(request: Request) -> Request:
    return Request(request.pk, request.sk)
