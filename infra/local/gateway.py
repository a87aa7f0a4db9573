"""The one origin on a laptop: the API through Lambda's entry point, the page, and /dev/. Plain ASGI."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from infra.local.edge import Edge, wire
from infra.local.events import Reply, api_event, http_reply
from infra.local.workers import WorkerDied, Workers

BODY_LIMIT_BYTES = 10 * 1024 * 1024


class BodyTooLong(Exception):
    """More than API Gateway takes."""


class Gateway:
    """Dispatches a request by its path, as CloudFront does, and hands the API's to a worker process."""

    def __init__(self, edge: Edge, workers: Workers, page: ASGIApp, developer: ASGIApp) -> None:
        self._edge = edge
        self._workers = workers
        self._page = page
        self._developer = developer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        if path == "/dev" or path.startswith("/dev/"):
            await self._developer(scope, receive, send)
        elif self._edge.is_api(path):
            reply = self._edge.dressed(await self._api(scope, receive))
            await _send(send, reply)
        else:
            await self._page(scope, receive, send)

    async def _api(self, scope: Scope, receive: Receive) -> Reply:
        request_id = str(uuid.uuid4())
        path = scope["raw_path"].decode("latin-1")
        match = self._workers.routes.match(scope["method"], path)
        if match is None:
            # Its words for a path that it does not know.
            return self._edge.refusal("MISSING_AUTHENTICATION_TOKEN", request_id)
        try:
            body = await _body(receive)
        except BodyTooLong:
            return self._edge.refusal("REQUEST_TOO_LARGE", request_id)
        event = api_event(
            scope["method"],
            path,
            scope["query_string"].decode("latin-1"),
            _headers(scope),
            body,
            resource=match.resource,
            path_parameters=match.path_parameters,
            request_id=request_id,
            at=datetime.now(UTC),
            source_ip=scope["client"][0],
            binary_types=self._workers.binary_types,
        )
        return await self._answer(event, request_id)

    async def _answer(self, event: dict[str, Any], request_id: str) -> Reply:
        try:
            return http_reply(await self._workers.invoke(event))
        except TimeoutError:
            return self._edge.refusal("INTEGRATION_TIMEOUT", request_id)
        except (WorkerDied, TypeError):
            return self._edge.refusal("INTEGRATION_FAILURE", request_id)


def _headers(scope: Scope) -> list[tuple[str, str]]:
    sent = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    through = [value for name, value in sent if name == "x-forwarded-for"]
    own = [
        ("x-forwarded-for", ", ".join([*through, scope["client"][0]])),
        ("x-forwarded-port", str(scope["server"][1])),
        ("x-forwarded-proto", "http"),
    ]
    return [(name, value) for name, value in sent if name not in dict(own)] + own


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > BODY_LIMIT_BYTES:
            raise BodyTooLong
        if not message.get("more_body"):
            return bytes(body)


async def _send(send: Send, reply: Reply) -> None:
    headers = [pair for pair in reply.headers if pair[0] != "content-length"]
    length = ("content-length", str(len(reply.body)))
    await send({"type": "http.response.start", "status": reply.status, "headers": wire([*headers, length])})
    await send({"type": "http.response.body", "body": reply.body})
