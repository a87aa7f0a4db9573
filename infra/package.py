"""Packages: a folder with `sam.json` and `deployment.zip`, ready to deploy.

`python -m infra.package --stage kinvo --out build/kinvo` makes a release for Lambda on arm64; `package_local`
makes the laptop's in two seconds, without dependencies.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from chalicelib.money import decks
from chalicelib.policy import profile
from infra import archive, dependencies, stages, templates, trim
from infra.policy import compiled
from infra.policy.faults import Refused
from infra.stages import ROOT, Stage

KNOWN_AT_DEPLOYMENT = {
    "PUBLIC_URL": "https://unknown.example",
    "MAIL_FROM": "unknown@unknown.example",
    "CONTROLLER": "Unknown, unknown address",
    "PRIVACY_MAIL": "unknown@unknown.example",
    "HOUSE_NUMBER": "+10000000000",
    "DELETION_MACHINE_ARN": "arn:unknown",
    "EXPORTS_BUCKET": "unknown",
}
"""Only there so that app.py can be imported; the template puts parameters in their place."""


PYTHONS = ("3.11", "3.12", "3.13")


class PackageError(Exception):
    """The package can't be made; the message says why and what to do."""


def package_local(stage_environment: dict[str, str], out: Path) -> Path:
    """The laptop's package, without dependencies: PYTHONPATH in `stage_environment` names their folder.

    Skipped when nothing has changed since it was made. Returns `out`.
    """
    compiled.refresh()
    stage = stages.load("local", stage_environment)
    fingerprint = _fingerprint(stage)
    mark = out / "fingerprint"
    if mark.is_file() and mark.read_text() == fingerprint:
        return out
    shutil.rmtree(out, ignore_errors=True)
    describe(stage, out)
    mark.write_text(fingerprint)
    return out


def package_release(stage: Stage, out: Path) -> None:
    """A release for Lambda on arm64, in `out`; raises PackageError, or TooLarge after printing the sizes."""
    _refuse_what_cannot_run(stage)
    compiled.refresh()
    shutil.rmtree(out, ignore_errors=True)
    describe(stage, out)
    offers = profile.load(stage.environment["PROFILE"]).offers
    bundle(out / "deployment.zip", dependencies.tree(dependencies.ARM64), trim.left_out(offers))
    print(archive.table(out / "deployment.zip"))
    archive.check(out / "deployment.zip", trim.allowance_bytes(offers))


def bundle(zip_file: Path, tree: Path, without: Collection[str] = ()) -> None:
    """Replace Chalice's zip by one with the same code, compiled, and the dependencies of `tree`.

    `without` are patterns of dependencies that this stage has no use for.
    """
    with TemporaryDirectory(prefix="vowline-code-") as scratch:
        code = Path(scratch)
        shutil.unpack_archive(zip_file, code)
        dependencies.compile_tree(code)
        archive.write(zip_file, [code, tree], without)


def describe(stage: Stage, out: Path) -> None:
    """Write `out/sam.json`, and `out/deployment.zip` with our own code and Chalice's runtime only."""
    with TemporaryDirectory(prefix="vowline-package-") as scratch:
        shadow = Path(scratch) / "project"
        _copy_project(stage, shadow)
        merge = Path(scratch) / "merge.json"
        merge.write_text(json.dumps(templates.join(stage)))
        options = ["package", "--stage", stage.name, "--merge-template", str(merge), str(out.absolute())]
        done = subprocess.run(
            [sys.executable, "-c", "import sys; from chalice.cli import main; sys.exit(main())", *options],
            cwd=shadow,
            # Nothing of the caller's own stage or account: what counts is in the configuration.
            env={"PATH": os.environ["PATH"], "HOME": scratch, "AWS_DEFAULT_REGION": "us-east-1"},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise PackageError(f"Chalice could not package stage {stage.name}:\n{done.stdout}{done.stderr}")


def sources() -> Iterator[Path]:
    """Every file of ours that runs in Lambda, in a fixed order; of policies only what was compiled."""
    yield ROOT / "app.py"
    for file in sorted((ROOT / "chalicelib").rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts and file.suffix != ".toml":
            yield file


def _refuse_what_cannot_run(stage: Stage) -> None:
    if dependencies.PYTHON not in PYTHONS:
        raise PackageError(
            f"This is Python {dependencies.PYTHON}, and Lambda gets the Python that packages: use one of "
            f"{', '.join(PYTHONS)}."
        )
    if stage.local:
        raise PackageError("Stage local is the laptop's; `make run` packages it.")
    if stage.live and stage.environment["RATE_DECK"] == "sample":
        raise PackageError(
            f"Stage {stage.name} would sell at the sample deck's invented prices: compile your own rate deck "
            "and name it as RATE_DECK in .chalice/config.json."
        )


def _copy_project(stage: Stage, shadow: Path) -> None:
    """The project as Chalice wants it: no requirements, and only this stage's environment."""
    for file in sources():
        copy = shadow / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    shutil.copytree(ROOT / ".chalice", shadow / ".chalice", ignore=shutil.ignore_patterns("deploy*", "venv"))
    (shadow / "requirements.txt").touch()
    config: dict[str, Any] = stages.configuration()
    config["environment_variables"] = {}
    config["stages"][stage.name]["environment_variables"] = KNOWN_AT_DEPLOYMENT | dict(stage.environment)
    (shadow / ".chalice" / "config.json").write_text(json.dumps(config))


def _fingerprint(stage: Stage) -> str:
    digest = hashlib.sha256(json.dumps([sys.version, dict(stage.environment)], sort_keys=True).encode())
    described = [*(ROOT / ".chalice").glob("*.json"), *templates.FILES.glob("*.yaml"), templates.MACHINE]
    for file in [*sources(), *sorted(described), *sorted((ROOT / "infra").glob("*.py"))]:
        digest.update(f"{file.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def main() -> None:
    arguments = argparse.ArgumentParser(
        prog="python -m infra.package", description="Make a release for Lambda."
    )
    arguments.add_argument("--stage", default="kinvo", help="a stage of .chalice/config.json")
    arguments.add_argument("--out", type=Path, help="where to; build/STAGE if not given")
    chosen = arguments.parse_args()
    out = chosen.out or ROOT / "build" / chosen.stage
    try:
        stage = stages.load(chosen.stage)
        package_release(stage, out)
    except (
        PackageError,
        dependencies.InstallFailed,
        archive.TooLarge,
        stages.UnknownStage,
        Refused,
    ) as error:
        sys.exit(str(error))
    print(f"{out}/sam.json and deployment.zip are ready for stage {stage.name}.")
    deck = stage.environment["RATE_DECK"]
    if not decks.shipped(deck).is_file():
        print(f"The rate deck {deck} is not compiled yet: the stage will not start without it.")


if __name__ == "__main__":
    main()
