"""The stand-ins over HTTP: each in its own server thread on 127.0.0.1, and their webhooks on the way back."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterable, Mapping
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import Protocol, cast

import httpx

from infra.local.exchange import Answered, Asked

BODY_LIMIT_BYTES = 10 * 1024 * 1024


class StandIn(Protocol):
    """What the payments and the carrier have in common."""

    def answer(self, asked: Asked) -> Answered: ...

    def deliver_due(self) -> int: ...


class Host(ThreadingTCPServer):
    """Serves one stand-in on 127.0.0.1 from `start` to `stop`."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, stand_in: StandIn, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.stand_in = stand_in

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def start(self) -> None:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def _answer(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        if length > BODY_LIMIT_BYTES:
            self.send_error(413)
            return
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, path, query, headers, self.rfile.read(length))
        try:
            answered = cast("Host", self.server).stand_in.answer(asked)
        except TimeoutError:
            self.close_connection = True  # a planted fault: nothing comes back
            return
        self.send_response(answered.status)
        for name, value in answered.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(answered.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answered.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a provider's log is not ours to show."""


def deliver(client: httpx.Client) -> Callable[[str, bytes, Mapping[str, str]], Answered]:
    """Posts webhooks with `client`; OSError when nobody answers."""

    def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        try:
            response = client.post(url, content=body, headers=dict(headers))
        except httpx.TransportError as error:
            raise ConnectionError(str(error)) from error
        return Answered(response.status_code, response.content, dict(response.headers))

    return post


class Deliveries:
    """A thread that lets the stand-ins deliver what is due, often and whenever it is woken."""

    def __init__(self, stand_ins: Iterable[StandIn], every_seconds: float = 0.5) -> None:
        self._stand_ins = list(stand_ins)
        self._every_seconds = every_seconds
        self._woken = threading.Event()
        self._ended = False
        self._thread = threading.Thread(target=self._work, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Something is due now."""
        self._woken.set()

    def stop(self) -> None:
        """Back when the delivery under way has ended, or after five seconds."""
        self._ended = True
        self._woken.set()
        self._thread.join(5)

    def _work(self) -> None:
        while not self._ended:
            for stand_in in self._stand_ins:
                try:
                    stand_in.deliver_due()
                except Exception:  # noqa: BLE001 - the next round must come
                    traceback.print_exc()
            self._woken.wait(self._every_seconds)
            self._woken.clear()
