"""The compiler's files and commands: made when a source is newer, and none left where one is refused."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from bench.policies import planting
from infra import package
from infra.policy import __main__ as commands
from infra.policy import compiled, freshness
from infra.policy.faults import Refused


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of its own with the sample policy, compiled nowhere yet."""
    profiles, made = tmp_path / "profiles", tmp_path / "compiled"
    profiles.mkdir()
    shutil.copy(planting.INVENTORY, tmp_path / "inventory.toml")
    shutil.copy(planting.PROFILE, profiles / "sample.toml")
    (tmp_path / "app.py").write_text(planting.DRIFTS["sound"])
    for module in (compiled, freshness):
        monkeypatch.setattr(module, "ROOT", tmp_path)
        monkeypatch.setattr(module, "INVENTORY", tmp_path / "inventory.toml")
        monkeypatch.setattr(module, "PROFILES", profiles)
        monkeypatch.setattr(module, "COMPILED", made)
    return tmp_path


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["policy", *arguments])
    return commands.main()


def test_what_was_compiled_is_fresh_until_a_source_changes(workshop: Path) -> None:
    assert freshness.stale()
    compiled.refresh()
    made = workshop / "compiled" / "sample.json"
    assert made.read_bytes() == planting.sound().content
    assert not freshness.stale()
    for source in (workshop / "inventory.toml", workshop / "profiles" / "sample.toml"):
        later = made.stat().st_mtime_ns + 1_000_000
        os.utime(source, ns=(later, later))
        assert freshness.stale()
        os.utime(source, ns=(1, 1))
        assert not freshness.stale()


def test_a_policy_that_is_gone_or_new_is_noticed(workshop: Path) -> None:
    compiled.refresh()
    shutil.copy(planting.PROFILE, workshop / "profiles" / "twin.toml")
    assert freshness.stale()
    (workshop / "profiles" / "twin.toml").unlink()
    assert not freshness.stale()
    (workshop / "compiled" / "old.json").write_text("{}")
    compiled.refresh()
    assert [file.name for file in (workshop / "compiled").iterdir()] == ["sample.json"]


def test_where_one_policy_is_refused_none_can_be_obeyed(workshop: Path) -> None:
    compiled.refresh()
    (workshop / "profiles" / "twin.toml").write_text(planting.PROFILE.read_text())
    with pytest.raises(Refused, match="the policy calls itself sample"):
        compiled.refresh()
    assert not list((workshop / "compiled").glob("*.json"))


def test_only_what_was_compiled_is_deployed() -> None:
    names = [file.name for file in package.sources()]
    assert "kinvo.json" in names
    assert not [name for name in names if name.endswith(".toml")]


def test_validate_tells_every_fault_and_fails(
    workshop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "validate") == 0
    assert capsys.readouterr().out.startswith("sample: sound; version ")
    file = workshop / "profiles" / "sample.toml"
    file.write_text(file.read_text().replace('grace = "P7D"', 'grace = "P29D"'))
    assert run(monkeypatch, "validate") == 1
    told = capsys.readouterr().err
    assert told.startswith("profiles/sample.toml, line ")
    assert "the grace is too long" in told


def test_validate_tells_where_code_and_inventory_differ(
    workshop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = workshop / "app.py"
    code.write_text(code.read_text().replace('"page": seen', '"address": seen'))
    assert run(monkeypatch, "validate") == 1
    assert "app.py, line 27: The log gets address" in capsys.readouterr().err


def test_explain_shows_the_sum_and_what_outlives_it(
    workshop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "explain", "sample") == 0
    lines = capsys.readouterr().out.splitlines()
    assert "  person: grace 7 + erasing 2 + backup window of users 14 = 23 <= 30 days" in lines
    assert any(line.startswith("  money: Law asks for books. at least P6Y, at most P7Y") for line in lines)
    assert "  birth_date: never stored" in lines
    assert run(monkeypatch, "explain", "nobody") == 1
    assert capsys.readouterr().err == "There is no policy nobody; there are sample.\n"


def test_diff_compares_an_older_compiled_policy_with_the_sources(
    workshop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = workshop / "old.json"
    old.write_bytes(planting.sound().content)
    file = workshop / "profiles" / "sample.toml"
    file.write_text(file.read_text().replace("minimum_age = 16", "minimum_age = 18"))
    assert run(monkeypatch, "diff", str(old), "sample") == 0
    told = capsys.readouterr().out
    assert "settings.minimum_age: 16 -> 18 (material; account)" in told
    assert "people are told P30D ahead, by all of page, mail" in told


def test_proofs_lists_each_promise_with_its_rules_and_tests(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "proofs") == 0
    told = capsys.readouterr().out
    assert "\nK2 (section " in told
    assert "tests/identity/test_passwords.py::test_what_is_stored_is_bcrypt" in told


def test_notice_prints_a_page(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "notice", "kinvo") == 0
    assert capsys.readouterr().out.startswith("<!doctype html>")
