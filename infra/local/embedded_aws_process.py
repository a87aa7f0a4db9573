"""The embedded AWS's process: ministack, saved now and then, and stopped cleanly when its runner is gone.

Run by the interpreter of its own environment, with only the standard library and ministack at hand.
Ministack itself writes its state at a clean stop only; a killed one would lose everything since.
"""

from __future__ import annotations

import importlib
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

STATE = Path(os.environ["STATE_DIR"])
STAGED = STATE.with_name("staged")
RUNNING = STATE.with_name("running")
SAVE_EVERY_SECONDS = float(os.environ["SAVE_EVERY_SECONDS"])
# A save holds up every request: at most this share of the time goes to saving.
SAVING_SHARE = 0.1


def main() -> None:
    """Serves until SIGTERM or until its standard input closes; `running` is there unless it ended cleanly."""
    app = importlib.import_module("ministack.app")
    STAGED.mkdir(parents=True, exist_ok=True)
    RUNNING.write_text(str(os.getpid()))
    threading.Thread(target=_end_with_the_runner, daemon=True).start()
    threading.Thread(target=_save_now_and_then, args=(app,), daemon=True).start()
    try:
        app.main()
    except SystemExit:  # before it served anything: the port is taken, or it was stopped at once
        RUNNING.unlink()
        raise
    RUNNING.unlink()


def _end_with_the_runner() -> None:
    os.read(0, 1)  # nothing is ever written there: it returns when the other end is closed
    os.kill(os.getpid(), signal.SIGTERM)


def _save_now_and_then(app: Any) -> None:
    pause_seconds = SAVE_EVERY_SECONDS
    while True:
        time.sleep(pause_seconds)
        if app._MAIN_LOOP is None:
            continue
        done = threading.Event()
        started = time.monotonic()
        # Requests are served by that loop: none is half done while it saves.
        app._MAIN_LOOP.call_soon_threadsafe(_save, app, done)
        done.wait()
        pause_seconds = max(SAVE_EVERY_SECONDS, (time.monotonic() - started) / SAVING_SHARE)


def _save(app: Any, done: threading.Event) -> None:
    persistence: Any = importlib.import_module("ministack.core.persistence")
    try:
        # All files are written aside and then renamed together, so that a kill leaves no mixture.
        persistence.STATE_DIR = str(STAGED)
        persistence.save_all(app._build_persistence_save_dict())
        for file in STAGED.iterdir():
            file.replace(STATE / file.name)
    finally:
        persistence.STATE_DIR = str(STATE)
        done.set()


if __name__ == "__main__":
    main()
