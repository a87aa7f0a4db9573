"""The deletion's arithmetic: it adds what each category must wait for, and names what makes it late."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from bench.policies import planting
from chalicelib.policy import calendar
from chalicelib.policy.profile import Profile
from chalicelib.policy.terms import Erase, Residue
from infra.policy import solver
from tests.policy.test_retention import NOW

SOUND = planting.sound().profile
DAYS = st.integers(0, 40)


def with_days(grace: int, purge: int, backup: int, residue: int | None, promise: str = "P30D") -> Profile:
    """The sound policy with these terms; a residue of None has no known end."""
    rules = msgspec.structs.replace(
        SOUND.settings, grace=f"P{grace}D", purge=f"P{purge}D", person_backup=f"P{backup}D", deletion=promise
    )
    erase = Erase(method="api", within=None if residue is None else f"P{residue}D")
    processors = [
        msgspec.structs.replace(one, erase=erase) if one.id == "wires" else one for one in SOUND.processor
    ]
    return msgspec.structs.replace(SOUND, settings=rules, processor=processors)


def late(profile: Profile) -> list[str]:
    return [fault.rule for fault in solver.faults(profile) if "Deleting call" in fault.what]


def added(profile: Profile, category: str) -> solver.Sum:
    return next(one for one in solver.sums(profile) if one.category == category)


def test_grace_erasing_and_backups_are_added() -> None:
    person = added(with_days(7, 2, 14, 0), "person")
    assert [part.days for part in person.parts] == [7, 2, 14]
    assert (person.days, person.promised_days, person.holds) == (23, 30, True)


@given(DAYS, DAYS, st.integers(1, 35), DAYS)
def test_a_promise_holds_exactly_when_its_terms_fit_into_it(
    grace: int, purge: int, backup: int, residue: int
) -> None:
    profile = with_days(grace, purge, backup, residue)
    call = added(profile, "call")
    assert call.days == grace + purge + max(backup, residue)
    assert call.holds == (grace + purge + max(backup, residue) <= 30)
    if not call.holds:
        assert call.offender.days == max(grace, purge, backup, residue)


@given(st.integers(0, 400))
def test_what_is_promised_in_months_holds_in_the_shortest_of_them(day: int) -> None:
    profile = with_days(0, 1, 1, 27, "P1M")
    assert added(profile, "call").holds
    assert not added(with_days(1, 1, 1, 27, "P1M"), "call").holds
    begin = NOW + timedelta(days=day)
    assert begin + timedelta(days=28) <= calendar.after(begin, "P1M")


def test_the_term_that_makes_it_late_is_named() -> None:
    assert added(with_days(24, 2, 5, 5), "call").offender.rule == "settings.grace"
    assert added(with_days(2, 24, 5, 5), "call").offender.rule == "settings.purge"
    assert added(with_days(2, 2, 27, 5), "call").offender.rule == "settings.person_backup"
    assert late(with_days(2, 2, 5, 35)) == ["processor.wires.erase"]
    assert late(with_days(2, 2, 5, None)) == ["processor.wires.erase"]


def test_what_is_documented_is_told_and_not_counted() -> None:
    documented = msgspec.structs.replace(
        with_days(7, 2, 14, None),
        settings=msgspec.structs.replace(SOUND.settings, residue="documented"),
        residue=[Residue(at="wires", says="Wires keeps a line of it.")],
    )
    call = added(documented, "call")
    assert call.holds
    assert [part.what for part in call.parts if part.documented] == ["residue of wires"]
    assert not list(solver.faults(documented))
    strict = msgspec.structs.replace(documented, settings=SOUND.settings)
    assert [fault.rule for fault in solver.faults(strict)] == ["residue.wires"]


def test_a_processor_that_is_not_used_or_keeps_nothing_adds_nothing() -> None:
    for changed in ({"active": False}, {"erase": Erase(method="nothing_kept")}):
        processors = [
            msgspec.structs.replace(one, **changed) if one.id == "wires" else one for one in SOUND.processor
        ]
        assert added(msgspec.structs.replace(SOUND, processor=processors), "call").days == 23


def test_what_is_kept_or_never_stored_has_no_sum() -> None:
    assert {one.category for one in solver.sums(SOUND)} == {"person", "call", "visit"}
