"""`mailing NAME --subject SUBJECT FILE` of `python -m infra.operate`: news to everybody who asked for them.

FILE holds the text, its paragraphs parted by empty lines. Sent again under the same name, it goes on where it
was left. Exit codes are those of `infra.command`.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from infra import command
from infra.command import Lines, WrongCommand

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="mailing", description="News to everybody who asked for them.")
    made.add_argument("name", metavar="NAME", help="lower case letters, digits and hyphens")
    made.add_argument("--subject", required=True, help="one line")
    made.add_argument("file", metavar="FILE", type=Path, help="the text")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    return command.run(parser(), _send, arguments)


def _send(name: str, subject: str, file: Path) -> Lines:
    """Send one mailing; what it came to."""
    from chalicelib.privacy import mailings

    if not NAME.fullmatch(name) or "\n" in subject:
        raise WrongCommand("A name has lower case letters, digits and hyphens, and a subject one line.")
    try:
        text = file.read_text()
    except OSError as wrong:
        raise WrongCommand(str(wrong)) from None
    for outcome, count in sorted(mailings.send(name, subject, text).items()):
        yield f"{count} {outcome}"


if __name__ == "__main__":
    sys.exit(main())
