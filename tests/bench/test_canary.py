"""Canaries in all that is stored of a person: a deletion leaves none but what its certificate lists."""

from __future__ import annotations

from unittest import mock

import pytest

from bench.canary.__main__ import look
from chalicelib.privacy import manifest


@pytest.mark.parametrize("id", ["kinvo", "ownnumber"])
def test_after_a_deletion_no_canary_is_left_but_what_the_certificate_lists(id: str) -> None:
    found = look(id)
    assert found.misplaced == []
    assert found.planted == found.seen_before
    assert found.planted > 15


def test_a_row_that_is_forgotten_is_found_by_its_canary() -> None:
    """Planted: favourites are neither counted nor erased."""
    rows = [row for row in manifest.rows() if row.name != "favourites"]
    with mock.patch.object(manifest, "rows", return_value=rows):
        left = look("kinvo").misplaced
    assert "users holds canary-users-favourites-numbers" in left
