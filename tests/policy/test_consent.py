"""Consent, objection and restriction: rules that hold for every policy and every history of choices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args
from unittest import mock

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import Refusal
from chalicelib.policy import consent, permissions, profile
from chalicelib.policy.consent import EVERYTHING, MARKETING, SALE, Choice, Kind, Standing
from chalicelib.policy.profile import Profile

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
POLICIES = [profile.load(id) for id in profile.known()]
ZENVOIP = profile.load("zenvoip")
UNLISTED = "unlisted"


def active(policy: Profile) -> Profile:
    """The same words, with all that they plan done today."""
    kinds = [msgspec.structs.replace(one, active=True) for one in policy.category]
    return msgspec.structs.replace(policy, category=kinds)


def yes(policy: Profile, purpose: str, at: datetime = NOW) -> Choice:
    asked = consent.question(policy, purpose)
    return Choice("consent", purpose, True, at, asked.version if asked else "")


def no(purpose: str, at: datetime = NOW) -> Choice:
    return Choice("consent", purpose, False, at)


@st.composite
def histories(draw: st.DrawFn, policy: Profile) -> list[Choice]:
    """Choices in the order of their times, about what the policy knows and what it does not."""
    purposes = [one.id for one in policy.purpose] + [SALE, UNLISTED]
    kinds = [one.id for one in policy.category] + [EVERYTHING, UNLISTED]
    made = []
    for number in range(draw(st.integers(0, 12))):
        kind: Kind = draw(st.sampled_from(get_args(Kind)))
        about = draw(st.sampled_from(kinds if kind == "restriction" else purposes))
        asked = consent.question(policy, about)
        words = draw(st.sampled_from([asked.version if asked else "", "other words"]))
        made.append(Choice(kind, about, draw(st.booleans()), NOW + timedelta(hours=number), words))
    return made


@st.composite
def cases(draw: st.DrawFn) -> tuple[Profile, list[Choice], str, str]:
    """A policy, somebody's history, and a use of their data."""
    policy = draw(st.sampled_from([one for known in POLICIES for one in (known, active(known))]))
    category = draw(st.sampled_from([*(one.id for one in policy.category), UNLISTED]))
    purpose = draw(st.sampled_from([*(one.id for one in policy.purpose), SALE, UNLISTED]))
    return policy, draw(histories(policy)), category, purpose


@given(cases())
def test_what_the_policy_does_not_list_is_never_allowed(
    case: tuple[Profile, list[Choice], str, str],
) -> None:
    policy, history, category, purpose = case
    kinds = {one.id: one for one in policy.category if one.active}
    if category not in kinds or purpose not in kinds[category].purposes:
        assert consent.refusal(policy, consent.standing(history), category, purpose) == "unknown"


@given(cases())
def test_nothing_that_waits_for_consent_happens_without_a_standing_yes_to_todays_words(
    case: tuple[Profile, list[Choice], str, str],
) -> None:
    policy, history, category, purpose = case
    bases = {one.id: one.basis for one in policy.purpose}
    if bases.get(purpose) == "consent" and consent.may(policy, consent.standing(history), category, purpose):
        last = [one for one in history if (one.kind, one.about) == ("consent", purpose)][-1]
        asked = consent.question(policy, purpose)
        assert asked
        assert last.stands
        assert last.question == asked.version


@given(cases(), st.sampled_from(get_args(Kind)), st.booleans())
def test_a_withdrawal_an_objection_or_a_restriction_never_allows_more(
    case: tuple[Profile, list[Choice], str, str], kind: Kind, wholly: bool
) -> None:
    policy, history, category, purpose = case
    about = (EVERYTHING if wholly else category) if kind == "restriction" else purpose
    later = [*history, Choice(kind, about, kind != "consent", NOW + timedelta(days=9))]
    allowed = consent.may(policy, consent.standing(later), category, purpose)
    assert not allowed or consent.may(policy, consent.standing(history), category, purpose)


@given(cases())
def test_what_is_restricted_is_used_for_what_law_asks_and_nothing_else(
    case: tuple[Profile, list[Choice], str, str],
) -> None:
    policy, history, category, purpose = case
    bases = {one.id: one.basis for one in policy.purpose}
    for about in (category, EVERYTHING):
        held = consent.standing([*history, Choice("restriction", about, True, NOW + timedelta(days=9))])
        if consent.may(policy, held, category, purpose):
            assert bases[purpose] == "legal_obligation"
        assert not consent.usable(policy, held, category)


@given(cases())
def test_an_objection_stops_interests_and_marketing_and_no_contract_or_law(
    case: tuple[Profile, list[Choice], str, str],
) -> None:
    policy, history, category, purpose = case
    bases = {one.id: one.basis for one in policy.purpose}
    before = consent.may(policy, consent.standing(history), category, purpose)
    objected = consent.standing([*history, Choice("objection", purpose, True, NOW + timedelta(days=9))])
    after = consent.may(policy, objected, category, purpose)
    if bases.get(purpose) == "legitimate_interest" or purpose == MARKETING:
        assert not after
    else:
        assert after == before


