"""Commands about money, in a stage's environment: its books, Stripe's records, an account's credit.

`python -m infra.operate --stage STAGE reconcile|check|explain|refund|thaw|adjust ...` brings the environment.
Exit codes are those of `infra.command`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from infra import command
from infra.command import Lines


def parser() -> argparse.ArgumentParser:
    """The commands; each is a function of `operations` with the arguments of its name."""
    made = argparse.ArgumentParser(prog="python -m infra.operate --stage STAGE", description=__doc__)
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("reconcile", help="book what Stripe has on record and no webhook brought")
    commands.add_parser("check", help="recompute the books of every account")
    explain = commands.add_parser("explain", help="show an account's entries, holds and errands")
    refund = commands.add_parser("refund", help="give an account's unused credit back")
    thaw = commands.add_parser("thaw", help="let an account spend again that a dispute froze")
    adjust = commands.add_parser("adjust", help="book what came or went beside Stripe and the calls")
    for one in (explain, refund, thaw, adjust):
        one.add_argument("account_id", metavar="ACCOUNT")
    thaw.add_argument("dispute_id", metavar="DISPUTE")
    adjust.add_argument("amount", metavar="AMOUNT", help="such as 12.50, or -12.50 for what was paid out")
    adjust.add_argument("cause", metavar="CAUSE", help="what it is for, by a number of yours; no person")
    adjust.add_argument("day", metavar="DAY", help="when that was, such as 2026-11-22; part of the cause")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    return command.run(parser(), _act, arguments)


def _act(command: str, **asked: Any) -> Lines:
    from chalicelib.money import operations

    yield from getattr(operations, command)(**asked)


if __name__ == "__main__":
    sys.exit(main())
