"""`python -m chalicelib.money`: an operator's commands, against the stage that the environment names.

Exit codes: 0 all is right, 1 something is left to be done, 2 the command or its settings are wrong.
`python -m infra.operate --stage STAGE` brings the environment.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from chalicelib.core.errors import ProviderError, Refusal
from chalicelib.core.settings import SettingsError


def parser() -> argparse.ArgumentParser:
    """The commands; each is a function of `operations` with the arguments of its name."""
    made = argparse.ArgumentParser(prog="python -m chalicelib.money", description="Money, for operators.")
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("reconcile", help="book what Stripe has on record and no webhook brought")
    commands.add_parser("check", help="recompute the books of every account")
    explain = commands.add_parser("explain", help="show an account's entries, holds and errands")
    refund = commands.add_parser("refund", help="give an account's unused credit back")
    thaw = commands.add_parser("thaw", help="let an account spend again that a dispute froze")
    for command in (explain, refund, thaw):
        command.add_argument("account_id", metavar="ACCOUNT")
    thaw.add_argument("dispute_id", metavar="DISPUTE")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what it says goes to the standard output, what is wrong to the standard error."""
    asked = vars(parser().parse_args(arguments))
    command = asked.pop("command")
    try:
        from chalicelib.core import guard
        from chalicelib.money import operations
        from chalicelib.policy import fields

        guard.hooks.fields = fields.stored
    except SettingsError as error:
        return _complain(str(error), 2)
    try:
        for line in getattr(operations, command)(**asked):
            sys.stdout.write(f"{line}\n")
    except operations.NotRight as wrong:
        return _complain(str(wrong), 1)
    except Refusal as refusal:
        return _complain(refusal.detail, 1)
    except ProviderError as error:
        return _complain(f"{error.provider} did not do it ({error.code}); nothing was lost, try again.", 1)
    return 0


def _complain(sentence: str, code: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
