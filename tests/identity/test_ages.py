"""The age gate: whole years on the UTC date."""

from datetime import date

import pytest

from chalicelib.core.errors import Refusal
from chalicelib.identity import rules


def check(born: str, today: str) -> None:
    rules.check_age(date.fromisoformat(born), date.fromisoformat(today), 18)


@pytest.mark.parametrize(
    ("born", "last_day_refused", "first_day_accepted"),
    [
        ("2008-11-22", "2026-11-21", "2026-11-22"),
        ("2008-01-01", "2025-12-31", "2026-01-01"),
        ("2008-02-29", "2026-02-28", "2026-03-01"),
        ("2002-02-28", "2020-02-27", "2020-02-28"),
        ("2002-03-01", "2020-02-29", "2020-03-01"),
    ],
)
def test_the_eighteenth_birthday_is_the_first_day(
    born: str, last_day_refused: str, first_day_accepted: str
) -> None:
    with pytest.raises(Refusal) as refused:
        check(born, last_day_refused)
    assert (refused.value.status, refused.value.type) == (422, "too-young")
    check(born, first_day_accepted)


@pytest.mark.parametrize("born", ["2026-11-22", "2999-01-01", "1895-11-20", "0001-01-01"])
def test_a_birth_date_that_nobody_living_has_is_asked_for_again(born: str) -> None:
    with pytest.raises(Refusal) as refused:
        check(born, "2026-11-21")
    assert refused.value.type == "invalid"


def test_a_refusal_does_not_repeat_the_birth_date() -> None:
    with pytest.raises(Refusal) as refused:
        check("2015-07-23", "2026-11-21")
    assert "2015" not in f"{refused.value.detail} {refused.value.errors}"
