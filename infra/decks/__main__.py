"""`python -m infra.decks compile FILE --out DECK`, and `python -m infra.decks sample`."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from chalicelib.money import decks

from . import compiled, sheet


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.decks", description="Rate decks.")
    commands = parser.add_subparsers(dest="command", required=True)
    compiling = commands.add_parser("compile", help="check a CSV and write the compiled deck")
    compiling.add_argument("file", type=Path)
    compiling.add_argument("--out", type=Path, required=True)
    compiling.add_argument("--currency", default="USD")
    compiling.add_argument("--on", type=date.fromisoformat, default=datetime.now(UTC).date())
    commands.add_parser("sample", help="make the sample deck again, from phonenumbers' metadata")
    asked = parser.parse_args()
    if asked.command == "sample":
        from . import sample  # reads all of phonenumbers' metadata

        sample.SHEET.write_text(sheet.write(sample.rates(), sample.EFFECTIVE_FROM), encoding="utf-8")
        return _compile(sample.SHEET, decks.shipped("sample"), sample.CURRENCY, sample.EFFECTIVE_FROM)
    return _compile(asked.file, asked.out, asked.currency, asked.on)


def _compile(file: Path, out: Path, currency: str, on: date) -> int:
    try:
        content = compiled.compile_deck(sheet.read(file, currency, on), currency)
        compiled.write(content, out)
    except sheet.BadDeck as error:
        print(f"{file} is refused, and nothing was changed:\n{error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    deck = decks.Deck(content)
    print(f"{out}: {deck.size} prefixes in {deck.currency}, version {deck.version}, {len(content)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
