"""What was under way when the service stopped, by itself or by force, goes on after the next start."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from infra.local.visitor import PASSWORD, Visitor, wait_for
from tests.end_to_end import books
from tests.end_to_end.house import LAST_SAVED, House

LONDON = "+442079460958"


@dataclass
class Deletion:
    """A person who has asked for it."""

    who: Visitor
    request: str

    def last_mail(self) -> str:
        """Its subject, once it has come."""
        return wait_for(self._newest_subject, lambda subject: subject.endswith("is deleted"))

    def check_gone(self) -> None:
        login = self.who.post("/api/auth/login", {"email": self.who.email, "password": PASSWORD})
        assert login.status_code == 401

    def _newest_subject(self) -> str:
        return str(self.who.mails()[0]["subject"])


def ask(who: Visitor) -> Deletion:
    """Sign in afresh, ask, and be in the grace."""
    assert who.sign_in().status_code == 200
    asked = who.post("/api/privacy/requests", {"type": "deletion"})
    assert asked.status_code == 201, asked.text
    wait_for(lambda: who.get("/api/privacy/requests/" + asked.json()["id"]).json()["state"], "grace".__eq__)
    return Deletion(who, asked.json()["id"])


def in_the_middle_of_erasing(house: House) -> Deletion:
    """Sessions and address are gone; the carrier does not let go of a call yet, so that it cannot end."""
    who = house.newcomer()
    who.top_up(5_000_000)
    assert who.call(LONDON, 30)["outcome"] == "completed"
    deletion = ask(who)
    fault = {"service": "carrier", "operation": "calls.delete", "kind": "not_yet", "count": 10_000}
    who.post("/dev/faults", fault).raise_for_status()
    who.advance("P8D")
    wait_for(lambda: who.get("/api/me").status_code, (401).__eq__)
    with house.machines() as machines:
        assert machines.has_entered(deletion.request, "Erase")
        assert machines.statuses(deletion.request) == {1: "RUNNING"}
    return deletion


def check_both_end(house: House, erasing: Deletion, in_grace: Deletion) -> None:
    erasing.last_mail()
    erasing.check_gone()
    who = in_grace.who
    assert who.sign_in().status_code == 200
    assert who.get("/api/me").json()["status"] == "suspended"
    who.advance("P8D")
    in_grace.last_mail()
    in_grace.check_gone()
    with house.machines() as machines:
        for deletion in (erasing, in_grace):
            statuses = wait_for(partial(machines.statuses, deletion.request), lambda it: it[2] != "RUNNING")
            assert statuses == {1: "FAILED", 2: "SUCCEEDED"}, "the watchdog has started it once more"


def test_a_clean_restart_keeps_balance_and_history_exactly_and_deletions_go_on(house: House) -> None:
    regular = house.newcomer()
    regular.top_up(10_000_000)
    for seconds in (45, 300):
        assert regular.call(LONDON, seconds)["outcome"] == "completed"
    erasing = in_the_middle_of_erasing(house)
    in_grace = ask(house.newcomer())
    before = books.read(regular)
    house.restart()
    assert LAST_SAVED not in house.runner.output
    after = books.read(regular)
    assert after == before
    assert after.talked_seconds() == [45, 300]
    after.check()
    check_both_end(house, erasing, in_grace)


def test_deletions_in_flight_go_on_after_everything_was_killed(house: House) -> None:
    regular = house.newcomer()
    regular.top_up(5_000_000)
    erasing = in_the_middle_of_erasing(house)
    in_grace = ask(house.newcomer())
    before = books.read(regular)
    house.await_save()
    house.kill_everything()
    house.start_again()
    assert LAST_SAVED in house.runner.output
    assert books.read(regular) == before
    check_both_end(house, erasing, in_grace)
