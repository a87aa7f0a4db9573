"""`python -m bench` prints one table of figures, with their goals, and writes bench/results.json."""

from __future__ import annotations

import argparse
import json
import math
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import client, daily, data_exports, decks, erasures, guards, kills, made_exports
from bench.alone import measure_alone
from bench.calls import CallCost, measure_calls
from bench.exports import grow, measure_rows
from bench.imports import measure_import_ratio
from bench.opening import measure_opening
from bench.prices import price_ratio
from bench.release import measure_release
from bench.webhooks import WebhookCpu, measure_webhooks

RESULTS = Path(__file__).with_name("results.json")


@dataclass(frozen=True)
class Figure:
    """A figure and the most that it may be, or the least; some have no goal."""

    what: str
    measured: float
    goal: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool:
        if self.goal is None:
            return True
        return self.measured >= self.goal if self.at_least else self.measured <= self.goal


def measure(*, large: bool) -> list[Figure]:
    """Every figure, slowest last; the large ones take many minutes more."""
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
    figures += _measure_made_exports(large=large)
    figures += _measure_erasures(large=large)
    figures += _measure_kills() if large else []
    figures.append(Figure("cold import, call path / everything", measure_import_ratio(), 0.5))
    figures += [Figure(*found) for found in daily.figures()]
    figures += [Figure(*found) for found in decks.figures()]
    figures.append(Figure("script to sign in, KiB gz", client.sign_in_kibibytes(), 15))
    figures.append(Figure("script to sign in in German, KiB gz", client.german_sign_in_kibibytes()))
    figures.append(Figure("script of the phone page, KiB gz", client.phone_kibibytes(), 60))
    opening = measure_opening()
    figures += [
        Figure("indication: ms to a working keypad, slow 4G, 4x slower CPU", opening.milliseconds),
        Figure("indication: ms to a working keypad / to an empty page", opening.ratio),
    ]
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
            Figure(f"export memory growth, MiB, {rows} rows", measure_alone(grow, rows), 150)
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


def _measure_made_exports(*, large: bool) -> list[Figure]:
    """Of real items in the embedded AWS; generated ones are `data_exports`."""
    sizes = [1_000, 10_000, *([100_000] if large else [])]
    real = {size: measure_alone(made_exports.measure, size) for size in sizes}
    weighed = measure_alone(made_exports.weigh, 10_000)
    small, most = real[sizes[0]], real[sizes[-1]]
    tenfolds = math.log10(sizes[-1] / sizes[0])
    return [
        Figure("export of 10000 items, read units / fewest", weighed.read_units / weighed.fewest_units, 1.1),
        *(
            Figure(f"export of {size} items, requests besides pages and parts", one.besides, 60)
            for size, one in real.items()
        ),
        *(
            Figure(f"export of {size} items, parts", one.parts, -(-size // 50_000))
            for size, one in real.items()
        ),
        Figure(f"export of {sizes[-1]} items, CPU / bare requests", _share(most), 1.6),
        *(
            Figure(
                f"export, exponent of {what}, 1k to {sizes[-1]} items",
                erasures.exponent(getattr(small, name), getattr(most, name), tenfolds),
                1.05,
            )
            for what, name in (("CPU", "cpu_seconds"), ("requests", "requests"))
        ),
        Figure(f"export, peak memory at {sizes[-1]} items / at 1k", most.mebibytes / small.mebibytes, 1.6),
    ]


def _measure_kills() -> list[Figure]:
    export, erasure = kills.kill_exports(), kills.kill_erasures()
    return [
        Figure(
            f"export of 1000 items killed at each of {export.points} requests, files that differ",
            export.different,
            0,
        ),
        Figure(
            f"erasure of 1000 items killed at each of {erasure.points} requests, ends that differ",
            erasure.different,
            0,
        ),
    ]


def _measure_erasures(*, large: bool) -> list[Figure]:
    """Of real items in the embedded AWS, and of generated ones at botocore's HTTP layer."""
    sizes = [1_000, 10_000, *([100_000] if large else [])]
    real = {size: measure_alone(erasures.measure, size) for size in sizes}
    most = 1_000_000 if large else 100_000
    first, last = (measure_alone(erasures.generate, size) for size in (10_000, most))
    slow = measure_alone(erasures.generate, 100_000, erasures.CARRIER_SECONDS)
    weighed = measure_alone(erasures.weigh, 1_000)
    tenfolds = math.log10(most / 10_000)
    return [
        Figure("erasure, write units an item of at most 1 KB", weighed.write_units / weighed.items, 1),
        *(
            Figure(f"erasure of {size} items, requests / fewest", one.requests / one.fewest_requests, 1.1)
            for size, one in real.items()
        ),
        Figure(f"erasure of {sizes[-1]} items, CPU / bare requests", _share(real[sizes[-1]]), 1.6),
        Figure(
            f"erasure of {most} generated items, requests / fewest", last.requests / last.fewest_requests, 1.1
        ),
        Figure(
            f"erasure, exponent of requests, 10k to {most} generated items",
            erasures.exponent(first.requests, last.requests, tenfolds),
            1.05,
        ),
        Figure(
            f"erasure, exponent of CPU, 10k to {most} generated items",
            erasures.exponent(first.cpu_seconds, last.cpu_seconds, tenfolds),
            1.05,
        ),
        Figure(f"erasure memory growth, MiB, {most} generated items", last.mebibytes, 150),
        Figure(
            "erasure, events of the workflow for 1M calls, 0.1 s a request at the carrier",
            slow.events * 10,
            12_500,
        ),
    ]


def _share(one: erasures.Erasure | made_exports.Made) -> float:
    return one.cpu_seconds / one.bare_seconds


def _price_ratio(call: CallCost, webhooks: dict[str, WebhookCpu]) -> float:
    handler = sum(cpu.handler_seconds for cpu in webhooks.values())
    bare = sum(cpu.bare_seconds for cpu in webhooks.values())
    return price_ratio(call.write_units, call.read_units, handler, bare)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--large", action="store_true", help="erase 100,000 real and 1M generated items, too")
    figures = measure(large=parser.parse_args().large)
    width = max(len(figure.what) for figure in figures)
    print(f"{'figure':{width}}  {'measured':>9}  {'goal':>9}")
    for figure in figures:
        goal = "none" if figure.goal is None else f"{figure.goal:.4g}"
        verdict = "" if figure.met else "  MISSED"
        print(f"{figure.what:{width}}  {figure.measured:>9.4g}  {goal:>9}{verdict}")
    RESULTS.write_text(json.dumps([asdict(figure) for figure in figures], indent=2) + "\n")
    missed = sum(not figure.met for figure in figures)
    print(f"bench: {len(figures)} figures, {missed} missed their goal")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
