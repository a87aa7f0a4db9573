"""There are words for whatever a policy may say, so that nothing reaches a page unread."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import msgspec
import pytest

from chalicelib.policy import profile, terms, vocabulary
from chalicelib.privacy import wording


@pytest.mark.parametrize(
    ("words", "known"),
    [
        (wording.BASES, vocabulary.Basis),
        (wording.CLOCKS, vocabulary.Clock),
        (wording.CHANNELS, vocabulary.Channel),
        (wording.RIGHTS, vocabulary.RightType),
        (wording.MECHANISMS, "ProcessorTerms.mechanism"),
        (wording.ENDINGS, "Erase.method"),
        (wording.AGREEMENTS, "ProcessorTerms.dpa"),
        (wording.VERIFICATIONS, "RightTerms.verification"),
        (wording.EXPIRIES, "Retention.on_expiry"),
        (wording.COOKIES, "Cookie.category"),
        (wording.POINTS, "OpenPoint.kind"),
        (wording.NOTICES, "ChangeNotice.channels"),
    ],
)
def test_there_are_words_for_whatever_a_policy_may_say(words: dict[str, str], known: Any) -> None:
    assert set(words) == set(choices(known))
    assert all(words.values())


def choices(known: Any) -> Iterator[str | None]:
    """The words that a shape allows; a field is named by its shape."""
    if isinstance(known, str):
        shape, _, name = known.partition(".")
        fields = {field.name: field.type for field in msgspec.structs.fields(getattr(terms, shape))}
        known = fields[name]
    if get_origin(known) is Literal:
        yield from get_args(known)
    elif known is type(None):
        yield None
    else:
        for part in get_args(known):
            yield from choices(part)


def test_there_are_words_for_every_country_source_and_subject_of_the_profiles() -> None:
    for policy in map(profile.load, profile.known()):
        assert {processor.country for processor in policy.processor} <= set(wording.COUNTRIES)
        assert set(policy.settings.residency) <= set(wording.COUNTRIES)
        for category in policy.category:
            assert set(category.source) <= set(wording.SOURCES)
            assert set(category.subjects) <= set(wording.SUBJECTS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("P30D", "30 days"),
        ("P1M", "1 month"),
        ("P7Y", "7 years"),
        ("P1Y6M", "1 year and 6 months"),
        ("P10BD", "10 business days"),
        ("P1BD", "1 business day"),
        ("PT15M", "15 minutes"),
        ("P0D", "at once"),
    ],
)
def test_a_duration_is_told_as_people_say_it(text: str, words: str) -> None:
    assert wording.duration(text) == words


def test_a_day_and_a_list_are_told_as_people_say_them() -> None:
    assert wording.day("2026-03-01") == "1 March 2026"
    assert wording.listed(["one"]) == "one"
    assert wording.listed(["one", "two", "three"], "or") == "one, two or three"
    assert wording.listed([]) == ""
