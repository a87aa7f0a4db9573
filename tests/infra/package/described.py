"""Merged templates as the tests read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from infra import check_template

# The other policies' stages differ from Kinvo's by parameters alone: see tests/infra/test_stages.py.
STAGES = ("local", "kinvo-dev", "kinvo")
DEPLOYED = tuple(stage for stage in STAGES if stage != "local")


class Templates:
    """The merged template of each stage, made at first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def file(self, stage: str) -> Path:
        file = self._folder / stage / "sam.json"
        return file if file.exists() else check_template.describe(stage, file.parent)

    def read(self, stage: str) -> dict[str, Any]:
        template: dict[str, Any] = json.loads(self.file(stage).read_text())
        return template


def resources(template: dict[str, Any], kind: str) -> dict[str, Any]:
    """The properties of every resource of a kind, by logical id."""
    return {
        name: resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }
