"""Commands about people's requests, in a stage's environment.

`python -m infra.operate --stage STAGE requests ...` brings the environment. Exit codes are those of
`infra.command`: a mail that is still to be sent is left to be done, too.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, get_args

from chalicelib.core.errors import NotRight, ProviderError
from chalicelib.policy.vocabulary import RightType
from infra.command import Lines, ask_who, run

if TYPE_CHECKING:
    from chalicelib.privacy.models import Request


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
        ask_who(one)
    return made


def _add(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("account_id", metavar="ACCOUNT")
    verb.add_argument("id", metavar="REQUEST")


def main(arguments: Sequence[str] | None = None) -> int:
    return run(parser(), _act, arguments)


def _act(**asked: Any) -> Lines:
    try:
        yield from _lines(**asked)
    except ProviderError as error:
        told = f"The person could not be told yet ({error.code}): give the same command again."
        raise NotRight(told) from None


def _lines(verb: str, account_id: str = "", id: str = "", by: str = "", **more: Any) -> Lines:
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


if __name__ == "__main__":
    sys.exit(main())
