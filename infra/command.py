"""The frame of an operator's commands: the service joined as in its functions, sentences, exit codes.

0 all is right; 1 something was refused, is wrong or is left to be done; 2 the command, a policy or a setting
is wrong.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Sequence

from chalicelib.core.errors import NotRight, ProviderError, Refusal
from chalicelib.core.settings import SettingsError

Lines = Iterator[str]
ACTOR = re.compile(r"[a-z][a-z0-9-]{1,30}")


class WrongCommand(Exception):
    """What was asked makes no sense, in a sentence; nothing was done."""


def run(parser: argparse.ArgumentParser, act: Callable[..., Lines], arguments: Sequence[str] | None) -> int:
    """Give `act` the arguments by their names, and say what it says; the exit code.

    Its lines go to the standard output, what is wrong to the standard error. `act` imports the rooms, since
    they need a stage's environment.
    """
    asked = vars(parser.parse_args(arguments))
    try:
        from chalicelib import wiring

        wiring.connect()
        for line in act(**asked):
            sys.stdout.write(f"{line}\n")
    except (WrongCommand, SettingsError) as wrong:
        return _complain(str(wrong), 2)
    except NotRight as not_right:
        return _complain(str(not_right), 1)
    except Refusal as refusal:
        return _complain(refusal.detail, 1)
    except ProviderError as error:
        return _complain(f"{error.provider} did not do it ({error.code}); nothing was lost, try again.", 1)
    return 0


def ask_who(parser: argparse.ArgumentParser) -> None:
    """Add --by: who is to stand in the audit chain."""
    parser.add_argument("--by", required=True, type=_actor, help="who does it: a short word, no name")


def _actor(text: str) -> str:
    if not ACTOR.fullmatch(text):
        raise argparse.ArgumentTypeError("a short word of small letters, digits and hyphens")
    return text


def _complain(sentence: str, code: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return code
