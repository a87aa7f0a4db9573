"""The template that Chalice's own is merged with: every file of infra/template, joined for one stage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from chalice.package import YAMLTemplateSerializer

from infra.stages import ROOT, Stage

FILES = ROOT / "infra" / "template"
MACHINE = ROOT / "infra" / "workflows" / "deletion.asl.json"


class TemplateClash(Exception):
    """Two files say the same thing; the message says where."""


def join(stage: Stage) -> dict[str, Any]:
    """One template of all files meant for the stage, with the stage's values as parameter defaults.

    A file with `Metadata: {Stages: deployed}` is left out on a laptop.
    """
    joined: dict[str, Any] = {}
    for file in sorted(FILES.glob("*.yaml")):
        part = _read(file)
        if part.pop("Metadata", {}).get("Stages") != "deployed" or not stage.local:
            _merge(joined, part, file.name)
    for name, value in stage.parameters().items():
        joined["Parameters"][name]["Default"] = value
    machine = joined["Resources"]["DeletionMachine"]["Properties"]
    machine["DefinitionString"] = json.dumps(json.loads(MACHINE.read_text()), separators=(",", ":"))
    return joined


def _read(file: Path) -> dict[str, Any]:
    # Chalice's reader knows CloudFormation's short tags (!Ref, !Sub), which plain YAML readers refuse.
    loaded: dict[str, Any] = YAMLTemplateSerializer().load_template(file.read_text(), str(file))
    return loaded


def _merge(into: dict[str, Any], part: dict[str, Any], where: str) -> None:
    for key, value in part.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value, f"{where}: {key}")
        elif key in into:
            raise TemplateClash(f"{where}: another file defines {key} already.")
        else:
            into[key] = value
