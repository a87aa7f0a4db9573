"""Cursors: only what we sealed, for the list and the person that we sealed it for."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core import cursors, keys, secrets
from chalicelib.core.errors import Refusal
from chalicelib.core.secrets import Secrets
from tests.harness.environment import SECRETS

OWNER = "calls:acc_1"
POSITION = {"after": "call_1"}


@pytest.fixture(autouse=True, scope="module")
def _known() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "current", lambda: Secrets(**SECRETS))  # type: ignore[arg-type]
        yield


def refused(owner: str, cursor: str) -> bool:
    with pytest.raises(Refusal) as told:
        cursors.unseal(owner, cursor)
    return (told.value.status, [error.field for error in told.value.errors]) == (422, ["cursor"])


def test_a_cursor_gives_its_position_back() -> None:
    assert cursors.unseal(OWNER, cursors.seal(OWNER, POSITION)) == POSITION


@pytest.mark.parametrize("owner", ["calls:acc_2", "ledger:acc_1", "calls:", "cursor:calls:acc_1"])
def test_a_cursor_of_another_list_or_person_is_refused(owner: str) -> None:
    assert refused(owner, cursors.seal(OWNER, POSITION))


def test_every_changed_character_is_noticed() -> None:
    cursor = cursors.seal(OWNER, POSITION)
    for place, sign in enumerate(cursor):
        other = "A" if sign != "A" else "B"
        assert refused(OWNER, cursor[:place] + other + cursor[place + 1 :]), place
        assert refused(OWNER, cursor[:place] + cursor[place + 1 :]), place


def test_a_position_of_ones_own_making_is_refused() -> None:
    forged = base64.urlsafe_b64encode(json.dumps(POSITION).encode()).decode()
    _, _, signature = cursors.seal(OWNER, {"after": "call_2"}).partition(".")
    for end in ("", ".", f".{signature}", f".{keys.sign('csrf', forged)}", f".{keys.sign(OWNER, forged)}"):
        assert refused(OWNER, forged + end)


@given(st.one_of(st.text(max_size=80), st.binary(max_size=80).map(lambda bytes: bytes.decode("latin-1"))))
def test_garbage_is_refused_as_garbage(cursor: str) -> None:
    assert refused(OWNER, cursor)
