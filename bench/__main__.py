"""`python -m bench` prints one table of figures, with their goals, and writes bench/results.json."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import client, data_exports, decks, guards
from bench.calls import CallCost, measure_calls
from bench.exports import measure_growth_mebibytes, measure_rows
from bench.imports import measure_import_ratio
from bench.prices import price_ratio
from bench.release import measure_release
from bench.webhooks import WebhookCpu, measure_webhooks

RESULTS = Path(__file__).with_name("results.json")


@dataclass(frozen=True)
class Figure:
    """A figure and the most that it may be, or the least."""

    what: str
    measured: float
    goal: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.measured >= self.goal if self.at_least else self.measured <= self.goal


def measure() -> list[Figure]:
    """Every figure, slowest last."""
    figures, calls = [], measure_calls()
    for call in calls:
        label = f"{call.duration_seconds} s call"
        figures += [
            Figure(f"write units, {label}", call.write_units, 9),
            Figure(f"carrier requests besides the token, {label}", call.carrier_requests, 2),
            Figure(f"balance item, bytes, {label}", call.balance_bytes, 1024),
        ]
    webhooks = measure_webhooks()
    for name, cpu in webhooks.items():
        figures.append(Figure(f"CPU of the {name} webhook / its bare requests", cpu.ratio, 1.6))
    figures.append(Figure("list price of a call / floor", _price_ratio(calls[0], webhooks), 1.3))
    figures.append(Figure("CPU of the write guard / its request", guards.measure_share(), 0.1))
    figures += _measure_exports()
    figures += _measure_data_exports()
    figures.append(Figure("cold import, call path / everything", measure_import_ratio(), 0.5))
    figures += [Figure(*found) for found in decks.figures()]
    figures.append(Figure("script to sign in, KiB gz", client.sign_in_kibibytes(), 15))
    figures.append(Figure("script of the phone page, KiB gz", client.phone_kibibytes(), 60))
    release = measure_release()
    figures += [
        Figure("release zip, MB", release.zip_megabytes, 15),
        Figure("release unzipped, MB", release.unzipped_megabytes, 70),
    ]
    return figures


def _measure_exports() -> list[Figure]:
    to_stock, to_writer = measure_rows()
    return [
        Figure("export rows/s / stock client to csv.writer", to_stock, 5, at_least=True),
        Figure("export rows/s / csv.writer on prepared rows", to_writer, 0.4, at_least=True),
        *(
            Figure(f"export memory growth, MiB, {rows} rows", measure_growth_mebibytes(rows), 150)
            for rows in (100_000, 1_000_000)
        ),
    ]


def _measure_data_exports() -> list[Figure]:
    cpu, requests, mebibytes = data_exports.measure_growth()
    return [
        Figure("data export, stock client's CPU / ours", data_exports.measure_to_stock(), 2.5, at_least=True),
        Figure("data export, exponent of CPU, 10k to 1M generated rows", cpu, 1.05),
        Figure("data export, exponent of requests, 10k to 1M generated rows", requests, 1.05),
        Figure("data export memory growth, MiB, 1M generated rows", mebibytes, 150),
    ]


def _price_ratio(call: CallCost, webhooks: dict[str, WebhookCpu]) -> float:
    handler = sum(cpu.handler_seconds for cpu in webhooks.values())
    bare = sum(cpu.bare_seconds for cpu in webhooks.values())
    return price_ratio(call.write_units, call.read_units, handler, bare)


def main() -> None:
    figures = measure()
    width = max(len(figure.what) for figure in figures)
    print(f"{'figure':{width}}  {'measured':>9}  {'goal':>9}")
    for figure in figures:
        verdict = "" if figure.met else "  MISSED"
        print(f"{figure.what:{width}}  {figure.measured:>9.4g}  {figure.goal:>9.4g}{verdict}")
    RESULTS.write_text(json.dumps([asdict(figure) for figure in figures], indent=2) + "\n")
    missed = sum(not figure.met for figure in figures)
    print(f"bench: {len(figures)} figures, {missed} missed their goal")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
