"""Planted faults: read as data, planted one by one, and what the compiler told of each."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.policy.compiled import File, Policy, build, refuse_drift, refuse_without_doors, unheld
from infra.policy.drift.code import Code
from infra.policy.faults import Refused

HERE = Path(__file__).parent
PROFILE = HERE / "profile.toml"
INVENTORY = HERE / "inventory.toml"
DOORS = {"calling"}
DRIFTS = tomllib.loads((HERE / "drifts.toml").read_text())


@dataclass(frozen=True)
class Planted:
    """One fault. `more` allows others to be told beside it; `code` takes the doors away instead of words.

    A drift has the `service` whose code and inventory differ.
    """

    name: str
    inventory: str
    profile: str
    told: str
    more: bool
    code: bool
    service: str | None = None


def planted() -> list[Planted]:
    """Every fault of the data, each in a copy of the sound policy."""
    faults = tomllib.loads((HERE / "faults.toml").read_text())["fault"]
    return [*map(_plant, faults), *map(_drift, DRIFTS["drift"])]


def sound() -> Policy:
    """The policy without a fault."""
    return build(File("inventory.toml", INVENTORY.read_text()), File("profile.toml", PROFILE.read_text()))


def refusal(fault: Planted) -> list[str]:
    """What the compiler tells of it; nothing where it sees nothing."""
    try:
        made = build(File("inventory.toml", fault.inventory), File("profile.toml", fault.profile))
        refuse_without_doors(made.sources.inventory, set() if fault.code else DOORS)
        code = Code.parse({"service.py": fault.service or DRIFTS["sound"]})
        file = File("inventory.toml", fault.inventory)
        said = unheld(made.sources.inventory, code, file)
        refuse_drift(made.sources.inventory, code, file)
    except Refused as refused:
        return refused.told
    return said


def seen(fault: Planted, told: list[str]) -> bool:
    """Whether the right sentence was told, with its file and line, and no other unless that is allowed."""
    right = [line for line in told if fault.told in line and re.match(r"[\w/]+\.(toml|py), line \d", line)]
    return bool(right) and (fault.more or len(told) == 1)


def _plant(fault: dict[str, Any]) -> Planted:
    texts = {"profile": PROFILE.read_text(), "inventory": INVENTORY.read_text()}
    place = fault.get("in", "profile")
    for change in [fault, *([fault["also"]] if "also" in fault else [])]:
        if place != "code":
            texts[place] = _replaced(texts[place], change, fault["name"])
    return Planted(
        fault["name"],
        texts["inventory"],
        texts["profile"],
        fault["told"],
        fault.get("more", False),
        place == "code",
    )


def _drift(fault: dict[str, Any]) -> Planted:
    texts = {"code": DRIFTS["sound"], "inventory": INVENTORY.read_text()}
    place = fault.get("in", "code")
    texts[place] = _replaced(texts[place], fault, fault["name"])
    more = fault.get("more", False)
    told = (texts["inventory"], PROFILE.read_text(), fault["told"], more, False, texts["code"])
    return Planted(fault["name"], *told)


def _replaced(text: str, change: dict[str, str], name: str) -> str:
    head, mark, tail = text.partition(change["after"]) if "after" in change else ("", "", text)
    if change["old"] not in tail:
        raise LookupError(f"{name}: there is no {change['old']!r} to plant it in.")
    return head + mark + tail.replace(change["old"], change["new"], 1)
