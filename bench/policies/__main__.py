"""`python -m bench.policies`: every planted fault, and the sentence that refuses it."""

from __future__ import annotations

import sys

from bench.policies import planting


def main() -> int:
    planting.sound()
    missed = 0
    faults = planting.planted()
    for fault in faults:
        told = planting.refusal(fault)
        right = planting.seen(fault, told)
        missed += not right
        print(f"{'refused' if right else 'MISSED '}  {fault.name}")
        for line in told:
            print(f"         {line}")
    print(f"\n{len(faults)} faults planted, {missed} missed.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
