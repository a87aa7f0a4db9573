"""Every fault that is planted into a sound policy is refused with the sentence that is meant for it."""

from __future__ import annotations

import pytest

from bench.policies import planting

FAULTS = planting.planted()


def test_without_a_fault_the_policy_is_sound() -> None:
    assert planting.sound().profile.id == "sample"


def test_there_are_enough_of_them_and_no_two_are_the_same() -> None:
    assert len(FAULTS) >= 30
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_refused_with_its_sentence(fault: planting.Planted) -> None:
    told = planting.refusal(fault)
    assert planting.seen(fault, told), "\n".join(told) or "nothing was told"


def test_a_refusal_for_another_reason_does_not_count() -> None:
    fault = FAULTS[0]
    assert not planting.seen(fault, [])
    assert not planting.seen(fault, ["profile.toml, line 1: Something else."])
    assert not planting.seen(fault, [f"profile.toml, line 1: {fault.told}", "profile.toml, line 2: More."])
