"""Commands about people's data, in a stage's environment: holds, the audit chain, mail that came back, and
deletions after a restore.

`python -m infra.operate --stage STAGE holds|audit|mail-again|replay-deletions ...` brings the environment.
Exit codes are those of `infra.command`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from chalicelib.core.errors import NotRight
from infra.command import Lines, ask_who, run

HOLD_VERBS = ("set", "narrow", "release", "list")


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m infra.operate --stage STAGE", description=__doc__)
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    holding = commands.add_parser("holds", help="what may not be erased while a case is open")
    verbs = holding.add_subparsers(dest="verb", required=True)
    for verb in HOLD_VERBS:
        _add_hold_verb(verbs.add_parser(verb), verb)
    auditing = commands.add_parser("audit", help="who did what with an account's data")
    auditing.add_argument("account_id", metavar="ACCOUNT")
    writing = commands.add_parser("mail-again", help="write to an address again that sent mail back")
    writing.add_argument("account_id", metavar="ACCOUNT")
    ask_who(writing)
    replaying = commands.add_parser("replay-deletions", help="erase again who was erased, after a restore")
    replaying.add_argument("--since", required=True, type=_day, help="the day (UTC) of the restored state")
    ask_who(replaying)
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
        ask_who(made)


def main(arguments: Sequence[str] | None = None) -> int:
    return run(parser(), _act, arguments)


def _act(command: str, **asked: Any) -> Lines:
    acts: dict[str, Callable[..., Lines]] = {
        "audit": _audit,
        "holds": _holds,
        "mail-again": _write_again,
        "replay-deletions": _replay,
    }
    yield from acts[command](**asked)


def _holds(verb: str, account_id: str, **asked: Any) -> Lines:
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


def _audit(account_id: str) -> Lines:
    from chalicelib.privacy import audit, certificates

    for entry in audit.entries(account_id):
        yield f"{entry.number} {entry.at} {entry.actor}: {entry.what} ({entry.about})"
    wrong = audit.check(account_id, *certificates.signed_heads(account_id))
    if wrong:
        raise NotRight(" ".join(wrong))
    yield "The chain is whole."


def _write_again(account_id: str, by: str) -> Lines:
    from chalicelib.privacy import mail_returns

    kinds = mail_returns.write_again(account_id, f"operator:{by}")
    if not kinds:
        raise NotRight(f"Nothing keeps mail away from the address of {account_id}.")
    yield f"The address of {account_id} gets mail again; what kept it away: {', '.join(sorted(kinds))}."


def _replay(since: datetime, by: str) -> Lines:
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


if __name__ == "__main__":
    sys.exit(main())
