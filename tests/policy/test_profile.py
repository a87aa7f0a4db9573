"""The profile: strict when it is read, and obeyed by what is stored."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import pytest

from chalicelib.calling import records
from chalicelib.core import clock, ids, settings
from chalicelib.core.settings import SettingsError
from chalicelib.money.holds import Hold
from chalicelib.policy import profile
from chalicelib.policy.profile import PROFILES, Profile
from chalicelib.providers.twilio import Leg

KINVO = (PROFILES / "kinvo.toml").read_text()
CALLS = 'id = "call_record"'
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def changed(old: str, new: str) -> bytes:
    assert old in KINVO
    return KINVO.replace(old, new, 1).encode()


def with_call_retention(rules: str) -> Profile:
    head, _, tail = KINVO.partition(CALLS)
    return profile.read((head + CALLS + tail.replace('[{ clock = "account_active" }]', rules, 1)).encode())


@pytest.mark.parametrize("file", sorted(PROFILES.glob("*.toml")), ids=lambda file: file.stem)
def test_every_profile_in_the_package_can_be_used(file: Path) -> None:
    read = profile.read(file.read_bytes())
    assert read.id == file.stem
    assert read.topup_minimum_micros <= read.topup_maximum_micros


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('recording = "forbidden"', 'recording = "allowed"', "allowed"),
        ('sale = "never"', 'sale = "sometimes"', "sometimes"),
        ("minimum_age = 18", 'minimum_age = "18"', "minimum_age"),
        ("minimum_age = 18", "minimal_age = 18", "minim"),
        ('grace = "P7D"', 'grace = "7 days"', "7 days"),
        ('deletion = "P30D"', 'deletion = "P30"', "P30"),
        ('longest_call = "PT2H"', 'longest_call = "P1M"', "P1M"),
        ('life = "P30D"', 'life = "P1M"', "P1M"),
        ('basis = "contract"', 'basis = "habit"', "habit"),
        ('clock = "account_closed"', 'clock = "some_day"', "some_day"),
        ('action = "delete"', 'action = "forget"', "forget"),
        ('maximum = "P7Y"', 'maximum = "PY"', "PY"),
        ('category = "essential"', 'category = "marketing"', "marketing"),
        ('countries = [\n  "AC"', 'countries = [\n  "Ascension"', "countries"),
        ('countries = [\n  "AC", ', "countries = [\n  ", "high-risk countries that are not called: AC"),
        ("emergency_sentence", "emergency_word", "emergency"),
        ("live_calls = 2", "live_calls = 2.5", "live_calls"),
        ('purposes = ["billing", "history"]', 'purposes = ["billing", "profiling"]', "profiling"),
        ('purposes = ["billing", "history"]', "", "purposes"),
        (', reason = "We must be able to show that we did what you asked for."', "", "privacy_request"),
        ('title = "Kinvo"', 'title = "Kinvo"\nnickname = "K"', "nickname"),
        ('title = "Kinvo"', "title = Kinvo", "Invalid value"),
    ],
)
def test_a_word_that_we_do_not_know_stops_start_up(old: str, new: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told) as refusal:
        profile.read(changed(old, new))
    assert str(refusal.value).startswith("The profile ")


@pytest.mark.parametrize("text", [b"", b"\xff", b"id = 1"])
def test_what_is_no_profile_stops_start_up(text: bytes) -> None:
    with pytest.raises(SettingsError):
        profile.read(text)


@pytest.mark.parametrize("id", ["nobody", "../kinvo"])
def test_a_profile_that_is_not_there_stops_start_up(id: str) -> None:
    with pytest.raises(SettingsError, match="PROFILE must name a file"):
        profile.load(id)


def test_the_version_is_the_files_and_changes_with_every_character() -> None:
    first = profile.read(KINVO.encode()).version
    assert profile.read(KINVO.encode()).version == first
    assert (
        len({first, *(profile.read((KINVO + more).encode()).version for more in ("\n", "# word", " "))}) == 4
    )
    assert profile.current().version == first


def test_only_what_is_offered_is_offered() -> None:
    assert profile.offers("calling")
    assert not profile.offers("recordings")
    assert not profile.offers("call")


def test_a_category_that_the_policy_does_not_know_is_never_stored() -> None:
    with pytest.raises(KeyError):
        profile.current().expires_at("location", created=NOW)


def test_an_item_goes_at_the_earliest_end_whose_clock_has_started() -> None:
    rules = '[{ clock = "call_ended", maximum = "P7Y" }, { clock = "account_closed", maximum = "P1M" }]'
    read = with_call_retention(rules)
    assert read.expires_at("call_record") is None
    assert read.expires_at("call_record", created=NOW) is None
    assert read.expires_at("call_record", call_ended=NOW) == NOW.replace(year=2033)
    both = read.expires_at("call_record", call_ended=NOW, account_closed=NOW)
    assert both == datetime(2026, 4, 1, 9, tzinfo=UTC)
    assert profile.current().expires_at("call_record", call_ended=NOW) is None


def test_a_call_record_is_written_with_the_end_that_its_profile_gives_it() -> None:
    account_id, call_id = ids.new("acc", NOW), ids.new("call", NOW)
    rate = ["44", "GB", "Fixed", 20_000, 0, 60, 60, 0, "v1", "USD"]
    detail = {"sid": "CA1", "to": "+442079460958", "from": "+12025550100", "at": clock.epoch_seconds(NOW)}
    hold = Hold(100_000, clock.epoch_seconds(NOW) + 7200, {**detail, "limit": 300, "rate": rate})
    ended_at = NOW.replace(minute=5)
    active = with_call_retention('[{ clock = "call_ended", maximum = "P7Y" }]')
    with mock.patch.object(profile, "current", return_value=active):
        record = records.compose(account_id, call_id, hold, Leg("completed", 240, ended_at, "CA2"))
    assert record.expires_at == clock.epoch_seconds(ended_at.replace(year=2033))
    assert records.compose(account_id, call_id, hold, Leg("busy", 0, None, None)).expires_at is None


def test_the_active_profile_is_the_settings_one() -> None:
    assert profile.current().id == settings.current().profile
