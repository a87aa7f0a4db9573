"""The whole origin in this process: the application itself over AWS in memory, and the built client."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

import uvicorn
from playwright.sync_api import Page, Request
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as Asked
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from chalicelib.policy import profile
from infra import client, front
from infra.local import edge
from infra.local.page import Page as Files
from infra.local.voice import page as voice_page
from tests.harness.browser import Browser
from tests.harness.environment import ENVIRONMENT
from tests.harness.lambda_door import Answer, ask
from tests.harness.mailbox import Mailbox
from tests.harness.stage import Stage

PUBLIC_URL = ENVIRONMENT["PUBLIC_URL"]
# The API's refusals are part of the conversation; Chromium lists each as an error of the network.
EXPECTED = "Failed to load resource: the server responded with a status of 4"


class Site:
    """One origin for whatever stage is up; the service's own address is put in the place of this one.

    `alone` is held while the application answers; `voice_host` is where calls can be heard, if anywhere.
    """

    def __init__(self) -> None:
        self.alone = threading.RLock()
        self.voice_host: str | None = None
        self.asked: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        edges = edge.read(content_policy=front.content_policy(profile.current()))
        if edges.is_api(scope["path"]):
            request = Asked(scope, receive)
            response: ASGIApp = await run_in_threadpool(self._answer, request, await request.body())
        elif self.voice_host and scope["path"].startswith("/dev/voice"):
            response = Starlette(routes=voice_page.routes(self.voice_host))
        else:
            response = Files(edges, client.DIST, self._front)
            if self.voice_host:
                response = voice_page.Voiced(response, self.voice_host)
        await response(scope, receive, send)

    def _front(self) -> bytes:
        return front.dressed(profile.current(), local=True)

    def _answer(self, request: Asked, body: bytes) -> Response:
        here = f"http://{request.headers['host']}"
        headers = {name: value.replace(here, PUBLIC_URL) for name, value in request.headers.items()}
        headers["host"] = PUBLIC_URL.removeprefix("http://")
        self.asked.append(f"{request.method} {request.url.path}")
        try:
            with self.alone:
                answer = ask(
                    request.method, request.url.path, query=request.url.query, headers=headers, body=body
                )
        except LookupError:
            return Response(status_code=404)
        return _response(answer, here)


def _response(answer: Answer, here: str) -> Response:
    response = Response(answer.text.encode(), answer.status)
    for name, value in answer.headers.items():
        if name not in ("content-length", "set-cookie"):
            response.headers[name] = value.replace(PUBLIC_URL, here)
    for cookie in answer.cookies:
        response.headers.append("set-cookie", cookie)
    return response


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serve over HTTP in a thread; yields the origin."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@dataclass
class Guest:
    """A browser window at the site, and what is behind it; `complaints` is what no visit may cause."""

    page: Page
    site: Site
    stage: Stage
    mailbox: Mailbox
    origin: str
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        self.page.on("request", self._check)
        self.page.on(
            "console",
            lambda message: (
                self.complaints.append(f"console: {message.text}")
                if message.type in ("error", "warning") and not message.text.startswith(EXPECTED)
                else None
            ),
        )

    @cached_property
    def person(self) -> Browser:
        """Somebody of the service's, with a browser of their own: `person.sign_up()`, `person.top_up()`."""
        return Browser(self.stage, self.mailbox)

    def open(self, path: str = "/") -> Page:
        """The page at a path, once its heading is there."""
        self.page.goto(self.origin + path)
        self.page.locator("h1").first.wait_for(state="attached")
        return self.page

    def sign_in(self, path: str = "/") -> Page:
        """Open a page as `person`, who is signed up if they are not yet."""
        if not self.person.csrf_token:
            self.person.sign_up()
        self.take_cookies()
        return self.open(path)

    def take_cookies(self) -> None:
        """Be signed in as `person` is."""
        cookies = [
            {"name": name, "value": value, "url": self.origin} for name, value in self.person.cookies.items()
        ]
        self.page.context.add_cookies(cookies)  # type: ignore[arg-type]

    def link_for(self, address: str) -> str:
        """The path of the first link in the newest mail to an address."""
        return self.mailbox.to(address)[-1].links[0].removeprefix(PUBLIC_URL)

    def _check(self, request: Request) -> None:
        if not request.url.startswith((self.origin + "/", "data:", "blob:")):
            self.complaints.append(f"outside request: {request.url}")
