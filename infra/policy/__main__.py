"""`python -m infra.policy`: the policies checked, compiled, compared and explained."""

from __future__ import annotations

import argparse
import sys

from infra.policy import compiled
from infra.policy.faults import Refused


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.policy", description="Policies.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("validate", help="read every policy and tell what is wrong")
    commands.add_parser("compile", help="make what the service obeys, unless it is up to date")
    asked = parser.parse_args()
    try:
        if asked.command == "compile":
            compiled.refresh()
        else:
            _validate()
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


def _validate() -> None:
    told = []
    for file in sorted(compiled.PROFILES.glob("*.toml")):
        try:
            policy = compiled.load(file.stem)
        except Refused as refused:
            told += refused.told
        else:
            print(f"{file.stem}: sound; version {policy.version}")
    if told:
        raise Refused(told)


if __name__ == "__main__":
    sys.exit(main())
