"""Commands about people's data, in a stage's environment: holds, the audit chain, deletions after a restore.

`python -m infra.operate --stage STAGE holds|audit|replay-deletions ...` brings the environment. Exit codes:
0 all is right, 1 something is wrong or left to be done, 2 the command is wrong.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

ACTOR = re.compile(r"[a-z][a-z0-9-]{1,30}")


class NotRight(Exception):
    """Something is wrong or left to be done, in a sentence."""


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m infra.operate --stage STAGE", description=__doc__)
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    holding = commands.add_parser("holds", help="what may not be erased while a case is open")
    verbs = holding.add_subparsers(dest="verb", required=True)
    for verb in ("set", "narrow", "release", "list"):
        _add_hold_verb(verbs.add_parser(verb), verb)
    auditing = commands.add_parser("audit", help="who did what with an account's data")
    auditing.add_argument("account_id", metavar="ACCOUNT")
    replaying = commands.add_parser("replay-deletions", help="erase again who was erased, after a restore")
    replaying.add_argument("--since", required=True, type=_day, help="the day (UTC) of the restored state")
    replaying.add_argument("--by", required=True, type=actor, help="who does it: a short word, no name")
    return made


def _add_hold_verb(made: argparse.ArgumentParser, verb: str) -> None:
    made.add_argument("account_id", metavar="ACCOUNT")
    if verb == "set":
        made.add_argument("--case", required=True, dest="case_id", help="the case's reference, no name")
    if verb in ("narrow", "release"):
        made.add_argument("hold_id", metavar="HOLD")
    if verb in ("set", "narrow"):
        made.add_argument("--category", action="append", default=[], dest="categories")
    if verb != "list":
        made.add_argument("--by", required=True, type=actor, help="who does it: a short word, no name")


def main(arguments: Sequence[str] | None = None) -> int:
    asked = vars(parser().parse_args(arguments))
    from chalicelib.core.errors import Refusal

    acts: dict[str, Callable[..., Iterator[str]]] = {
        "holds": _holds,
        "audit": _audit,
        "replay-deletions": _replay,
    }
    act = acts[asked.pop("command")]
    try:
        for line in act(**asked):
            sys.stdout.write(f"{line}\n")
    except NotRight as wrong:
        return _complain(str(wrong))
    except Refusal as refusal:
        return _complain(refusal.detail)
    return 0


def _holds(verb: str, account_id: str, **asked: Any) -> Iterator[str]:
    from chalicelib.privacy import holds

    actor = f"operator:{asked.get('by')}"
    if verb == "set":
        hold = holds.place(account_id, asked["case_id"], asked["categories"], actor)
        yield f"{hold.id} holds {', '.join(hold.categories) or 'everything'} of {account_id}."
    if verb == "narrow":
        holds.narrow(account_id, asked["hold_id"], asked["categories"], actor)
        yield f"{asked['hold_id']} holds {', '.join(asked['categories'])} alone from now on."
    if verb == "release":
        holds.release(account_id, asked["hold_id"], actor)
        yield f"{asked['hold_id']} is released; a deletion that it kept goes on within a day."
    if verb == "list":
        for hold in holds.standing(account_id):
            covered = ", ".join(hold.categories) or "everything"
            yield f"{hold.id} since {hold.at} for the case {hold.case_id}: {covered}"


def _audit(account_id: str) -> Iterator[str]:
    from chalicelib.privacy import audit, certificates

    for entry in audit.entries(account_id):
        yield f"{entry.number} {entry.at} {entry.actor}: {entry.what} ({entry.about})"
    wrong = audit.check(account_id, *certificates.signed_heads(account_id))
    if wrong:
        raise NotRight(" ".join(wrong))
    yield "The chain is whole."


def _replay(since: datetime, by: str) -> Iterator[str]:
    from chalicelib.privacy import tombstones

    people, left = 0, 0
    for done in tombstones.replay(since, f"operator:{by}"):
        people += 1
        left += bool(done.left)
        told = ", ".join(f"{name} {count}" for name, count in done.erased.items()) or "nothing"
        yield f"{done.request_id}: erased {told}" + (f"; left {', '.join(done.left)}" if done.left else "")
    yield f"{people} deletions repeated."
    if left:
        raise NotRight(f"{left} are not done yet: run it again, and keep the service closed until then.")


def _day(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)


def actor(text: str) -> str:
    if not ACTOR.fullmatch(text):
        raise argparse.ArgumentTypeError("a short word of small letters, digits and hyphens")
    return text


def _complain(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