@given(cases(), st.integers(0, 12))
def test_a_later_choice_changes_nothing_of_what_was_allowed_before_it(
    case: tuple[Profile, list[Choice], str, str], hours: int
) -> None:
    policy, history, category, purpose = case
    moment = NOW + timedelta(hours=hours)
    then = consent.standing([one for one in history if one.at <= moment])
    seen_later = consent.standing(history, until=moment)
    asked = (policy, category, purpose)
    assert consent.may(asked[0], then, *asked[1:]) == consent.may(asked[0], seen_later, *asked[1:])


@given(st.data())
def test_a_browsers_choices_never_allow_more_than_the_persons_own_word(data: st.DataObject) -> None:
    policy = active(ZENVOIP)
    own = consent.standing(data.draw(histories(policy)))
    browsers = consent.standing(data.draw(histories(policy)))
    after = consent.standing([*own.choices.values(), *consent.tied(own, browsers)])
    for purpose in [one.purpose for one in consent.questions(policy)]:
        said = own.last("consent", purpose)
        if consent.granted(policy, after, purpose):
            assert consent.granted(policy, own, purpose) if said else browsers.stands("consent", purpose)
    unchanged = {key: one for key, one in own.choices.items() if key[0] != "consent"}
    assert {key: one for key, one in after.choices.items() if key[0] != "consent"} == unchanged


def test_a_browsers_newer_no_ends_a_persons_yes_and_its_yes_ends_no_no() -> None:
    own = consent.standing([yes(ZENVOIP, MARKETING), no("analytics")])
    later = NOW + timedelta(hours=1)
    browser = consent.standing([no(MARKETING, later), yes(ZENVOIP, "analytics", later)])
    assert [one.about for one in consent.tied(own, browser)] == [MARKETING]
    earlier = consent.standing([no(MARKETING, NOW - timedelta(hours=1))])
    assert consent.tied(own, earlier) == []


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_nobody_has_consented_to_anything_at_first(policy: Profile) -> None:
    for asked in consent.questions(policy):
        assert not consent.granted(policy, Standing(), asked.purpose)
    assert not consent.may_sell(policy, Standing())


def test_a_yes_holds_for_its_words_and_not_for_others() -> None:
    reworded = [
        msgspec.structs.replace(one, what="To send you news of others.") if one.id == MARKETING else one
        for one in ZENVOIP.purpose
    ]
    other = msgspec.structs.replace(ZENVOIP, purpose=reworded)
    said = consent.standing([yes(ZENVOIP, MARKETING)])
    assert consent.granted(ZENVOIP, said, MARKETING)
    assert not consent.granted(other, said, MARKETING)
    assert consent.banner_version(other) != consent.banner_version(ZENVOIP)


def test_a_yes_outlives_a_version_of_the_policy_that_changes_something_else() -> None:
    renamed = msgspec.structs.replace(ZENVOIP, title="Another name", version="another")
    assert consent.granted(renamed, consent.standing([yes(ZENVOIP, MARKETING)]), MARKETING)


def test_another_recipient_makes_it_another_question() -> None:
    kinds = [
        msgspec.structs.replace(one, recipients=[*one.recipients, "stranger"])
        if MARKETING in one.purposes
        else one
        for one in ZENVOIP.category
    ]
    other = msgspec.structs.replace(ZENVOIP, category=kinds)
    assert not consent.granted(other, consent.standing([yes(ZENVOIP, MARKETING)]), MARKETING)


def test_selling_waits_for_a_yes_and_the_browsers_signal_ends_it() -> None:
    said = consent.standing([yes(ZENVOIP, SALE)])
    assert consent.may_sell(ZENVOIP, said)
    assert not consent.may_sell(ZENVOIP, Standing(said.choices, signalled=True))
    assert not consent.may_sell(ZENVOIP, consent.standing([yes(ZENVOIP, SALE), no(SALE)]))
    kinvo = profile.load("kinvo")
    assert consent.question(kinvo, SALE) is None
    assert not consent.may_sell(kinvo, consent.standing([Choice("consent", SALE, True, NOW)]))


def test_what_nothing_collects_today_is_no_question_that_presses() -> None:
    kinvo = profile.load("kinvo")
    [asked] = consent.questions(kinvo)
    assert (asked.purpose, asked.in_use) == ("improvement", False)


def test_until_the_choices_are_handed_down_nothing_may_be_used() -> None:
    with mock.patch.object(permissions, "hooks", permissions.Hooks()):
        assert not permissions.may("acc_1", "call_record", "billing")
        with pytest.raises(Refusal):
            permissions.require("acc_1", "call_record")


def test_a_room_asks_with_the_choices_of_the_account() -> None:
    told = permissions.Hooks()
    restricted = Standing({("restriction", "call_record"): Choice("restriction", "call_record", True, NOW)})
    told.standing = lambda account_id: restricted if account_id == "acc_1" else Standing()
    with mock.patch.object(permissions, "hooks", told):
        permissions.require("acc_2", "call_record")
        assert permissions.may("acc_2", "call_record", "billing")
        assert not permissions.may("acc_1", "call_record", "billing")
        with pytest.raises(Refusal) as refused:
            permissions.require("acc_1", "call_record")
    assert (refused.value.status, refused.value.type) == (409, "restricted")
