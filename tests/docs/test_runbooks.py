"""The runbooks say what to do for every alarm, and the commands that they give exist."""

from __future__ import annotations

import argparse
import importlib
import re
import shlex
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from chalice.package import YAMLTemplateSerializer

from chalicelib.providers import stripe_events
from infra import money, operate
from infra.stages import ROOT

RUNBOOKS = sorted((ROOT / "docs" / "runbooks").glob("*.md"))
MODULE = re.compile(r"python -m ([\w.]+)(.*)")


class Parsed(Exception):
    """The command's arguments were understood; nothing was done."""


def sections() -> list[str]:
    return re.findall(r"(?m)^## (.+)$", "\n".join(book.read_text() for book in RUNBOOKS))


def alarms() -> list[str]:
    file = ROOT / "infra/template/alarms.yaml"
    template: dict[str, Any] = YAMLTemplateSerializer().load_template(file.read_text(), str(file))
    return [
        name for name, found in template["Resources"].items() if found["Type"] == "AWS::CloudWatch::Alarm"
    ]


def logged_alarms() -> set[str]:
    """Every word that the code gives an alarm in its log."""
    sources = [ROOT / "app.py", *(ROOT / "chalicelib").rglob("*.py")]
    return {word for file in sources for word in re.findall(r'"alarm": "([\w-]+)"', file.read_text())}


def commands() -> Iterator[tuple[str, list[str]]]:
    """Modules that the runbooks run, with their arguments."""
    for book in RUNBOOKS:
        for line in book.read_text().splitlines():
            if (found := MODULE.search(line)) and not line.lstrip().startswith("|"):
                arguments = found[2].partition("`")[0] if "`" in line else found[2]
                yield found[1], shlex.split(arguments)


@pytest.mark.parametrize("alarm", alarms())
def test_every_alarm_has_one_section(alarm: str) -> None:
    assert sections().count(alarm) == 1


def test_every_alarm_of_the_log_has_one_line() -> None:
    listed = re.findall(r"(?m)^\| `([\w-]+)` \|", (ROOT / "docs/runbooks/money.md").read_text())
    assert sorted(listed) == sorted(logged_alarms())
    assert len(listed) > 10


def test_stripes_endpoint_gets_every_event_that_is_understood() -> None:
    said = (ROOT / "docs/runbooks/deploy.md").read_text().partition("**Stripe**")[2].partition("- **")[0]
    events = re.findall(r"`([a-z_]+\.[a-z_.]+)`", said)
    assert sorted(events) == sorted(stripe_events.MEANINGS)


def test_the_commands_are_found() -> None:
    modules = {module for module, _ in commands()}
    assert {"infra.operate", "infra.deploy", "infra.package", "infra.money"} <= modules


@pytest.mark.parametrize(("module", "arguments"), list(commands()), ids=lambda part: str(part)[:60])
def test_every_command_is_understood(
    module: str, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    parse = argparse.ArgumentParser.parse_args

    def understand(self: argparse.ArgumentParser, given: Any = None, *rest: Any) -> Any:
        asked = parse(self, given, *rest)
        if module == "infra.operate":
            of, words = operate.command(asked.arguments)
            parse(importlib.import_module(of).parser(), words)
        raise Parsed

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", understand)
    monkeypatch.setattr(sys, "argv", [module, *arguments])
    package = (ROOT / module.replace(".", "/")).is_dir()
    found = importlib.import_module(f"{module}.__main__" if package else module)
    if "argparse" not in vars(found):
        assert arguments == [], "it takes none"
        return
    with pytest.raises(Parsed):
        found.main()


def test_a_command_that_is_wrong_would_be_seen() -> None:
    for wrong in (["chek"], ["explain"], ["thaw", "acc_1"]):
        with pytest.raises(SystemExit):
            money.parser().parse_args(wrong)
