"""The sources: read strictly, and refused with file, line, and what to do."""

from __future__ import annotations

import pytest

from chalicelib.policy import profile
from infra.policy.faults import Refused
from infra.policy.lines import Lines
from tests.policy.written import FACTS, KINVO, changed, policy


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('recording = "forbidden"', 'recording = "allowed"', "'allowed' cannot stand as settings.recording."),
        ('sale = "never"', 'sale = "sometimes"', "Choose one of: never, conditional."),
        ("minimum_age = 18", 'minimum_age = "18"', "'18' cannot stand as settings.minimum_age."),
        ("minimum_age = 18", "minimum_age = 8", "8 cannot stand as settings.minimum_age."),
        ('grace = "P7D"', 'grace = "7 days"', "'7 days' is not a duration."),
        ('deletion = "P30D"', 'deletion = "P30"', "'P30' is not a duration."),
        ('life = "P30D"', 'life = "PY"', "'PY' is not a duration."),
        ('basis = "contract"', 'basis = "habit"', "'habit' cannot stand as purpose.service.basis."),
        ('clock = "request_closed"', 'clock = "some_day"', "'some_day' cannot stand as category."),
        ('action = "delete"', 'action = "forget"', "Choose one of: delete, pseudonymise, keep."),
        ('country = "US"', 'country = "USA"', "'USA' is not a country."),
        ('effective_at = "', 'effective_at = "1.', "is not a date."),
        ("live_calls = 2", "live_calls = 2.5", "2.5 cannot stand as live_calls."),
        ('title = "Kinvo"', 'title = "Kinvo"\nnickname = "K"', "'nickname' is no word that the file knows."),
    ],
)
def test_a_word_that_is_not_known_is_refused_with_its_line(old: str, new: str, told: str) -> None:
    text = changed(old, new)
    with pytest.raises(Refused) as refused:
        policy(text)
    (sentence,) = refused.value.told
    assert told in sentence
    assert sentence.startswith(f"kinvo.toml, line {line_of(text, new.splitlines()[-1])}: ")


def test_what_is_missing_is_refused_with_the_line_of_what_misses_it() -> None:
    text = changed('what = "To show you your calls and what they cost."\n', "")
    with pytest.raises(Refused) as refused:
        policy(text)
    line = line_of(text, 'id = "history"') - 1
    why = "A policy decides; nothing is guessed."
    assert refused.value.told == [
        f"kinvo.toml, line {line}: purpose.history does not say its 'what'. {why} Add 'what'."
    ]


def test_all_that_is_wrong_is_told_at_once() -> None:
    text = changed('sale = "never"', 'sale = "sometimes"')
    text = text.replace('basis = "legal_obligation"', 'basis = "law"', 1)
    text = text.replace('role = "carrier"', 'role = "wizard"', 1)
    with pytest.raises(Refused) as refused:
        policy(text)
    assert len(refused.value.told) == 3


@pytest.mark.parametrize("text", ["", "id = 1", "title = Kinvo", "\x00"])
def test_what_is_no_profile_is_refused(text: str) -> None:
    with pytest.raises(Refused, match=r"^kinvo\.toml, line 1: "):
        policy(text)


def test_what_is_no_toml_is_refused_with_the_line_where_it_breaks() -> None:
    text = KINVO + "\nthis is no TOML\n"
    with pytest.raises(
        Refused, match=rf"^kinvo\.toml, line {line_of(text, 'no TOML')}: The file cannot be read"
    ):
        policy(text)


def test_a_fault_of_the_inventory_is_told_with_its_own_line() -> None:
    facts = FACTS.replace('stores = ["cdrs"]', 'stores = ["cellar"]', 1)
    with pytest.raises(Refused) as refused:
        policy(KINVO, facts)
    assert refused.value.told[0].startswith(f"inventory.toml, line {line_of(facts, 'cellar')}: ")
    assert "there is no such store" in refused.value.told[0]


def test_what_is_written_twice_in_other_words_has_one_version() -> None:
    first = policy(KINVO)
    assert policy(KINVO + "\n# A word of comment.\n").version == first.version
    assert policy(changed('grace = "P7D"', 'grace = "P6D"')).version != first.version
    assert policy(KINVO, FACTS.replace("Calls that have ended", "Calls that ended")).version != first.version


def test_what_is_compiled_reads_back_as_what_was_merged() -> None:
    made = policy(KINVO)
    read = profile.read(made.content)
    assert read.version == made.version
    assert read.category == made.profile.category
    assert read.right == made.profile.right


def test_a_rule_is_found_on_its_line_or_on_that_of_what_holds_it() -> None:
    entry = '[[category]]\nid = "one"\n[category.fields]\nname = "a"\n'
    text = f'title = "x"\n\n{entry}\n[settings]\nlong = """\nid = 1\n"""\n'
    lines = Lines(text)
    found = {
        rule: lines.of(rule)
        for rule in (
            "title",
            "category.one",
            "category.one.fields.name",
            "category.one.purposes",
            "settings.long",
        )
    }
    assert found == {
        "title": 1,
        "category.one": 3,
        "category.one.fields.name": 6,
        "category.one.purposes": 3,
        "settings.long": 9,
    }
    assert lines.of("nothing.here") is None
