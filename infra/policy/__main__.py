"""`python -m infra.policy`: the policies checked, compiled, compared and explained."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from chalicelib.core.settings import SettingsError
from chalicelib.policy import profile
from chalicelib.policy.profile import Profile
from infra.policy import compiled, diff, explain, records
from infra.policy.drift.code import Code
from infra.policy.faults import Refused


def main() -> int:
    asked = _parser().parse_args()
    try:
        match asked.command:
            case "validate":
                _validate()
            case "compile":
                compiled.refresh()
            case "explain":
                policy = compiled.load(asked.profile)
                print("\n".join(explain.explain(policy.profile, policy.version)))
            case "notice":
                print(_notice(asked.profile))
            case "diff":
                _diff(_either(asked.old), _either(asked.new))
            case "proofs":
                _proofs()
            case "records":
                print("\n".join(records.activities(compiled.load(asked.profile).profile)))
            case "agreements":
                print("\n".join(records.agreements(compiled.load(asked.profile).profile)))
    except (Refused, SettingsError) as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.policy", description="Policies.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("validate", help="read every policy and tell what is wrong")
    commands.add_parser("compile", help="make what the service obeys, unless it is up to date")
    explaining = commands.add_parser("explain", help="the deletion's arithmetic, deadlines, open points")
    explaining.add_argument("profile", help="such as kinvo")
    noticing = commands.add_parser("notice", help="the notice that people read, as a page")
    noticing.add_argument("profile", help="such as kinvo")
    comparing = commands.add_parser("diff", help="what changed, whether it is material, and for whom")
    comparing.add_argument("old", help="a profile, or a compiled policy's file")
    comparing.add_argument("new", help="a profile, or a compiled policy's file")
    commands.add_parser("proofs", help="every promise, its rules, its tests and their last results")
    for command, what in (
        ("records", "the records of processing activities"),
        ("agreements", "the register of processing agreements"),
    ):
        commands.add_parser(command, help=what).add_argument("profile", help="such as kinvo")
    return parser


def _validate() -> None:
    told: dict[str, None] = {}  # a fault of the inventory is every policy's, and told once
    for file in sorted(compiled.PROFILES.glob("*.toml")):
        try:
            policy = compiled.load(file.stem)
        except Refused as refused:
            told |= dict.fromkeys(refused.told)
        else:
            print(f"{file.stem}: sound; version {policy.version}")
    facts, code = compiled.facts(), Code.read(compiled.ROOT)
    for line in compiled.unheld(facts, code):
        print(line)
    try:
        compiled.refuse_drift(facts, code)
    except Refused as refused:
        told |= dict.fromkeys(refused.told)
    if told:
        raise Refused(told)


def _diff(old: Profile, new: Profile) -> None:
    found = diff.changes(old, new)
    print("\n".join(map(str, found)) or "Nothing changed.")
    material = [change for change in found if change.material]
    if material:
        notice = old.settings.change_notice
        print(
            f"\n{len(material)} of {len(found)} changes are material: people are told {notice.lead} ahead,"
            f" by {notice.mode} of {', '.join(notice.channels)}."
        )


def _either(name: str) -> Profile:
    """A profile of this project as its sources say it is now, or one that was compiled earlier."""
    if name.endswith(".json"):
        return profile.read(Path(name).read_bytes())
    return compiled.load(name).profile


def _notice(id: str) -> str:
    from chalicelib.privacy import notice_page  # the templates' engine, which nothing else here needs

    return notice_page.render(profile.read(compiled.load(id).content))


def _proofs() -> None:
    from infra.policy import proofs  # it reads the tests' own list

    for id in sorted(file.stem for file in compiled.PROFILES.glob("*.toml")):
        print("\n".join(proofs.report(compiled.load(id).sources.profile)), end="\n\n")


if __name__ == "__main__":
    sys.exit(main())
