"""`python -m bench.killpoints [entry ...]`: every sweep, on every core; a line for each, and one for all."""

from __future__ import annotations

import sys

from bench.killpoints.running import missing, sweep_all


def main() -> None:
    wanted = sys.argv[1:]
    unswept = missing()
    swept = []
    for one in sweep_all(wanted):
        print(one, flush=True)
        swept.append(one)
    print(*unswept, sep="\n")
    lost, doubled = sum(len(one.lost) for one in swept), sum(len(one.doubled) for one in swept)
    handlers, points = len({one.entry for one in swept}), sum(one.points for one in swept)
    print(f"killpoints: {handlers} handlers, {points} points, {lost} lost, {doubled} doubled")
    sys.exit(1 if lost or doubled or unswept else 0)


if __name__ == "__main__":
    main()
