"""The page as the laptop serves it: files under their paths, with the headers that CloudFront adds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from infra.local.edge import Edge

FOR_EVER = "public, max-age=31536000, immutable"
COMPRESSED_FROM_BYTES = 1_000
"""As CloudFront does."""


class Page:
    """Files by their path, and the front page for the page's own paths; everything else is 404.

    `front` makes it anew each time it is asked for: it changes under one's hands. Without, it is index.html.
    """

    def __init__(self, deployed: Edge, folder: Path, front: Callable[[], bytes] | None = None) -> None:
        self._edge = deployed
        self._files = StaticFiles(directory=folder, check_dir=False)
        self._front = front

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._response(scope)
        response.headers.update(self._edge.page_headers)
        keeps = FOR_EVER if scope["path"].startswith("/assets/") else "no-cache"
        response.headers.setdefault("cache-control", keeps)
        await GZipMiddleware(response, COMPRESSED_FROM_BYTES)(scope, receive, send)

    async def _response(self, scope: Scope) -> Response:
        is_own = self._edge.is_page(scope["path"])
        if is_own and self._front and scope["method"] in ("GET", "HEAD"):
            return HTMLResponse(self._front())
        path = "index.html" if is_own else self._files.get_path(scope)
        try:
            return await self._files.get_response(path, scope)
        except HTTPException as refused:
            return PlainTextResponse(f"{refused.detail}\n", refused.status_code)
