"""Canaries in every field of two people: a file has all of one's, and a deletion leaves none unexplained."""

from __future__ import annotations

from collections.abc import Mapping
from unittest import mock

import pytest

from bench.canary import leaks, people, planting, run, words, worlds
from bench.canary.__main__ import look
from bench.canary.person import Person
from bench.canary.planting import NoCanary
from bench.canary.run import Found
from chalicelib.identity import personal_data as identity
from chalicelib.privacy import manifest
from tests.bench.running import run_proof

SELDOM = 30
"""Days between two runs of the schedules, so that a run takes seconds."""


@pytest.mark.parametrize("id", ["kiwiphone", "kinvo"])
def test_after_a_deletion_no_canary_is_left_but_what_the_certificate_lists(id: str) -> None:
    found = look(id, every_days=SELDOM)
    assert found.wrong == []
    assert found.planted > 100
    assert found.exportable > found.planted / 2


@pytest.mark.proof
@pytest.mark.parametrize("id", ["business", "ownnumber", "zenvoip"])
def test_so_it_is_under_every_policy(id: str) -> None:
    assert look(id, every_days=SELDOM).wrong == []


@pytest.mark.proof
def test_so_it_is_when_deployed_with_the_history_that_step_functions_keeps() -> None:
    printed = run_proof("canary.live", "kinvo", seconds=600)
    assert "0 wrong" in printed
    assert "Step Functions' own history" in printed


@pytest.fixture(scope="module")
def leaky() -> Found:
    """A run in which something leaks everywhere; an export and a deletion each forget one thing."""
    rows = [row for row in manifest.rows() if row.name != "favourites"]
    extracts = [one for one in identity.EXTRACTS if one.name != "mailed_links"]
    with (
        mock.patch.object(identity, "EXTRACTS", extracts),
        mock.patch.object(manifest, "rows", return_value=rows),
        worlds.running("kinvo", every_days=SELDOM) as world,
    ):
        return run.look(world, before=leaks.give_anothers, after=leaks.plant_all)


@pytest.mark.parametrize("place", leaks.AFTER)
def test_a_leak_is_found_wherever_it_is(leaky: Found, place: str) -> None:
    begins = leaks.AFTER[place][1]
    assert [told for told in leaky.wrong if told.startswith(begins)], leaky.wrong


def test_a_row_that_is_forgotten_is_found_by_its_canary(leaky: Found) -> None:
    assert "users holds Favourites.user_id (Favourites.user_id)" in leaky.wrong


def test_another_whose_data_is_gone_is_missed(leaky: Found) -> None:
    assert leaks.LOST in leaky.wrong


def test_anothers_data_in_a_file_is_found_and_so_is_ones_own_that_lacks(leaky: Found) -> None:
    assert leaks.GIVEN in leaky.wrong
    assert "the export's csv lacks Favourites.numbers, and nothing says why" in leaky.wrong


def test_a_workflow_that_tells_more_than_numbers_steps_and_outcomes_is_found(leaky: Found) -> None:
    assert [told for told in leaky.wrong if " tells canary-ada-" in told]


def _hatch() -> None:
    with worlds.running("kinvo") as world:
        planting.hatch(world, Person("ada", leaves=True, at=world.now()))


@pytest.mark.parametrize("field", ["Receipt.stands", "Choices.choices.*.stands"])
def test_a_field_that_can_carry_no_canary_must_say_why(field: str) -> None:
    known = {name: why for name, why in words.BARE.items() if name != field}
    with mock.patch.object(planting, "BARE", known), pytest.raises(NoCanary, match="stands has no canary"):
        _hatch()


def test_a_new_kind_of_item_without_keys_fails() -> None:
    seeds: Mapping[str, object] = {
        name: seed for name, seed in people.SEEDS.items() if name != "Claim NUMBER#"
    }
    with (
        mock.patch.object(planting, "SEEDS", seeds),
        pytest.raises(NoCanary, match="Claim NUMBER# is a new kind"),
    ):
        _hatch()


def test_a_path_of_the_inventory_that_nothing_was_planted_under_fails() -> None:
    def without_code(person: Person) -> people.Values:
        values = people.SEEDS["CallerIds CALLERIDS#"](person)
        [number] = values["numbers"].values()
        del number["code"]
        return values

    seeds = {**people.SEEDS, "CallerIds CALLERIDS#": without_code}
    with (
        mock.patch.object(planting, "SEEDS", seeds),
        pytest.raises(NoCanary, match=r"numbers.\*.code is in the"),
    ):
        _hatch()


def test_what_is_said_of_a_field_that_is_not_there_is_told() -> None:
    known = {**words.BARE, "User.nickname": "nobody has one", "User.name": "it could carry one"}
    with (
        mock.patch.object(planting, "BARE", known),
        worlds.running("zenvoip", every_days=SELDOM) as world,
    ):
        person = Person("ada", leaves=True, at=world.now())
        planting.hatch(world, person)
        assert planting.needless(person) == [
            "words.BARE has User.nickname, which carries a canary or is not there"
        ]


def test_a_field_that_an_export_forgets_is_missed(leaky: Found) -> None:
    for form in ("json", "csv"):
        assert f"the export's {form} lacks Link.email, and nothing says why" in leaky.wrong
