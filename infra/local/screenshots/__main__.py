"""`make screenshots`: each page of the client, on a desk and on a phone, in light and in dark."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from chalicelib.policy import profile
from infra.local import chromium
from infra.local.laptop import ROOT
from infra.local.screenshots import album, people
from infra.local.screenshots.camera import camera
from infra.local.screenshots.runner import StartFailed, started
from infra.local.screenshots.scenes import SCENES, Scene


def main() -> None:
    chosen = _arguments().parse_args()
    scenes = [scene for scene in SCENES if not chosen.only or scene.name in chosen.only]
    try:
        print(f"Starting a service of {chosen.profile} ...", flush=True)
        with started(chosen.profile, people.AGO) as origin:
            _photograph(origin, scenes, chosen.folder)
    except (StartFailed, chromium.MissingError) as refused:
        sys.exit(str(refused))


def _photograph(origin: str, scenes: Sequence[Scene], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    there = people.settle(origin, lambda line: print(line, flush=True))
    offered = there.stranger.offered()
    shown = [scene for scene in scenes if not scene.offer or scene.offer in offered]
    taken = {}
    with camera(folder) as here:
        for number, scene in enumerate(shown, 1):
            taken[scene.name] = here.take(scene, there)
            print(f"  {number:>2} of {len(shown)}  {scene.name}", flush=True)
    print(f"{sum(map(len, taken.values()))} pictures: open {album.write(folder, taken)}")


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.local.screenshots", description="Pictures of every page."
    )
    parser.add_argument("--profile", choices=profile.known(), default="kinvo")
    parser.add_argument("--folder", type=Path, default=ROOT / ".local" / "screenshots")
    parser.add_argument(
        "--only", nargs="+", choices=[scene.name for scene in SCENES], help="these pages alone"
    )
    return parser


if __name__ == "__main__":
    main()
