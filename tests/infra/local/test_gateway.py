"""The local gateway with real worker processes around a small application."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse

from infra.local import edge
from infra.local.gateway import Gateway
from infra.local.workers import WorkerDied, Workers
from tests.infra.local import scratch_app

Story = Callable[[httpx.AsyncClient], Awaitable[None]]


@asynccontextmanager
async def _gateway(folder: Path, count: int, timeout_seconds: float) -> AsyncIterator[httpx.AsyncClient]:
    workers = Workers(count, scratch_app.write(folder), {}, folder / "gateway.log", timeout_seconds)
    await workers.start()
    gateway = Gateway(edge.read(), workers, PlainTextResponse("page"), PlainTextResponse("dev"))
    try:
        transport = httpx.ASGITransport(gateway)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
            yield client
    finally:
        await workers.stop()


def _tell(folder: Path, story: Story, count: int = 1, timeout_seconds: float = 29) -> None:
    async def tell() -> None:
        async with _gateway(folder, count, timeout_seconds) as client:
            await story(client)

    asyncio.run(tell())


def test_a_request_reaches_the_function_as_api_gateway_would_bring_it(tmp_path: Path) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        headers = [("X-Many", "1"), ("X-Many", "2"), ("X-Forwarded-For", "9.9.9.9")]
        answer = await client.post("/api/echo/a%2Fb?n=1&n=2", headers=headers, content=b"text")
        said = answer.json()
        assert (said["id"], said["body"], said["base64"]) == ("a%2Fb", "text", False)
        assert said["query"] == {"n": ["1", "2"]}
        assert said["headers"]["X-Many"] == ["1", "2"]
        assert said["headers"]["X-Forwarded-For"] == ["9.9.9.9, 127.0.0.1"]
        assert said["context"]["identity"]["sourceIp"] == "127.0.0.1"
        assert said["context"]["path"] == "/live/api/echo/a%2Fb"
        assert said["context"]["requestId"]
        assert 28_000 < said["left_ms"] <= 29_000

    _tell(tmp_path, story)


def test_bytes_travel_both_ways_as_base64(tmp_path: Path) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        content_type = {"content-type": "image/x-scratch"}
        there = (await client.post("/api/echo/1", content=b"abc", headers=content_type)).json()
        assert (base64.b64decode(there["body"]), there["base64"]) == (b"abc", True)
        back = await client.get("/api/bytes", headers={"accept": "image/x-scratch"})
        assert back.content == b"\x00\xff"

    _tell(tmp_path, story)


def test_cookies_stay_apart_and_the_edge_adds_only_what_is_lacking(tmp_path: Path) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        answer = await client.get("/api/cookies")
        assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
        assert answer.headers.get_list("x-frame-options") == ["SAMEORIGIN"]
        assert answer.headers["x-content-type-options"] == "nosniff"

    _tell(tmp_path, story)


def test_a_process_answers_one_request_at_a_time(tmp_path: Path) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        answers = await asyncio.gather(*(client.get("/api/slowly") for _ in range(20)))
        said = [answer.json() for answer in answers]
        assert not any(one["overlapped"] for one in said)
        assert len({one["pid"] for one in said}) == 2

    _tell(tmp_path, story, count=2)


def test_a_worker_that_dies_costs_its_request_alone_and_is_replaced(tmp_path: Path) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        before = (await client.get("/api/echo/1")).json()["pid"]
        lost = await client.post("/api/die")
        assert (lost.status_code, lost.headers["content-type"]) == (502, "application/problem+json")
        after = await client.get("/api/echo/1")
        assert after.status_code == 200
        assert after.json()["pid"] != before

    _tell(tmp_path, story)


def test_a_request_beyond_the_time_limit_is_504_and_its_worker_is_replaced(tmp_path: Path) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        # While the replacement imports the application, requests wait; it may take them beyond the limit.
        assert (await client.get("/api/forever")).status_code == 504
        for _ in range(20):
            if (answer := await client.get("/api/echo/1")).status_code == 200:
                break
        assert answer.status_code == 200

    _tell(tmp_path, story, timeout_seconds=0.5)


def test_a_body_beyond_ten_megabytes_is_413_and_one_of_ten_passes(tmp_path: Path) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        ten_megabytes = b"x" * (10 * 1024 * 1024)
        refused = await client.post("/api/echo/1", content=ten_megabytes + b"x")
        assert (refused.status_code, refused.json()["type"]) == (413, "too-large")
        assert (
            len((await client.post("/api/echo/1", content=ten_megabytes)).json()["body"]) == 10 * 1024 * 1024
        )

    _tell(tmp_path, story)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/api/nothing"), ("DELETE", "/api/slowly"), ("GET", "/v1/x")]
)
def test_an_unknown_route_is_a_problem_with_security_headers(tmp_path: Path, method: str, path: str) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        answer = await client.request(method, path)
        assert (answer.status_code, answer.json()["type"]) == (404, "not-found")
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"]

    _tell(tmp_path, story)


def test_paths_are_shared_out_among_the_page_the_api_and_the_developer(tmp_path: Path) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        said: list[Any] = [
            (await client.get(path)).text for path in ("/", "/apiary", "/dev/clock", "/developer")
        ]
        assert said == ["page", "page", "dev", "page"]

    _tell(tmp_path, story)


def test_an_application_that_cannot_be_imported_says_where_its_log_is(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("raise RuntimeError('a setting is missing')")
    workers = Workers(1, tmp_path, {}, tmp_path / "gateway.log")
    with pytest.raises(WorkerDied, match=r"gateway\.log"):
        asyncio.run(workers.start())
    assert "a setting is missing" in (tmp_path / "gateway.log").read_text()
