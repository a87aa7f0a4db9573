"""The build of the browser client: made once, by whoever is first, and again only when its sources change."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from infra import client


@pytest.fixture
def web(tmp_path: Path) -> Path:
    web = tmp_path / "web"
    (web / "src").mkdir(parents=True)
    for name in ("src/main.ts", "index.html", "package.json", "package-lock.json", "vite.config.ts"):
        (web / name).write_text(name)
    return web


@pytest.fixture
def runs(web: Path) -> Any:
    """The commands that would have run; a build leaves its page."""
    commands: list[str] = []

    def run(command: list[str], folder: Path) -> str:
        commands.append(Path(command[0]).name)
        if command[0].endswith("vite"):
            (folder / "dist").mkdir(exist_ok=True)
            (folder / "dist/index.html").write_text("built")
        return ""

    with mock.patch.object(client, "_run", run):
        yield commands


def test_it_is_built_once_and_again_when_a_source_changes(web: Path, runs: list[str]) -> None:
    client.build(web)
    client.build(web)
    assert runs == ["npm", "vite"]
    (web / "src/main.ts").write_text("changed")
    client.build(web)
    assert runs == ["npm", "vite", "vite"]
    (web / "package-lock.json").write_text("changed")
    client.build(web)
    assert runs == ["npm", "vite", "vite", "npm", "vite"]


def test_of_many_at_once_one_builds(web: Path, runs: list[str]) -> None:
    threads = [threading.Thread(target=client.build, args=(web,)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert runs == ["npm", "vite"]


def test_a_tool_that_fails_says_why(web: Path) -> None:
    with pytest.raises(client.BuildFailed, match="sh failed"):
        client._run(["/bin/sh", "-c", "exit 3"], web)


def test_packages_are_pinned_and_the_lock_names_no_host() -> None:
    package = json.loads((client.WEB / "package.json").read_text())
    wanted = {**package["dependencies"], **package["devDependencies"]}
    assert wanted
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    lock = (client.WEB / "package-lock.json").read_text()
    assert "://" not in lock
    assert '"resolved"' not in lock
    locked = json.loads(lock)["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
