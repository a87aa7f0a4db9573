"""The script that a laptop's page gets, and nobody else's."""

from __future__ import annotations

import asyncio
import json
import re
import wave
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from infra.local import edge
from infra.local.page import Page
from infra.local.voice import page as voice_page

HOST = "127.0.0.1:8004"
ROOT = Path(__file__).parents[4]


def ask(app: ASGIApp, path: str, method: str = "GET") -> httpx.Response:
    async def exchange() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
            return await client.request(method, path)

    return asyncio.run(exchange())


def test_the_page_gets_the_script_first_and_may_connect_to_the_signalling() -> None:
    page = Page(edge.read(), ROOT / "web")
    plain, voiced = ask(page, "/"), ask(voice_page.Voiced(page, HOST), "/")
    assert voiced.text == plain.text.replace("<head>", f"<head>{voice_page.TAG}", 1) != plain.text
    assert voiced.headers["content-length"] == str(len(voiced.content))
    assert f"connect-src 'self' ws://{HOST}" in voiced.headers["content-security-policy"].split("; ")
    changed = {"content-security-policy", "content-length"}
    assert {name: value for name, value in voiced.headers.items() if name not in changed} == {
        name: value for name, value in plain.headers.items() if name not in changed
    }


def test_a_page_that_is_long_enough_to_be_compressed_gets_the_script_too() -> None:
    page = Page(edge.read(), ROOT / "web", lambda: b"<head>" + b"long " * 1_000)
    voiced = ask(voice_page.Voiced(page, HOST), "/")
    assert voiced.headers["content-encoding"] == "gzip"
    assert voiced.text.startswith(f"<head>{voice_page.TAG}")


@pytest.mark.parametrize(
    "response",
    [
        PlainTextResponse("<head>"),
        HTMLResponse("<head>", 404),
        HTMLResponse(b"<head>", headers={"content-encoding": "br"}),
        HTMLResponse("no head"),
    ],
)
def test_what_is_no_page_stays_as_it_is(response: Response) -> None:
    async def serve(_request: object) -> Response:
        return response

    app = voice_page.Voiced(Starlette(routes=[Route("/", serve)]), HOST)
    assert ask(app, "/").headers["content-length"] == str(len(response.body))
    assert voice_page.TAG not in str(response.body)
    assert ask(app, "/", "HEAD").headers["content-length"] == str(len(response.body))


@pytest.mark.parametrize(
    ("policy", "wanted"),
    [
        ("default-src 'self'; object-src 'none'", "connect-src 'self' ws://h:1"),
        ("default-src 'none'", "connect-src ws://h:1"),
        ("connect-src 'self' wss://a; default-src 'none'", "connect-src 'self' wss://a ws://h:1"),
        ("upgrade-insecure-requests", "connect-src 'self' ws://h:1"),
    ],
)
def test_a_content_policy_lets_one_more_source_be_connected_to(policy: str, wanted: str) -> None:
    amended = voice_page.connecting(policy, "ws://h:1").split("; ")
    assert wanted in amended
    assert len([part for part in amended if part.startswith("connect-src")]) == 1
    assert {part for part in policy.split("; ") if not part.startswith("connect-src")} < set(amended)


def test_the_script_tells_where_signalling_is_and_sends_nothing_elsewhere() -> None:
    answer = ask(Starlette(routes=voice_page.routes(HOST)), voice_page.SCRIPT)
    assert answer.headers["content-type"].startswith("text/javascript")
    [settings] = re.findall(r"vowlineVoice = (\{.*\});", answer.text)
    device = json.loads(settings)["device"]
    assert device["chunderw"] == HOST
    assert device["publishEvents"] is False
    assert set(device["sounds"]) == {
        "incoming",
        "outgoing",
        "disconnect",
        *(f"dtmf{key}" for key in "0123456789sh"),
    }


def test_each_sound_is_a_short_file_and_there_are_no_others() -> None:
    app = Starlette(routes=voice_page.routes(HOST))
    for name in ("outgoing", "disconnect", "dtmf0", "dtmfs", "incoming"):
        answer = ask(app, f"/dev/voice/sounds/{name}.wav")
        assert answer.headers["content-type"] == "audio/wav"
        with wave.open(BytesIO(answer.content)) as file:
            assert 0.05 < file.getnframes() / file.getframerate() <= 5
    assert ask(app, "/dev/voice/sounds/cowbell.wav").status_code == 404


def test_nothing_of_it_is_on_its_way_to_a_deployed_stage() -> None:
    published = [file for file in (ROOT / "web").rglob("*.html") if "node_modules" not in file.parts]
    assert published
    assert not any("/dev/voice" in file.read_text() for file in published)
    template = "".join(file.read_text() for file in (ROOT / "infra/template").glob("*.yaml"))
    assert "ws://" not in template
