"""`python -m infra.decks compile SHEET... --laptop`, `--stage NAME` or `--out DECK`; and `sample`."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from chalicelib.money import decks
from infra import stages
from infra.local.state_folder import ABOUT

from . import compiled, sheet
from .layouts import STEPS, Terms, map_columns
from .offers import BadDeck, Row, arrange, changes


def main() -> int:
    asked = _parser().parse_args()
    if asked.command == "sample":
        from . import sample  # reads all of phonenumbers' metadata

        sample.SHEET.write_text(sheet.write(sample.rates(), sample.EFFECTIVE_FROM), encoding="utf-8")
        terms = Terms(currency=sample.CURRENCY)
        return _compile([sample.SHEET], decks.shipped("sample"), terms, None, sample.EFFECTIVE_FROM)
    increments = dict(zip(STEPS, asked.increments, strict=True)) if asked.increments else {}
    values = {"effective_from": str(asked.effective_from), **increments}
    terms = Terms(asked.currency, asked.markup_percent, values=values)
    return _compile(asked.sheets, asked.out or _place(asked.stage), terms, asked.columns, asked.on)


def _place(stage: str | None) -> Path:
    """Where a stage's package has its deck; without a stage, where the laptop's service looks for one."""
    if stage:
        return decks.shipped(stages.load(stage).environment["RATE_DECK"])
    from infra.local.laptop import laptop  # the whole local service, which a package does without

    folder = laptop(os.environ).deck.parent
    if not (folder / ABOUT).exists():
        sys.exit(f"There is no service in {folder} yet: start it once with make run, then import again.")
    return laptop(os.environ).deck


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.decks", description="Rate decks.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("sample", help="make the sample deck again, from phonenumbers' metadata")
    today = datetime.now(UTC).date()
    compiling = commands.add_parser("compile", help="check sheets and write the compiled deck")
    compiling.add_argument(
        "sheets", type=Path, nargs="+", help="CSV; a sheet replaces the others from its first day"
    )
    place = compiling.add_mutually_exclusive_group(required=True)
    place.add_argument("--laptop", action="store_true", help="for make run's service, while it runs or later")
    place.add_argument("--stage", help="into the package that is made next for this stage")
    place.add_argument("--out", type=Path)
    compiling.add_argument("--currency", default="USD")
    compiling.add_argument("--columns", type=Path, help="TOML: which of the sheets' columns is which of ours")
    compiling.add_argument("--markup-percent", type=_percent, help="added to every price")
    compiling.add_argument("--increments", type=_steps, help="FIRST/NEXT or FIRST/NEXT/MINIMUM in seconds")
    compiling.add_argument(
        "--effective-from", type=date.fromisoformat, default=today, help="if no column says"
    )
    compiling.add_argument("--on", type=date.fromisoformat, default=today, help="leave out what ended before")
    return parser


def _percent(text: str) -> Decimal:
    try:
        percent = Decimal(text)
    except InvalidOperation:
        raise argparse.ArgumentTypeError("must be a decimal such as 35") from None
    if not 0 <= percent <= 1_000:
        raise argparse.ArgumentTypeError("must be 0 to 1000")
    return percent


def _steps(text: str) -> list[str]:
    steps = text.split("/")
    if len(steps) not in (2, 3):
        raise argparse.ArgumentTypeError("must be such as 60/60 or 30/6/30")
    return [*steps, "0"][:3]


def _compile(files: Sequence[Path], out: Path, terms: Terms, mapping: Path | None, on: date) -> int:
    try:
        if mapping:
            terms = map_columns(terms, mapping)
        offers = arrange([_read(file, terms) for file in files], on)
        content = compiled.compile_deck(offers, terms.currency)
        compiled.write(content, out)
    except BadDeck as error:
        print(f"Refused, and nothing was changed:\n{error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    deck = decks.Deck(content)
    print(f"{out}: {deck.size} prefixes in {deck.currency}, version {deck.version}, {len(content)} bytes")
    if days := changes(offers):
        print(f"Prices change by themselves on {', '.join(str(day) for day in days)}.")
    return 0


def _read(file: Path, terms: Terms) -> list[Row]:
    def tell(read: int, total: int) -> None:
        print(f"{file}: {read:,} of {total:,} lines", file=sys.stderr)

    try:
        return sheet.read(file, terms, tell)
    except BadDeck as error:
        raise BadDeck([f"{file}: {problem}" for problem in error.problems]) from None


if __name__ == "__main__":
    gc.disable()  # a large sheet is millions of objects that all stay to the end
    sys.exit(main())
