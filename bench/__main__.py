"""`python -m bench` prints figures with their goals as they are measured, and writes bench/results.json."""

from __future__ import annotations

import argparse
import json
import logging
import math
import os
import sys
from collections.abc import Iterator
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
WIDTH = 80


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


def measure(*, large: bool) -> Iterator[Figure]:
    """Every figure, as it is measured; the large ones take many minutes more."""
    yield from _measure_calls()
    yield Figure("CPU of the write guard / its request", guards.measure_share(), 0.1)
    yield from _measure_exports()
    yield from _measure_data_exports()
    yield from _measure_made_exports(large=large)
    yield from _measure_erasures(large=large)
    if large:
        yield from _measure_kills()
    yield Figure("cold import, call path / everything", measure_import_ratio(), 0.5)
    yield from (Figure(*found) for found in daily.figures())
    yield from (Figure(*found) for found in decks.figures())
    yield from _measure_client()
    release = measure_release()
    yield Figure("release zip, MB", release.zip_megabytes, 15)
    yield Figure("release unzipped, MB", release.unzipped_megabytes, 70)


def _measure_calls() -> list[Figure]:
    calls, webhooks = measure_calls(), measure_webhooks()
    figures = []
    for call in calls:
        label = f"{call.duration_seconds} s call"
        figures += [
            Figure(f"write units, {label}", call.write_units, 9),
            Figure(f"carrier requests besides the token, {label}", call.carrier_requests, 2),
            Figure(f"balance item, bytes, {label}", call.balance_bytes, 1024),
        ]
    for name, cpu in webhooks.items():
        figures.append(Figure(f"CPU of the {name} webhook / its bare requests", cpu.ratio, 1.6))
    return [*figures, Figure("list price of a call / floor", _price_ratio(calls[0], webhooks), 1.3)]


def _measure_client() -> list[Figure]:
    opening = measure_opening()
    return [
        Figure("script to sign in, KiB gz", client.sign_in_kibibytes(), 15),
        Figure("script to sign in in German, KiB gz", client.german_sign_in_kibibytes()),
        Figure("script of the phone page, KiB gz", client.phone_kibibytes(), 60),
        Figure("indication: ms to a working keypad, slow 4G, 4x slower CPU", opening.milliseconds),
        Figure("indication: ms to a working keypad / to an empty page", opening.ratio),
    ]


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


def _be_quiet() -> None:
    """What the service logs costs what it costs, and nobody reads it here."""
    nowhere = Path(os.devnull).open("w")  # noqa: SIM115 - for the life of the process
    for handler in logging.getLogger("vowline").handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(nowhere)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--large", action="store_true", help="erase 100,000 real and 1M generated items, too")
    large = parser.parse_args().large
    _be_quiet()
    print(f"{'figure':{WIDTH}}  {'measured':>9}  {'goal':>9}", flush=True)
    figures = []
    for figure in measure(large=large):
        figures.append(figure)
        goal = "none" if figure.goal is None else f"{figure.goal:.4g}"
        verdict = "" if figure.met else "  MISSED"
        print(f"{figure.what:{WIDTH}}  {figure.measured:>9.4g}  {goal:>9}{verdict}", flush=True)
    RESULTS.write_text(json.dumps([asdict(figure) for figure in figures], indent=2) + "\n")
    missed = sum(not figure.met for figure in figures)
    print(f"bench: {len(figures)} figures, {missed} missed their goal")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
