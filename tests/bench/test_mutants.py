"""The faults that `make mutants` plants lie in the code as it is today."""

from __future__ import annotations

import pytest

from bench.mutants.__main__ import MUTANTS, ROOT
from bench.mutants.mutant import Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_fault_has_one_place_in_the_code_and_proofs_that_are_there(mutant: Mutant) -> None:
    assert (ROOT / mutant.file).read_text().count(mutant.old) == 1
    assert mutant.new != mutant.old
    for proof in mutant.proofs:
        assert (ROOT / proof.partition("::")[0]).exists(), proof
