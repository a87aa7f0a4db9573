"""`python -m bench.canary [profile ...]`: canaries everywhere, an export, a deletion, and a search for them.

Each policy runs in this process; one of them deployed, too, for Step Functions' own history.
"""

from __future__ import annotations

import subprocess
import sys
import time

from bench.canary import run, worlds
from bench.canary.run import Found
from chalicelib.policy import profile

DEPLOYED = "kinvo"


def look(id: str, *, every_days: int = 1) -> Found:
    """One run in this process."""
    with worlds.running(id, every_days=every_days) as world:
        return run.look(world)


def main() -> None:
    """Each policy named, or all of them; fails where anything is not as it must be."""
    wrong = 0
    asked = [id for id in sys.argv[1:] if id != "all"] or list(profile.known())
    for id in asked:
        started = time.monotonic()
        found = look(id)
        wrong += len(found.wrong)
        print(
            f"canary: {id}: {found}; {time.monotonic() - started:.0f} s", *found.wrong, sep="\n  ", flush=True
        )
    if DEPLOYED in asked:
        wrong += subprocess.run([sys.executable, "-m", "bench.canary.live", DEPLOYED], check=False).returncode
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
