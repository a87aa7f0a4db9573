"""GET /api/privacy/policy."""

from __future__ import annotations

from chalicelib.policy import calendar, profile
from tests.harness.browser import Browser

KEYS = {
    "id", "version", "supersedes", "effective_at", "title", "regimes", "bases", "capabilities", "calls",
    "settings", "purposes", "categories", "stores", "processors", "residues", "rights", "cookies",
    "open_points", "mails",
}  # fmt: skip


def test_the_policy_is_open_to_everybody_and_complete(browser: Browser) -> None:
    answer = browser.get("/api/privacy/policy")
    assert answer.status == 200
    assert set(answer.json) == KEYS
    assert all(value for key, value in answer.json.items() if key != "supersedes")


def test_its_version_is_what_a_person_accepts_at_sign_up(browser: Browser) -> None:
    version = browser.get("/api/privacy/policy").json["version"]
    assert browser.get("/api/auth/signup").json["properties"]["policy_version"]["const"] == version


def test_durations_are_told_as_the_policy_writes_them(browser: Browser) -> None:
    policy = browser.get("/api/privacy/policy").json
    assert policy["settings"]["grace"] == "P7D"
    assert policy["settings"]["deletion"] == "P30D"
    for right in policy["rights"]:
        assert calendar.duration(right["due"])


def test_every_category_processor_and_right_of_the_profile_is_told(browser: Browser) -> None:
    policy, active = browser.get("/api/privacy/policy").json, profile.current()
    assert [one["id"] for one in policy["categories"]] == [one.id for one in active.category]
    assert {one["id"]: one["active"] for one in policy["processors"]} == {
        one.id: one.active for one in active.processor
    }
    assert [one["type"] for one in policy["rights"]] == [one.type for one in active.right]
    purposes = {one["id"] for one in policy["purposes"]}
    assert all(purposes.issuperset(one["purposes"]) for one in policy["categories"])
