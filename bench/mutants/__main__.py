"""`python -m bench.mutants [word]`: each fault in a copy of the tree, and its proofs.

Only faults whose name has `word` in it, when it is given. A fault whose text is gone from the code fails too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.mutants.books import BOOK_FAULTS
from bench.mutants.calls import CALL_FAULTS
from bench.mutants.dialling import DIALLING_FAULTS
from bench.mutants.mutant import Mutant
from bench.mutants.partners import PARTNER_FAULTS
from bench.mutants.payments import PAYMENT_FAULTS

ROOT = Path(__file__).parents[2]
COPIED = ("app.py", "chalicelib", "infra", "tests", "bench", "pyproject.toml", ".chalice", "web")
MUTANTS = [*BOOK_FAULTS, *PAYMENT_FAULTS, *PARTNER_FAULTS, *CALL_FAULTS, *DIALLING_FAULTS]
AT_LEAST = 0.95
TIMEOUT_SECONDS = 300
KILLED, PASSED = 1, 0


@dataclass(frozen=True)
class Verdict:
    """What came of one fault; `seen` when a proof failed on it, `why` where it could not be tried."""

    mutant: Mutant
    seen: bool
    why: str = ""


def try_all(mutants: list[Mutant]) -> list[Verdict]:
    """Each in a copy of its own, as many at once as there are cores."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(_try, mutants))


def _try(mutant: Mutant) -> Verdict:
    with TemporaryDirectory(prefix="vowline-mutant-") as folder:
        tree = Path(folder)
        for name in COPIED:
            _copy(ROOT / name, tree / name)
        file = tree / mutant.file
        text = file.read_text()
        if text.count(mutant.old) != 1:
            return Verdict(mutant, False, f"its text is {text.count(mutant.old)} times in {mutant.file}")
        file.write_text(text.replace(mutant.old, mutant.new))
        verdict = _prove(mutant, tree)
    print(f"{'seen' if verdict.seen else 'NOT SEEN':>8}  {mutant.name} {verdict.why}", flush=True)
    return verdict


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def _prove(mutant: Mutant, tree: Path) -> Verdict:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *mutant.proofs]
    try:
        done = subprocess.run(
            command, cwd=tree, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return Verdict(mutant, True, "(by never ending)")
    if done.returncode not in (KILLED, PASSED):
        return Verdict(mutant, False, f"(the proofs did not run: {done.stdout[-300:]})")
    return Verdict(mutant, done.returncode == KILLED)


def main() -> None:
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    started = time.monotonic()
    verdicts = try_all([mutant for mutant in MUTANTS if word in mutant.name])
    seen = sum(verdict.seen for verdict in verdicts)
    print(
        f"mutants: {seen} of {len(verdicts)} seen, {100 * seen / len(verdicts):.0f} %,"
        f" {time.monotonic() - started:.0f} s"
    )
    sys.exit(0 if seen >= AT_LEAST * len(verdicts) else 1)


if __name__ == "__main__":
    main()
