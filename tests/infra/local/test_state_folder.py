"""The folder of a local service's state."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.state_folder import StateFolder, StateRefused


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[StateFolder]:
    opened = StateFolder(tmp_path / "state")
    yield opened
    opened.close()


def test_secrets_are_made_once_and_are_the_owner_s_alone(folder: StateFolder) -> None:
    folder.open("kinvo", fresh=False)
    secrets = folder.secrets()
    folder.close()
    folder.open("kinvo", fresh=False)
    assert folder.secrets() == secrets
    assert stat.S_IMODE((folder.path / "secrets.json").stat().st_mode) == 0o600


def test_a_folder_in_use_is_refused_until_it_is_left(folder: StateFolder) -> None:
    folder.open("kinvo", fresh=False)
    other = StateFolder(folder.path)
    with pytest.raises(StateRefused, match=r"in use by process \d+: stop that one"):
        other.open("kinvo", fresh=True)
    folder.close()
    other.open("kinvo", fresh=False)
    other.close()


def test_fresh_empties_the_folder(folder: StateFolder) -> None:
    folder.open("kinvo", fresh=False)
    secrets = folder.secrets()
    (folder.path / "aws" / "state").mkdir(parents=True)
    folder.close()
    folder.open("kinvo", fresh=True)
    assert not (folder.path / "aws").exists()
    assert folder.secrets() != secrets


def test_fresh_never_empties_a_folder_that_is_not_ours(folder: StateFolder) -> None:
    folder.path.mkdir()
    (folder.path / "thesis.txt").write_text("years of work")
    with pytest.raises(StateRefused, match="holds something else"):
        folder.open("kinvo", fresh=True)
    assert (folder.path / "thesis.txt").exists()


def test_stale_state_says_what_to_do(folder: StateFolder) -> None:
    folder.open("other", fresh=False)
    folder.close()
    with pytest.raises(StateRefused, match="start with FRESH=1"):
        folder.open("kinvo", fresh=False)
    folder.close()
    folder.open("kinvo", fresh=True)


@pytest.mark.parametrize("name", ["about.json", "secrets.json"])
def test_a_damaged_file_says_what_to_do_and_fresh_helps(folder: StateFolder, name: str) -> None:
    folder.open("kinvo", fresh=False)
    folder.secrets()
    folder.close()
    (folder.path / name).write_text("")
    with pytest.raises(StateRefused, match=rf"{name} is damaged: start with FRESH=1"):
        _use(folder, fresh=False)
    folder.close()
    _use(folder, fresh=True)


def test_a_folder_that_cannot_be_made_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StateRefused, match=r"cannot be used \(Not a directory\): choose another folder"):
        StateFolder(tmp_path / "file" / "state").open("kinvo", fresh=False)


def test_an_interrupted_fresh_start_may_be_tried_again(
    folder: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.open("kinvo", fresh=False)
    for name in ("aws", "s3"):
        (folder.path / name).mkdir()
    folder.close()
    with monkeypatch.context() as patched:
        patched.setattr("infra.local.state_folder.shutil.rmtree", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            folder.open("kinvo", fresh=True)
    folder.close()
    folder.open("kinvo", fresh=True)
    assert not (folder.path / "aws").exists()


def _use(folder: StateFolder, *, fresh: bool) -> None:
    folder.open("kinvo", fresh=fresh)
    folder.secrets()


def _interrupted(_: Path) -> None:
    raise KeyboardInterrupt
