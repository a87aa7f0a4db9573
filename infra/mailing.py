"""`mailing NAME --subject SUBJECT FILE` of `python -m infra.operate`: news to everybody who asked for them.

FILE holds the text, its paragraphs parted by empty lines. Sent again under the same name, it goes on where it
was left. Exit codes: 0 it is sent, 1 it can't be sent right now, 2 the command or a setting is wrong.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from chalicelib.core.errors import Refusal
from chalicelib.core.settings import SettingsError

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="mailing", description="News to everybody who asked for them.")
    made.add_argument("name", metavar="NAME", help="lower case letters, digits and hyphens")
    made.add_argument("--subject", required=True, help="one line")
    made.add_argument("file", metavar="FILE", type=Path, help="the text")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Send one mailing; what it came to goes to the standard output, what is wrong to the standard error."""
    asked = parser().parse_args(arguments)
    if not NAME.fullmatch(asked.name) or "\n" in asked.subject:
        return _complain("A name has lower case letters, digits and hyphens, and a subject one line.", 2)
    try:
        text = asked.file.read_text()
        from chalicelib.policy import permissions
        from chalicelib.privacy import choices, mailings
    except (OSError, SettingsError) as wrong:
        return _complain(str(wrong), 2)
    permissions.hooks.standing = choices.standing
    try:
        counts = mailings.send(asked.name, asked.subject, text)
    except mailings.NotSent as not_sent:
        return _complain(str(not_sent), 1)
    except Refusal as refusal:
        return _complain(refusal.detail, 1)
    sys.stdout.write("".join(f"{count} {outcome}\n" for outcome, count in sorted(counts.items())))
    return 0


def _complain(sentence: str, code: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
