"""`policy announce`, `policy activate` and `policy status` of `python -m infra.operate`: a changed policy.

Exit codes: 0 it is done, 1 it can't be done yet, 2 the command, a policy or a setting is wrong.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from chalicelib.core.errors import Refusal
from chalicelib.core.settings import SettingsError
from infra.policy import compiled
from infra.policy.faults import Refused


def parser() -> argparse.ArgumentParser:
    """The commands; each is a function of `operations`."""
    made = argparse.ArgumentParser(prog="policy", description="A changed policy.")
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("announce", help="post the new policy and write to all whom it concerns, or go on")
    commands.add_parser("activate", help="let it hold, when people have had the notice that was promised")
    commands.add_parser("status", help="what holds, what is announced, and from when it may hold")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what it says goes to the standard output, what is wrong to the standard error."""
    asked = parser().parse_args(arguments)
    try:
        compiled.refresh()
        from infra.policy import operations
    except (SettingsError, Refused) as wrong:
        return _complain(str(wrong), 2)
    try:
        for line in operations.COMMANDS[asked.command]():
            sys.stdout.write(f"{line}\n")
    except operations.NOT_YET as not_yet:
        return _complain(str(not_yet), 1)
    except Refusal as refusal:
        return _complain(refusal.detail, 1)
    except Refused as wrong:
        return _complain(str(wrong), 2)
    return 0


def _complain(sentence: str, code: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
