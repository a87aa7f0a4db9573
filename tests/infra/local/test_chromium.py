"""The browser of the tests is found or installed, and never missed in silence."""

from __future__ import annotations

import pytest

from infra.local import chromium

PLAYWRIGHTS = "/somewhere/chrome"


class Imagined(chromium.Machine):
    """A machine with such programs; `installs` is what each installer would bring."""

    def __init__(self, *programs: str, is_root: bool = False, installs: dict[str, str] | None = None) -> None:
        self.programs = set(programs)
        self.is_root = is_root
        self.installs = installs or {}

    def which(self, name: str) -> str | None:
        return f"/usr/bin/{name}" if name in self.programs else None

    def run(self, *command: str) -> str | None:
        if "-c" in command:
            return PLAYWRIGHTS
        if command[-1] == "--version":
            return "Chromium 1" if command[0] in self.programs else None
        if "install" in command:
            installer = "playwright" if "playwright" in command else command[0]
            self.programs.add(self.installs.get(installer, ""))
        return ""


@pytest.mark.parametrize(
    ("machine", "path"),
    [
        (Imagined("google-chrome", PLAYWRIGHTS), "/usr/bin/google-chrome"),
        (Imagined(PLAYWRIGHTS), PLAYWRIGHTS),
        (Imagined(installs={"playwright": PLAYWRIGHTS}), PLAYWRIGHTS),
        (Imagined(is_root=True, installs={"apt-get": "chromium"}), "/usr/bin/chromium"),
    ],
)
def test_an_installed_browser_is_taken_else_playwrights_else_the_systems_package(
    machine: Imagined, path: str
) -> None:
    assert chromium.find_on(machine) == path


@pytest.mark.parametrize("machine", [Imagined(installs={"apt-get": "chromium"}), Imagined(is_root=True)])
def test_a_machine_without_any_says_what_to_do(machine: Imagined) -> None:
    with pytest.raises(chromium.MissingError, match="apt-get install chromium"):
        chromium.find_on(machine)


def test_the_shell_alone_is_enough_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "find", lambda: PLAYWRIGHTS)
    assert chromium.find_shell(Imagined("chromium", chromium.SHELL)) == f"/usr/bin/{chromium.SHELL}"
    assert chromium.find_shell(Imagined("chromium")) == PLAYWRIGHTS
