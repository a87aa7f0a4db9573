"""The processes that hold the application: each answers one event at a time, and a dead one is replaced."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.events import Event, Routes

ROOT = Path(__file__).parents[2]
# A request of 10 MB in base64, inside its event.
LINE_LIMIT_BYTES = 32 * 1024 * 1024


class WorkerDied(Exception):
    """The process ended before it answered."""


@dataclass(eq=False)
class _Worker:
    process: asyncio.subprocess.Process
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, event: Event) -> Any:
        self.writer.write(json.dumps(event).encode() + b"\n")
        await self.writer.drain()
        return await self.hear()

    async def hear(self) -> Any:
        try:
            line = await self.reader.readline()
        except ValueError as error:  # longer than LINE_LIMIT_BYTES
            raise WorkerDied(f"process {self.process.pid} answered too much") from error
        if not line.endswith(b"\n"):
            raise WorkerDied(f"process {self.process.pid} ended without an answer")
        return json.loads(line)

    async def end(self) -> None:
        """At once: a function holds nothing that a kill could lose."""
        self.writer.close()
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()


class Workers:
    """`count` processes with app.py of `folder`; `routes` and `binary_types` are known once started."""

    def __init__(
        self,
        count: int,
        folder: Path,
        environment: Mapping[str, str],
        log: Path,
        timeout_seconds: float = 29,
    ) -> None:
        self.routes = Routes({})
        self.binary_types: list[str] = []
        self._count = count
        self._folder = folder
        self._environment = dict(environment)
        self._log = log
        self._timeout_seconds = timeout_seconds
        self._free: asyncio.Queue[_Worker] = asyncio.Queue()
        self._all: set[_Worker] = set()
        self._replacing: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Back when all are ready. Raises WorkerDied when the application cannot be imported."""
        await asyncio.gather(*(self._add() for _ in range(self._count)))

    async def stop(self) -> None:
        for task in self._replacing:
            task.cancel()
        await asyncio.gather(*(worker.end() for worker in self._all))

    def pids(self) -> list[int]:
        return [worker.process.pid for worker in self._all]

    async def invoke(self, event: Event) -> Any:
        """The function's result. Raises TimeoutError and WorkerDied; the process is replaced then."""
        async with asyncio.timeout(self._timeout_seconds):
            worker = await self._free.get()
            try:
                result = await worker.ask(event)
            except (WorkerDied, ConnectionError) as error:
                self._replace(worker)
                raise WorkerDied(str(error)) from error
            except BaseException:
                self._replace(worker)  # busy with a request that nobody waits for any more
                raise
        self._free.put_nowait(worker)
        return result

    def _replace(self, worker: _Worker) -> None:
        task = asyncio.create_task(self._replaced(worker))
        self._replacing.add(task)
        task.add_done_callback(self._replacing.discard)

    async def _replaced(self, worker: _Worker) -> None:
        self._all.discard(worker)
        await worker.end()
        while True:
            with contextlib.suppress(WorkerDied):
                return await self._add()
            await asyncio.sleep(1)

    async def _add(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs, self._log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "infra.local.worker"),
                *(str(theirs.fileno()), str(self._folder), str(self._timeout_seconds)),
                cwd=ROOT,
                env={"PATH": os.defpath, "PYTHONUNBUFFERED": "1"} | self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C in the terminal is for the runner alone
            )
        reader, writer = await asyncio.open_connection(sock=ours, limit=LINE_LIMIT_BYTES)
        worker = _Worker(process, reader, writer)
        self._all.add(worker)
        try:
            offer = await worker.hear()
        except BaseException as error:
            self._all.discard(worker)
            await worker.end()
            if isinstance(error, WorkerDied | ConnectionError):
                raise WorkerDied(f"the application does not start: see {self._log}") from error
            raise
        self.routes, self.binary_types = Routes(offer["routes"]), offer["binary_types"]
        self._free.put_nowait(worker)
