"""The static page under web/, with the headers that CloudFront adds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

FOLDER = Path(__file__).parents[2] / "web"
# Where mails and the payments provider send people back to: the page itself looks at its address.
OWN_PATHS = ("", "verify", "privacy", "topup/done", "topup/cancelled")


class Page:
    """Files by their path, and index.html for the page's own paths; everything else is 404."""

    def __init__(self, headers: Mapping[str, str], folder: Path = FOLDER) -> None:
        self._files = StaticFiles(directory=folder, check_dir=False)
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._response(scope)
        response.headers.update(self._headers)
        response.headers.setdefault("cache-control", "no-cache")  # a laptop's page changes under one's hands
        await response(scope, receive, send)

    async def _response(self, scope: Scope) -> Response:
        own = scope["path"].strip("/") in OWN_PATHS
        path = "index.html" if own else self._files.get_path(scope)
        try:
            return await self._files.get_response(path, scope)
        except HTTPException as refused:
            return PlainTextResponse(f"{refused.detail}\n", refused.status_code)
