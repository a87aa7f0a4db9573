"""`make run`: the whole service on this machine, until Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator

from infra.local.embedded_aws import CREDENTIALS, EmbeddedAwsFailed
from infra.local.laptop import ROOT, Laptop, SetupRefused, laptop
from infra.local.parts import Service
from infra.local.state_folder import StateFolder, StateRefused
from infra.local.workers import WorkerDied
from infra.package import PackageError
from infra.stack import DeployError

REFUSALS = (SetupRefused, StateRefused, EmbeddedAwsFailed, PackageError, DeployError, WorkerDied)


def main() -> None:
    _forget_the_caller()
    try:
        here = laptop(os.environ)
        here.check_ports()
        folder = StateFolder(here.folder)
        folder.open(here.profile, fresh=os.environ.get("FRESH", "") not in ("", "0"))
        try:
            asyncio.run(_run(here, folder))
        finally:
            folder.close()
    except REFUSALS as refused:
        sys.exit(str(refused))
    except Exception as error:  # noqa: BLE001 - at a terminal a sentence helps; the rest is in the log
        sys.exit(_unforeseen(here, error))


def _unforeseen(here: Laptop, error: Exception) -> str:
    log = here.folder / "runner.log"
    log.write_text("".join(traceback.format_exception(error)))
    return (
        f"The service broke down ({type(error).__name__}): see {log}."
        " If its state is damaged, start with FRESH=1 to empty it."
    )


def _forget_the_caller() -> None:
    """Nothing may reach an AWS account or a proxy that this machine is set up for."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(CREDENTIALS)
    os.environ.update(NO_PROXY="127.0.0.1,localhost", no_proxy="127.0.0.1,localhost")


async def _run(here: Laptop, folder: StateFolder) -> None:
    asked_to_stop = _stop_signal()
    service = Service(here, folder, _say)
    started = time.monotonic()
    try:
        if await _unless(asked_to_stop, service.start()):
            _say(_summary(here, time.monotonic() - started))
            await _unless(asked_to_stop, service.watch())
    finally:
        _say("Stopping ...")
        await service.stop()
        _say(f"Stopped. The state is kept in {_short(here)}.")


async def _unless(asked_to_stop: asyncio.Event, work: object) -> bool:
    """Whether the work ended by itself; it is given up when asked to stop."""
    assert asyncio.iscoroutine(work)
    working, waiting = asyncio.create_task(work), asyncio.create_task(asked_to_stop.wait())
    await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if working.done():
        working.result()
        return True
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working
    return False


def _stop_signal() -> asyncio.Event:
    asked_to_stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asked_to_stop.set)
    return asked_to_stop


def _say(text: str) -> None:
    print(text, flush=True)


def _summary(here: Laptop, took_seconds: float) -> str:
    return "\n".join(_lines(here, took_seconds))


def _lines(here: Laptop, took_seconds: float) -> Iterator[str]:
    yield f"\n{here.profile} is ready after {took_seconds:.0f} s.\n"
    for name, value in (
        ("page", f"{here.public_url}/"),
        ("API documents", f"{here.public_url}/api/docs"),
        ("mailbox", f"{here.public_url}/dev/mailbox"),
        ("hosted checkout", f"{here.payments_url}/pay/... (each top-up gives its own link)"),
        (
            "carrier's voice",
            f"ws://{here.voice_host}/signal (…0440 sounds a tone, …0001 is busy, others echo)",
        ),
        ("developer routes", f"{here.public_url}/dev/endpoints"),
        ("embedded AWS", f"{here.aws_url} (region us-east-1, credentials test and test)"),
        ("state and logs", _short(here)),
    ):
        yield f"  {name:<17} {value}"
    yield "\nTry next: open the page and sign up (the mail is in the mailbox), or `make demo` in another"
    yield "terminal. Ctrl-C stops the service; what it holds is there again at the next start.\n"


def _short(here: Laptop) -> str:
    return str(here.folder.relative_to(ROOT) if here.folder.is_relative_to(ROOT) else here.folder)


if __name__ == "__main__":
    main()
