"""What a page on a laptop must know of the carrier's voice: one script, which no other stage has.

The voice SDK opens wss:// addresses alone, and nobody here has a certificate: the script lets those to the
local signalling be ws://. It has to run before the SDK loads, which keeps the WebSocket that it finds then.
"""

from __future__ import annotations

import json

from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.local.page import COMPRESSED_FROM_BYTES
from infra.local.voice import sounds

SCRIPT = "/dev/voice.js"
TAG = f'<script src="{SCRIPT}"></script>'
POLICY = "content-security-policy"
CODE = """\
// Only on a laptop: where the stand-in carrier is, for `new Device(token, vowlineVoice.device)`.
globalThis.vowlineVoice = %s;
globalThis.WebSocket = class extends WebSocket {
  constructor(url, protocols) {
    super(String(url).replace(%s, %s), protocols);
  }
};
"""


def routes(host: str) -> list[Route]:
    """The script and the sounds of a page, for signalling at `host` (name and port)."""
    script = code(host)

    async def serve_script(_request: Request) -> Response:
        return Response(script, media_type="text/javascript", headers={"cache-control": "no-store"})

    return [Route(SCRIPT, serve_script), Route("/dev/voice/sounds/{name}.wav", _serve_sound)]


def code(host: str) -> str:
    """The script; telemetry is off, and no sound comes from elsewhere."""
    device = {"chunderw": host, "publishEvents": False}
    device["sounds"] = {name: f"/dev/voice/sounds/{name}.wav" for name in sounds.files()}
    settings = json.dumps({"device": device})
    return CODE % (settings, json.dumps(f"wss://{host}/"), json.dumps(f"ws://{host}/"))


async def _serve_sound(request: Request) -> Response:
    found = sounds.files().get(request.path_params["name"])
    if found is None:
        return Response(status_code=404)
    return Response(found, media_type="audio/wav", headers={"cache-control": "max-age=3600"})


class Voiced:
    """The page as it is, with the script first in each HTML document's head, allowed to reach `host`."""

    def __init__(self, page: ASGIApp, host: str) -> None:
        self._page = page
        self._source = f"ws://{host}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await GZipMiddleware(self._dressed, COMPRESSED_FROM_BYTES)(scope, receive, send)

    async def _dressed(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Asked for uncompressed: nothing can be put into a document that is."""
        headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self._page({**scope, "headers": headers}, receive, _Dressing(send, self._source))


class _Dressing:
    """Sends one response on, an HTML document only when it is whole."""

    def __init__(self, send: Send, source: str) -> None:
        self._send = send
        self._source = source
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            if POLICY in headers:
                headers[POLICY] = connecting(headers[POLICY], self._source)
            html = headers.get("content-type", "").startswith("text/html")
            if html and message["status"] == 200 and "content-encoding" not in headers:
                self._start = message
                return
        if self._start is None:
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if not message.get("more_body"):
            await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        body = self._body.replace(b"<head>", b"<head>" + TAG.encode(), 1)
        if self._body:  # a HEAD's answer has none, and keeps the length that it tells
            MutableHeaders(raw=start["headers"])["content-length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def connecting(policy: str, source: str) -> str:
    """A content security policy that lets the page connect to one more source."""
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";") if part.strip())
    allowed = directives.get("connect-src", directives.get("default-src", "'self'"))
    directives["connect-src"] = source if allowed == "'none'" else f"{allowed} {source}"
    return "; ".join(f"{name} {value}".strip() for name, value in directives.items())
