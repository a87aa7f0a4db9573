"""People's requests at once, with real threads on the embedded AWS: each ends in exactly one way.

`python -m bench.request_race` prints one line and fails when a request was opened twice, ended twice, was
answered by two, or was cancelled and begun. In each round staff, the person and the clock come together.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any
from unittest import mock

from bench.embedded import embedded_tables
from bench.rivals import at_once
from chalicelib.core import clock, ids
from chalicelib.core.errors import Refusal
from chalicelib.core.subjects import Subject
from chalicelib.identity import accounts
from chalicelib.identity.models import User
from chalicelib.policy import profile
from chalicelib.privacy import audit, deletion, desk, executions, register, requests, rules
from chalicelib.privacy.models import Request
from chalicelib.providers import mail
from tests.harness.lambda_door import application

THREADS = 12
ROUNDS = 12
COPIES = 3
LOOKS = 20
WITHIN_SECONDS = 0.3
WHO = "operator:privacy"
Job = Callable[[], object]


def race() -> str | None:
    """What went wrong; None when nothing did."""
    application()
    with embedded_tables(), _written() as mails:
        rounds = (staff_and_staff, staff_and_person, twice_asked, waived_and_cancelled_and_due)
        for contest in [contest for contest in rounds for _ in range(ROUNDS)]:
            mails.clear()
            wrong = contest(mails)
            if wrong:
                return f"{contest.__name__}: {wrong}"
    return None


def staff_and_staff(mails: Counter[str]) -> str | None:
    """One denies and one fulfils: one of both is the answer, and the person reads one."""
    asked = _asked("correction")
    _together(
        partial(desk.deny, asked.account_id, asked.id, "No.", WHO),
        partial(desk.fulfil, asked.account_id, asked.id, None, WHO),
        copies=1,
    )
    told = mails["request_answered"]
    return _ends(asked, "denied", "fulfilled") or (f"{told} answers were mailed" if told != 1 else None)


def staff_and_person(mails: Counter[str]) -> str | None:
    """Whoever was faster: a request that was cancelled has no answer."""
    asked = _asked("correction")
    _together(
        partial(desk.fulfil, asked.account_id, asked.id, None, WHO),
        partial(desk.deny, asked.account_id, asked.id, "No.", WHO),
        partial(requests.cancel, asked.account_id, asked.id),
        copies=1,
    )
    cancelled = register.reload(asked).state == "cancelled"
    told = mails["request_answered"]
    return _ends(asked, "denied", "fulfilled", "cancelled") or (
        f"{told} answers were mailed" if told != (not cancelled) else None
    )


def twice_asked(_: Counter[str]) -> str | None:
    """The same request, many times at once, is one; and so is a deletion that nobody may double."""
    subject = _person()
    for type in ("correction", "deletion"):
        _together(partial(requests.ask, subject, type), copies=THREADS)
    found = register.page(subject.account_id, 50)
    types = sorted(request.type for request in found)
    if types != ["correction", "deletion"]:
        return f"opened {types}"
    return _chained(subject.account_id)


def waived_and_cancelled_and_due(_: Counter[str]) -> str | None:
    """A grace that staff or its person ends early, a change of mind, and the machine that asks the clock."""
    subject = _person()
    asked = register.receive(subject, "deletion", waive_grace=False)[0]
    deletion.suspend(asked, {})

    def due() -> None:
        for _ in range(LOOKS):
            with suppress(RuntimeError):
                if deletion.wait(register.reload(asked), {})["outcome"] != "wait":
                    return

    _together(
        partial(desk.erase_child, subject.account_id, WHO),
        partial(requests.ask, subject, "deletion", waive_grace=True),
        partial(requests.cancel, subject.account_id, asked.id),
        due,
        copies=COPIES,
    )
    said = {event.what for event in register.events(asked.id)}
    if {"cancelled", "in_progress"} <= said:
        return f"cancelled and begun: {said}"
    return _one_of(asked, said) or _chained(subject.account_id)


def _one_of(asked: Request, said: set[str]) -> str | None:
    """A cancelled one left its account at work, unless staff has opened the next one meanwhile."""
    now = register.reload(asked)
    if now.state == "grace":
        return None if "cancelled" not in said else "in a grace that was cancelled"
    if now.state not in said or now.state not in ("cancelled", "in_progress"):
        return f"it is {now.state} after {said}"
    user = User.stored(asked.user_id)
    active = bool(user and user.status == accounts.ACTIVE)
    if now.state == "in_progress" and active:
        return "begun, and its account is at work"
    if now.state == "cancelled" and not active and not register.open_one(asked.account_id, "deletion"):
        return "cancelled, and its account rests"
    return None


def _ends(asked: Request, *allowed: str) -> str | None:
    said = [event.what for event in register.events(asked.id) if event.what in rules.ENDS]
    state = register.reload(asked).state
    if said != [state] or state not in allowed:
        return f"it is {state} and ended as {said}"
    if register.open_one(asked.account_id, asked.type):
        return f"it is {state} and open"
    return _chained(asked.account_id)


def _chained(account_id: str) -> str | None:
    return " ".join(audit.check(account_id)) or None


def _asked(type: str) -> Request:
    asked = requests.ask(_person(), type)[0]
    assert asked.state == "verified", asked.state
    return asked


def _person() -> Subject:
    now = clock.now()
    subject = Subject(ids.new("usr", now), ids.new("acc", now))
    User(
        subject.user_id,
        account_id=subject.account_id,
        email="ada@example.org",
        policy_version=profile.current().version,
        status=accounts.ACTIVE,
        created_at=clock.render(now),
    ).save()
    return subject


def _together(*jobs: Job, copies: int) -> None:
    """All of them at once; who comes too late is refused, which is an answer."""
    at_once([partial(_refusable, job) for job in jobs for _ in range(copies)], THREADS, WITHIN_SECONDS)


def _refusable(job: Job) -> None:
    with suppress(Refusal):
        job()


@contextmanager
def _written() -> Iterator[Counter[str]]:
    """How many mails of each kind would have gone out; machines are started in mind only."""
    mails: Counter[str] = Counter()

    def note(_address: str, template: str, *_: Any, **__: Any) -> None:
        mails[template] += 1

    with mock.patch.object(mail, "send", note), mock.patch.object(executions, "start", return_value=True):
        yield mails


def main() -> int:
    wrong = race()
    print(f"requests raced by {THREADS} threads, {4 * ROUNDS} rounds: {wrong or 'each ended in one way'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
