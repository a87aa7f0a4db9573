"""Who is seen in the pictures: somebody new, somebody with weeks of calls, and somebody who is leaving."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from infra.local.visitor import Visitor, wait_for

DAYS = 21
AGO = timedelta(days=DAYS)
CREDIT_MICROS = 25_000_000
# Numbers that regulators keep for fiction where there are such, with what talking there is like.
FRIENDS = (
    ("+442079460958", 90, 900),
    ("+12025550143", 30, 1_500),
    ("+4930235550147", 60, 600),
    ("+61255501234", 45, 420),
    ("+212612345678", 20, 150),
    ("+442079460001", 10, 20),
)


@dataclass(frozen=True)
class People:
    """Each signed in but the stranger; `regular` has a history, `leaving` a deletion in its grace.

    `certificate` is the path to that of somebody who is gone.
    """

    stranger: Visitor
    newcomer: Visitor
    regular: Visitor
    leaving: Visitor
    certificate: str


def settle(origin: str, say: Callable[[str], None]) -> People:
    """Let them live `DAYS` days with the service, told a line each."""
    say("Somebody signs up and leaves, somebody else makes calls for three weeks ...")
    gone = newcomer(origin)
    leave(gone)
    regular = newcomer(origin)
    live(regular)
    leaving = newcomer(origin)
    leave(leaving)
    return People(Visitor(origin), newcomer(origin), regular, leaving, certificate_of(gone))


def newcomer(origin: str) -> Visitor:
    who = Visitor(origin)
    if "password_sign_in" not in who.offered():
        who.come_from_google()
        return who
    who.sign_up().raise_for_status()
    wait_for(who.mails, bool)
    who.verify().raise_for_status()
    who.sign_in().raise_for_status()
    return who


def live(who: Visitor) -> None:
    """Top up, and call friends day by day; the same calls each time."""
    calls = {"calling", "credit"} <= who.offered()
    if calls:
        who.top_up(CREDIT_MICROS)
    chance = random.Random(7)  # noqa: S311 - a story, not a secret
    for day in range(DAYS):
        who.advance("P1D")
        if day % 7 == 0:
            _come_back(who)
        for _ in range(chance.choice((0, 1, 1, 2, 3)) if calls else 0):
            to, least, most = chance.choice(FRIENDS)
            who.call(to, chance.randint(least, most))
    _come_back(who)


def leave(who: Visitor) -> None:
    """Ask for the account's deletion, which then waits for its grace to pass."""
    who.post("/api/privacy/requests", {"type": "deletion"}).raise_for_status()
    wait_for(lambda: who.get("/api/me").json()["status"], lambda status: status == "suspended")


def certificate_of(gone: Visitor) -> str:
    """The path in the last mail to somebody whose deletion is done."""
    mails = wait_for(gone.mails, lambda mails: mails[0]["subject"].endswith("is deleted"))
    link = re.findall(r"\S+/privacy/certificate\S+", mails[0]["text"])[0]
    return f"/{link.split('/', 3)[3]}"


def _come_back(who: Visitor) -> None:
    """Sign in again, as sessions end."""
    if "password_sign_in" in who.offered():
        who.sign_in().raise_for_status()
    else:
        who.come_from_google()
