"""`policy announce`, `policy activate` and `policy status` of `python -m infra.operate`: a changed policy.

Exit codes are those of `infra.command`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from infra.command import Lines, WrongCommand, run
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
    return run(parser(), _act, arguments)


def _act(command: str) -> Lines:
    try:
        compiled.refresh()
        from infra.policy import operations

        yield from operations.COMMANDS[command]()
    except Refused as wrong:
        raise WrongCommand(str(wrong)) from None


if __name__ == "__main__":
    sys.exit(main())
