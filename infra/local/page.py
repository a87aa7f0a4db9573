"""The static page under web/, with the headers that CloudFront adds."""

from __future__ import annotations

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from infra.local.edge import Edge

FOLDER = Path(__file__).parents[2] / "web"


class Page:
    """Files by their path, and index.html for the page's own paths; everything else is 404."""

    def __init__(self, deployed: Edge, folder: Path = FOLDER) -> None:
        self._files = StaticFiles(directory=folder, check_dir=False)
        self._headers = deployed.page_headers
        self._own_paths = {"/", *deployed.page_paths}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._response(scope)
        response.headers.update(self._headers)
        response.headers.setdefault("cache-control", "no-cache")  # a laptop's page changes under one's hands
        await response(scope, receive, send)

    async def _response(self, scope: Scope) -> Response:
        path = "index.html" if scope["path"] in self._own_paths else self._files.get_path(scope)
        try:
            return await self._files.get_response(path, scope)
        except HTTPException as refused:
            return PlainTextResponse(f"{refused.detail}\n", refused.status_code)
