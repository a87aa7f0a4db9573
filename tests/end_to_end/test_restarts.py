"""What was under way when the service stopped, by itself or by force, goes on after the next start."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import pytest

from infra.local.visitor import PASSWORD, Visitor, wait_for
from tests.end_to_end import books
from tests.end_to_end.house import LAST_SAVED, House

LONDON = "+442079460958"


@dataclass
class Deletion:
    """Of a person with a call behind them, who has asked for it and is in the grace."""

    house: House
    who: Visitor
    request: str

    def get_stuck(self) -> None:
        """The grace passes, session and address go, and the carrier does not let go of the call yet."""
        fault = {"service": "carrier", "operation": "calls.delete", "kind": "not_yet", "count": 10_000}
        self.who.post("/dev/faults", fault).raise_for_status()
        self.who.advance("P8D")
        wait_for(lambda: self.who.get("/api/me").status_code, (401).__eq__)
        assert self.newest_execution() == "RUNNING"

    def check_in_grace(self) -> None:
        assert self.who.sign_in().status_code == 200
        assert self.who.get("/api/me").json()["status"] == "suspended"
        assert self.who.get(f"/api/privacy/requests/{self.request}").json()["state"] == "grace"

    def check_ended(self, attempts: int, killed: bool = False) -> None:
        """The last mail has come, nobody can sign in, and each restart has cost one execution.

        One that a kill took before it was saved is begun anew under its own name, and costs none.
        """
        wait_for(self._newest_subject, lambda subject: subject.endswith("is deleted"))
        login = self.who.post("/api/auth/login", {"email": self.who.email, "password": PASSWORD})
        assert login.status_code == 401
        wait_for(self.newest_execution, "SUCCEEDED".__eq__)
        *lost, last = self._executions()
        assert (set(lost), last) in (({"FAILED"}, "SUCCEEDED"), (set(), "SUCCEEDED"))
        assert len(lost) in ((attempts - 2, attempts - 1) if killed else (attempts - 1,))

    def newest_execution(self) -> str:
        return self._executions()[-1]

    def _executions(self) -> list[str]:
        with self.house.machines() as machines:
            return machines.statuses(self.request)

    def _newest_subject(self) -> str:
        return str(self.who.mails()[0]["subject"])


def ask(house: House) -> Deletion:
    who = house.newcomer()
    who.top_up(5_000_000)
    assert who.call(LONDON, 30)["outcome"] == "completed"
    asked = who.post("/api/privacy/requests", {"type": "deletion"})
    assert asked.status_code == 201, asked.text
    state = partial(who.get, f"/api/privacy/requests/{asked.json()['id']}")
    wait_for(lambda: state().json()["state"], "grace".__eq__)
    return Deletion(house, who, asked.json()["id"])


@pytest.mark.proof
def test_a_restart_and_a_kill_of_everything_keep_the_books_and_deletions_in_flight(
    house: House,
) -> None:
    regular = house.newcomer()
    regular.top_up(10_000_000)
    for seconds in (45, 300):
        assert regular.call(LONDON, seconds)["outcome"] == "completed"
    before = books.read(regular)
    before.check()
    assert before.talked_seconds() == [45, 300]

    first = ask(house)
    first.get_stuck()
    second = ask(house)
    house.restart()
    assert LAST_SAVED not in house.runner.output
    first.check_ended(attempts=2)
    second.check_in_grace()
    regular.sign_in()
    assert books.read(regular) == before

    second.get_stuck()
    third = ask(house)
    house.await_save()
    house.kill_everything()
    house.start_again()
    assert LAST_SAVED in house.runner.output
    second.check_ended(attempts=3, killed=True)
    third.check_in_grace()
    third.who.advance("P8D")
    third.check_ended(attempts=2, killed=True)
    regular.sign_in()
    assert books.read(regular) == before
