"""When the environments are made anew, and what is said where they cannot be."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from infra.local import bootstrap
from infra.local.bootstrap import ENVIRONMENTS, BootstrapFailed, Environment, fingerprint, is_stale

DEV = Environment("venv", "requirements-dev.txt", "the tools")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "requirements.txt").write_text("one==1\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\ntwo==2\n")
    (tmp_path / "requirements-aws.txt").write_text("three==3\n")
    return tmp_path


def _stamp(root: Path, environment: Environment) -> None:
    folder = root / ".local" / environment.name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".stamp").write_text(fingerprint(root, environment))


def test_an_environment_is_stale_until_it_is_stamped(root: Path) -> None:
    assert is_stale(root, DEV)
    _stamp(root, DEV)
    assert not is_stale(root, DEV)


@pytest.mark.parametrize("changed", ["requirements-dev.txt", "requirements.txt"])
def test_a_change_of_its_requirements_or_of_what_they_include_makes_it_stale(
    root: Path, changed: str
) -> None:
    _stamp(root, DEV)
    with (root / changed).open("a") as file:
        file.write("four==4\n")
    assert is_stale(root, DEV)


def test_a_change_of_other_requirements_does_not(root: Path) -> None:
    _stamp(root, DEV)
    (root / "requirements-aws.txt").write_text("three==4\n")
    assert not is_stale(root, DEV)


def test_another_python_makes_it_stale(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _stamp(root, DEV)
    monkeypatch.setattr(sys, "version", "3.99.0")
    assert is_stale(root, DEV)


def test_nothing_is_run_when_nothing_changed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for environment in ENVIRONMENTS:
        _stamp(root, environment)
    bootstrap.prepare(root)
    assert capsys.readouterr().out == ""
    assert not (root / ".local/boot").exists()


def test_a_python_without_venv_and_pip_is_told_what_to_install(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "_has_module", lambda _name: False)
    monkeypatch.setenv("PATH", str(root))
    with pytest.raises(BootstrapFailed, match="apt-get install python3-venv"):
        bootstrap.prepare(root)
    assert all(is_stale(root, environment) for environment in ENVIRONMENTS)
