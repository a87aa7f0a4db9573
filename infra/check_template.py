"""The template check: cfn-lint on the merged template of each stage."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from cfnlint import ManualArgs  # type: ignore[import-untyped]
from cfnlint.api import lint_file  # type: ignore[import-untyped]

from infra import package, stages

# What a laptop's runner gives, so that its template can be made without one.
LAPTOP = {
    "PUBLIC_URL": "http://127.0.0.1:8000",
    "MAIL_FROM": "hello@kinvo.example",
    "CONTROLLER": "Example Calls Ltd, 1 Example Street, Exampletown",
    "PRIVACY_MAIL": "privacy@kinvo.example",
    "HOUSE_NUMBER": "+15005550006",
}


def describe(stage_name: str, out: Path) -> Path:
    """The stage's merged template, without its code's dependencies."""
    stage = stages.load(stage_name, LAPTOP if stage_name == "local" else None)
    package.describe(stage, out)
    return out / "sam.json"


def lint(template: Path) -> list[str]:
    """What cfn-lint objects to, a line each."""
    return [str(match) for match in lint_file(template, config=ManualArgs(regions=["us-east-1"]))]


def main() -> None:
    objections = 0
    with TemporaryDirectory(prefix="vowline-templates-") as scratch:
        for name in stages.configuration()["stages"]:
            found = lint(describe(name, Path(scratch) / name))
            print(*(found or ["clean"]), sep="\n", end=f" (stage {name})\n")
            objections += len(found)
    sys.exit(1 if objections else 0)


if __name__ == "__main__":
    main()
