"""The notice says what the policy says, of every profile, and nothing else."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from chalicelib.policy import profile
from chalicelib.policy.profile import Profile
from chalicelib.privacy import notice_page, wording
from chalicelib.privacy.notice_page import Contact
from infra.policy import rules
from tests.privacy.page import Element, read

PROFILES = ("kinvo", "business", "kiwiphone", "zenvoip", "ownnumber")
CONTACT = Contact("Example Calls Ltd, Example Street, Exampletown", "privacy@example.org")
SPELLED = re.compile(r"(\d+) (business day|year|month|day|hour|minute)(s?)")
UNIT = {
    "business day": "P{}BD",
    "year": "P{}Y",
    "month": "P{}M",
    "day": "P{}D",
    "hour": "PT{}H",
    "minute": "PT{}M",
}
NOT_TOLD = re.compile(r"longest_call$|settings\.logs$|right\.\w+\.statutory$|store\.\w+\.life$")

Document = dict[str, Any]


def page_of(policy: Profile) -> Element:
    return read(notice_page.render(policy, CONTACT))


@pytest.fixture(params=PROFILES)
def policy(request: pytest.FixtureRequest) -> Profile:
    return profile.load(request.param)


@pytest.fixture
def page(policy: Profile) -> Element:
    return page_of(policy)


@pytest.fixture
def document(policy: Profile) -> Document:
    """The policy as plain data, so that this test reads it by itself."""
    plain: Document = json.loads((profile.COMPILED / f"{policy.id}.json").read_text())
    return plain


def held(document: Document) -> dict[str, Document]:
    return {category["id"]: category for category in document["category"] if category["active"]}


def active(document: Document) -> dict[str, Document]:
    return {processor["id"]: processor for processor in document["processor"] if processor["active"]}


def lengths(category: Document) -> list[str]:
    """What is told of how long a category is kept; a minimum that is the maximum is told once."""
    found = []
    for term in category["retention"]:
        minimum = term["minimum"] if term["minimum"] != term["maximum"] else None
        found += [length for length in (minimum, term["maximum"], term["backup_maximum"]) if length]
    return found


def test_every_kind_of_data_that_is_held_is_told_with_its_fields_purposes_recipients_and_durations(
    page: Element, document: Document
) -> None:
    told, kinds, processors = page.marked("category"), held(document), active(document)
    assert list(told) == sorted(told, key=lambda id: (not kinds[id]["stores"], list(kinds).index(id)))
    assert set(told) == set(kinds)
    for id, kind in kinds.items():
        article = told[id]
        assert {name: item.text() for name, item in article.marked("field").items()} == kind["words"], id
        assert set(article.marked("optional")) == set(kind["optional"]), id
        assert set(article.marked("purpose")) == set(kind["purposes"]), id
        assert set(article.marked("recipient")) == set(kind["recipients"]) & set(processors), id
        assert Counter(article.durations()) == Counter(lengths(kind)), id
        assert kind["title"] in article.text()
        assert kind["what"] in article.text()


def test_every_purpose_is_told_with_its_basis_and_whether_it_is_served_today(
    page: Element, document: Document
) -> None:
    told = page.marked("purpose", "article")
    served = {purpose for kind in held(document).values() for purpose in kind["purposes"]}
    assert list(told) == [purpose["id"] for purpose in document["purpose"]]
    for purpose in document["purpose"]:
        text = told[purpose["id"]].text()
        assert list(told[purpose["id"]].marked("basis")) == [purpose["basis"]]
        assert purpose["what"] in text
        assert (purpose["legitimate_interest"] or "") in text
        assert ("Not done today." in text) == (purpose["id"] not in served)


def test_every_processor_is_told_and_who_gets_nothing_is_told_apart(
    page: Element, document: Document
) -> None:
    told, working = page.marked("processor"), active(document)
    assert list(told) == list(working)
    assert set(page.marked("unused")) == {one["id"] for one in document["processor"]} - set(working)
    for id, processor in working.items():
        within = processor["erase"]["within"]
        assert told[id].durations() == ([within] if within else [])
        for words in (processor["title"], processor["what"], wording.COUNTRIES[processor["country"]]):
            assert words in told[id].text()
        for field in processor["fields_sent"]:
            given = [kind for kind in held(document).values() if id in kind["recipients"]]
            words = [kind["words"][field] for kind in given if field in kind["words"]]
            assert not words or words[0] in told[id].text(), field


def test_every_right_is_told_with_its_deadlines(page: Element, document: Document) -> None:
    groups = [article for article in page.walk() if article.tag == "article" and article.marked("right")]
    told = {type: article for article in groups for type in article.marked("right")}
    assert set(told) == {right["type"] for right in document["right"]}
    for right in document["right"]:
        extend = right["extend"] if right["extend"] != "P0D" else None
        expected = [length for length in (right["due"], right["acknowledge"], extend) if length]
        assert told[right["type"]].durations() == expected
        for channel in right["channels"]:
            assert wording.CHANNELS[channel] in told[right["type"]].text()
    laws = page.marked("regime")
    assert list(laws) == [regime["id"] for regime in document["regimes"]]
    for regime in document["regimes"]:
        clocks = [regime[key] for key in ("due", "opt_out", "acknowledge", "extend") if regime[key]]
        assert laws[regime["id"]].durations() == clocks
        assert regime["authority"] in laws[regime["id"]].text()


def test_every_cookie_is_told_with_its_life(page: Element, document: Document) -> None:
    told = page.marked("cookie")
    assert list(told) == [cookie["name"] for cookie in document["cookie"]]
    for cookie in document["cookie"]:
        assert told[cookie["name"]].durations() == [cookie["life"]]
        assert cookie["purpose"] in told[cookie["name"]].text()


def test_what_outlives_a_deletion_is_told_with_reason_and_end(page: Element, document: Document) -> None:
    stays = {id: kind for id, kind in held(document).items() if kind["on_erasure"]["action"] != "delete"}
    told = page.marked("stays")
    assert set(told) == set(stays)
    for id, kind in stays.items():
        assert kind["on_erasure"]["reason"] in told[id].text()
        assert Counter(told[id].durations()) == Counter(lengths(kind))
    residues = page.marked("residue")
    assert set(residues) == {residue["at"] for residue in document["residue"]}
    for residue in document["residue"]:
        assert residue["says"] in residues[residue["at"]].text()
        assert residues[residue["at"]].durations() == ([residue["until"]] if residue["until"] else [])


def test_every_decision_and_every_plan_is_told(page: Element, document: Document) -> None:
    points = [element for element in page.walk() if "data-point" in element.attributes]
    assert [point.attributes["data-point"] for point in points] == [
        point["rule"] for point in document["open_point"]
    ]
    for element, point in zip(points, document["open_point"], strict=True):
        assert point["decision"] in element.text()
        assert point["reason"] in element.text()
    planned = [one["id"] for one in document["capability"] if one["state"] == "planned"]
    assert list(page.marked("planned")) == planned


def durations(document: Document) -> Iterator[tuple[str, str]]:
    """Every duration that holds today, with its rule."""
    kinds, working = held(document), active(document)
    for rule, value in rules.walk(document):
        part, _, id = rule.partition(".")
        hidden = {"category": kinds, "processor": working}.get(part)
        told = not NOT_TOLD.search(rule) and (hidden is None or id.partition(".")[0] in hidden)
        if told and isinstance(value, str) and re.fullmatch(r"PT?\d[0-9A-Z]*", value):
            yield rule, value


def test_no_duration_is_told_that_the_policy_does_not_have(page: Element, document: Document) -> None:
    assert set(page.durations()) <= {value for _, value in durations(document)} | {"P0D"}
    assert {value for _, value in durations(document)} - {"P0D"} <= set(page.durations())


def test_a_duration_reads_as_it_is_meant(page: Element) -> None:
    spelled = [
        element for element in page.walk() if element.tag == "data" and element.attributes["value"] != "P0D"
    ]
    assert spelled
    for element in spelled:
        spelled_out = SPELLED.fullmatch(element.text())
        assert spelled_out, element.text()
        count, unit, several = spelled_out.groups()
        assert bool(several) == (count != "1")
        assert UNIT[unit].format(count) == element.attributes["value"]


def test_no_number_stands_on_the_page_but_durations_dates_the_age_and_what_the_policy_says_itself(
    policy: Profile, document: Document
) -> None:
    page = page_of(policy)
    text = next(element for element in page.walk() if element.tag == "body").text(
        frozenset({"data", "time", "code", "style"})
    )
    said = sorted(
        {value for _, value in rules.walk(document) if isinstance(value, str)}, key=len, reverse=True
    )
    for sentence in said:
        text = text.replace(sentence, "")
    ages = {policy.settings.minimum_age, policy.settings.parental_consent_from or 0}
    counted = {str(len(policy.cookie)), *map(str, ages)}
    assert set(re.findall(r"\d+", text)) <= counted


@pytest.mark.parametrize("id", PROFILES)
def test_what_is_only_planned_is_not_told_as_held(id: str) -> None:
    policy = profile.load(id)
    planned = [category for category in policy.category if not category.active]
    told = page_of(policy)
    assert planned
    for category in planned:
        assert category.id not in told.marked("category")
        assert category.id not in told.marked("stays")


def changed(policy: Profile, **settings: Any) -> Profile:
    return msgspec.structs.replace(policy, settings=msgspec.structs.replace(policy.settings, **settings))


@pytest.mark.parametrize(
    ("word", "other", "sentence"),
    [
        ("sale", "conditional", "saying no is enough"),
        ("recording", "opt_in", "unless you switch it on"),
        ("deletion", "P29D", "29 days later"),
        ("grace", "P5D", "5 days in which you can take it back"),
        ("person_backup", "P9D", "9 days until the last backup"),
        ("minimum_age", 21, "You must be 21 or older"),
        ("residency", ["US"], "stored in United States only"),
        ("environment_access", "minimal", "Nobody of us looks into"),
    ],
)
def test_a_changed_rule_changes_the_page(word: str, other: object, sentence: str) -> None:
    policy = profile.load("kinvo")
    assert sentence not in page_of(policy).text()
    assert sentence in page_of(changed(policy, **{word: other})).text()


def test_a_page_without_a_contact_says_that_nobody_runs_the_policy() -> None:
    assert "Nobody runs this policy yet." in read(notice_page.render(profile.load("kinvo"))).text()


def test_words_of_a_policy_are_text_and_nothing_else() -> None:
    policy = profile.load("kinvo")
    point = msgspec.structs.replace(policy.open_point[0], decision="<script>alert(1)</script>")
    html = notice_page.render(msgspec.structs.replace(policy, open_point=[point]), CONTACT)
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_the_page_loads_nothing(page: Element) -> None:
    for element in page.walk():
        assert element.tag not in {"script", "link", "img", "iframe", "object", "form", "video", "audio"}
        assert not {"src", "srcset", "style", "onclick"} & set(element.attributes)
    assert "url(" not in notice_page.style()
    assert "@import" not in notice_page.style()


def test_it_says_that_what_others_offer_has_its_own_policy(page: Element) -> None:
    assert "What others offer under links of ours" in " ".join(page.text().split())
