"""Commands about people's requests, in a stage's environment.

`python -m infra.operate --stage STAGE requests ...` brings the environment. Exit codes: 0 all is right, 1 it
was refused or a mail is still to be sent, 2 the command is wrong.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, get_args

from chalicelib.policy.vocabulary import RightType
from infra.privacy import actor

if TYPE_CHECKING:
    from chalicelib.privacy.models import Request

Verb = Callable[..., Iterator[str]]


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m infra.operate --stage STAGE requests", description=__doc__)
    verbs = made.add_subparsers(dest="verb", required=True, metavar="VERB")
    verbs.add_parser("list", help="all that is open, the most urgent first")
    _add(verbs.add_parser("show", help="one request and what happened to it"))
    extending = verbs.add_parser("extend", help="take the longer time, before the first is over")
    denying = verbs.add_parser("deny", help="refuse it; the person reads why, and how to appeal")
    fulfilling = verbs.add_parser("fulfil", help="close what was done by hand")
    receiving = verbs.add_parser("receive", help="register what an account's holder wrote to us")
    child = verbs.add_parser("suspected-child", help="erase an account at once, without a grace")
    for one in (extending, denying, fulfilling):
        _add(one)
    for one in (receiving, child):
        one.add_argument("account_id", metavar="ACCOUNT")
    for one in (extending, denying):
        one.add_argument("--reason", required=True, help="what the person reads: no names")
    fulfilling.add_argument("--left-out", help="what could not be done, and why: the person reads it")
    receiving.add_argument("type", choices=get_args(RightType))
    for one in (extending, denying, fulfilling, receiving, child):
        one.add_argument("--by", required=True, type=actor, help="who does it: a short word, no name")
    return made


def _add(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("account_id", metavar="ACCOUNT")
    verb.add_argument("id", metavar="REQUEST")


def main(arguments: Sequence[str] | None = None) -> int:
    asked = vars(parser().parse_args(arguments))
    from chalicelib.core import guard
    from chalicelib.core.errors import ProviderError, Refusal
    from chalicelib.policy import fields

    guard.hooks.fields = fields.stored
    try:
        for line in _lines(**asked):
            sys.stdout.write(f"{line}\n")
    except Refusal as refusal:
        return _complain(refusal.detail)
    except ProviderError as error:
        return _complain(f"The person could not be told yet ({error.code}): give the same command again.")
    return 0


def _lines(verb: str, account_id: str = "", id: str = "", by: str = "", **more: Any) -> Iterator[str]:
    from chalicelib.privacy import desk, register, requests

    who = f"operator:{by}"
    if verb == "list":
        for request in desk.open_ones():
            yield _line(request)
        return
    if verb == "show":
        request = requests.find(account_id, id)
        yield _line(request)
        for event in register.events(id):
            yield f"  {event.at} {event.what}"
        return
    acts: dict[str, Callable[[], Request]] = {
        "extend": lambda: desk.extend(account_id, id, more["reason"], who),
        "deny": lambda: desk.deny(account_id, id, more["reason"], who),
        "fulfil": lambda: desk.fulfil(account_id, id, more["left_out"], who),
        "receive": lambda: desk.receive(account_id, more["type"], who),
        "suspected-child": lambda: desk.erase_child(account_id, who),
    }
    yield _line(acts[verb]())


def _line(request: Request) -> str:
    from chalicelib.core import clock
    from chalicelib.privacy import register

    overlays = [name for name in ("extended", "escalated") if getattr(request, f"{name}_at")]
    told = f"{request.id} of {request.account_id}: {request.type} is {request.state}"
    due = clock.render(register.ends_at(request))
    return f"{told}{''.join(f', {one}' for one in overlays)}; received {request.received_at}, due {due}"


def _complain(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
