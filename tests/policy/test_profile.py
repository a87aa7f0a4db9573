"""The profile: what was compiled, and nothing else, is obeyed by what is stored."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import msgspec
import pytest

from bench.policies import planting
from chalicelib.calling import records
from chalicelib.core import clock, ids, settings
from chalicelib.core.settings import SettingsError
from chalicelib.money.holds import Hold
from chalicelib.policy import profile
from chalicelib.policy.profile import COMPILED
from chalicelib.providers.twilio import Leg
from tests.policy.written import with_retention

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
SEVEN_YEARS = '[{ clock = "call_ended", maximum = "P7Y" }]'


@pytest.mark.parametrize("id", profile.known())
def test_every_compiled_profile_can_be_used(id: str) -> None:
    assert profile.load(id).id == id


@pytest.mark.parametrize("id", ["nobody", "../kinvo"])
def test_a_profile_that_was_not_compiled_stops_start_up(id: str) -> None:
    with pytest.raises(SettingsError, match="PROFILE must name a compiled policy"):
        profile.load(id)


def test_without_what_was_compiled_nothing_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile, "COMPILED", tmp_path)
    profile.load.cache_clear()
    with pytest.raises(SettingsError, match=r"no kinvo\.json"):
        profile.current()
    profile.load.cache_clear()


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"{}", b'{"id": 1}'])
def test_what_is_no_compiled_policy_stops_start_up(content: bytes) -> None:
    with pytest.raises(SettingsError, match="can't be used"):
        profile.read(content)


def test_a_word_that_was_added_by_hand_stops_start_up() -> None:
    content = (COMPILED / "kinvo.json").read_bytes()
    with pytest.raises(SettingsError, match="nickname"):
        profile.read(content.replace(b"{", b'{"nickname":"K",', 1))


def test_the_version_changes_with_every_character() -> None:
    content = (COMPILED / "kinvo.json").read_bytes()
    assert profile.read(content).version == profile.current().version
    assert profile.read(content + b" ").version != profile.current().version


def test_only_what_is_offered_is_offered() -> None:
    assert profile.offers("calling")
    assert not profile.offers("recordings")
    assert not profile.offers("call")


def test_a_category_that_the_policy_does_not_know_is_never_stored() -> None:
    with pytest.raises(KeyError):
        profile.current().expires_at("location", created=NOW)


def test_a_call_record_is_written_with_the_end_that_its_profile_gives_it() -> None:
    account_id, call_id = ids.new("acc", NOW), ids.new("call", NOW)
    rate = ["44", "GB", "Fixed", 20_000, 0, 60, 60, 0, "v1", "USD"]
    detail = {"sid": "CA1", "to": "+442079460958", "from": "+12025550100", "at": clock.epoch_seconds(NOW)}
    hold = Hold(100_000, clock.epoch_seconds(NOW) + 7200, {**detail, "limit": 300, "rate": rate})
    ended_at = NOW.replace(minute=5)
    active = with_retention("call_record", SEVEN_YEARS)
    with mock.patch.object(profile, "current", return_value=active):
        record = records.compose(account_id, call_id, hold, Leg("completed", 240, ended_at, "CA2"))
    assert record.expires_at == clock.epoch_seconds(ended_at.replace(year=2033))
    assert records.compose(account_id, call_id, hold, Leg("busy", 0, None, None)).expires_at is None


def test_the_active_profile_is_the_settings_one() -> None:
    assert profile.current().id == settings.current().profile


def test_a_profile_cannot_be_changed_while_the_service_runs() -> None:
    with pytest.raises(AttributeError):
        profile.current().settings.sale = "conditional"  # type: ignore[misc]
    assert msgspec.structs.replace(profile.current(), live_calls=1) != profile.current()


def test_a_request_is_due_by_the_policys_promise_and_by_every_laws() -> None:
    sample = planting.sound().profile
    assert sorted(sample.dues("deletion")) == ["P1M", "P30D", "P30D", "P45D"]
    assert sorted(sample.dues("withdraw_consent")) == ["P1M", "P1M", "P45D"]
    assert sample.dues("portability") == []
