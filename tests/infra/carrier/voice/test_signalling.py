"""The frames between the voice SDK and the carrier: who may come in, and what is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from tests.infra.carrier.receiver import SITE, Receiver
from tests.infra.carrier.voice.caller import ECHOES, calling, signed_in
from tests.infra.carrier.voice.conftest import Desk, play

SESSION = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
TOKEN_INVALID, TOKEN_EXPIRED, BAD_REQUEST = 31204, 31205, 31400


def test_a_good_token_is_welcomed_with_its_identity_and_life(desk: Desk, token: str) -> None:
    async def scenario() -> None:
        async with calling(desk.port, token, SITE) as caller:
            welcome = await caller.listen()
            assert welcome["token"]["identity"] == "acc_1"
            assert 3500 < welcome["token"]["ttl"] <= 3600
            await caller.send("register", media={"audio": True})
            assert await caller.until("ready") == {}
            await caller.send("unregister")
            assert await caller.until("offline") == {}

    play(scenario())


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"secret": "f" * 32}, TOKEN_INVALID),
        ({"key_sid": "SK" + "0" * 32}, TOKEN_INVALID),
        ({"account_sid": "AC" + "0" * 32}, TOKEN_INVALID),
        ({"app_sid": "AP" + "0" * 32}, TOKEN_INVALID),
        ({"identity": None}, TOKEN_INVALID),
        ({"ttl": -1}, TOKEN_EXPIRED),
    ],
)
def test_a_token_that_is_forged_foreign_or_expired_is_refused_and_shown_the_door(
    desk: Desk, make_token: Callable[..., str], wrong: dict[str, Any], code: int
) -> None:
    async def scenario() -> None:
        async with calling(desk.port, make_token(**wrong)) as caller:
            await caller.send("listen", token=caller.token)
            assert (await caller.until("error"))["error"]["code"] == code
            await caller.until("close")
            await caller.closed()

    play(scenario())


@pytest.mark.parametrize("garbage", ["", "a.b.c", None, 7, {"token": "x"}])
def test_what_is_no_token_is_refused(desk: Desk, receiver: Receiver, garbage: object) -> None:
    async def scenario() -> None:
        async with calling(desk.port, "") as caller:
            await caller.send("listen", token=garbage)
            assert (await caller.until("error"))["error"]["code"] == TOKEN_INVALID
            await caller.closed()

    play(scenario())
    assert receiver.got == []


def test_nothing_can_be_done_before_the_token_was_shown(desk: Desk, receiver: Receiver, token: str) -> None:
    async def scenario() -> None:
        async with calling(desk.port, token) as caller:
            await caller.send("register")
            assert (await caller.until("error"))["error"]["code"] == TOKEN_INVALID
            call = await caller.dial(ECHOES)
            assert (await call.until("hangup"))["error"]["code"] == TOKEN_INVALID

    play(scenario())
    assert receiver.got == []


def test_a_token_that_has_expired_meanwhile_places_no_call(
    desk: Desk, receiver: Receiver, make_token: Callable[..., str]
) -> None:
    async def scenario() -> None:
        async with calling(desk.port, make_token(ttl=1)) as caller:
            await caller.listen()
            await asyncio.sleep(1.1)
            call = await caller.dial(ECHOES)
            assert (await call.until("hangup"))["error"]["code"] == TOKEN_EXPIRED

    play(scenario())
    assert receiver.got == []


@pytest.mark.parametrize(
    "garbage", ["{", "7", "[]", "{}", '{"type": []}', '{"type": "invite", "payload": "x"}', b"\0"]
)
def test_what_is_no_frame_is_refused_and_the_connection_lives_on(
    desk: Desk, token: str, garbage: str | bytes
) -> None:
    async def scenario() -> None:
        async with calling(desk.port, token) as caller:
            await caller.socket.send(garbage)
            assert (await caller.until("error"))["error"]["code"] == BAD_REQUEST
            await (await signed_in(caller, ECHOES)).until("ringing")

    play(scenario())


def test_unknown_frames_and_those_about_no_call_change_nothing(desk: Desk, token: str) -> None:
    async def scenario() -> None:
        async with calling(desk.port, token) as caller:
            await caller.send("presence", whatever=1)
            await caller.send("hangup", callsid="CA0")
            await caller.send("hangup")
            await caller.send("reinvite", callsid="CA0", sdp="v=0")
            await caller.send("dtmf", callsid="CA0", dtmf="1")
            assert (await caller.until("error"))["error"]["code"] == BAD_REQUEST
            call = await signed_in(caller, ECHOES)
            await call.answered()
            for digits in ("12a", "٣", "call"):
                await call.press(digits)
                assert (await caller.until("error"))["error"]["code"] == BAD_REQUEST

    play(scenario())


@pytest.mark.parametrize(
    "sdp",
    [
        "",
        "v=0",
        SESSION,
        f"{SESSION}m=audio 9 UDP/TLS/RTP/SAVPF 99\r\nc=IN IP4 0.0.0.0\r\n",
    ],
)
def test_an_offer_without_sound_places_no_call(desk: Desk, receiver: Receiver, token: str, sdp: str) -> None:
    async def scenario() -> None:
        async with calling(desk.port, token) as caller:
            await caller.listen()
            await caller.send("invite", callsid="TJ1", sdp=sdp, twilio={"params": "To=%2B12025550123"})
            refused = await caller.until("hangup")
            assert (refused["callsid"], refused["error"]["code"]) == ("TJ1", BAD_REQUEST)

    play(scenario())
    assert receiver.got == []


def test_other_sites_pages_and_other_paths_are_turned_away(desk: Desk, token: str) -> None:
    async def scenario() -> None:
        for origin in ("https://example.org", "http://127.0.0.1:9", "null"):
            with pytest.raises(InvalidStatus) as refused:
                async with calling(desk.port, token, origin):
                    pass
            assert refused.value.response.status_code == 403
        with pytest.raises(InvalidStatus) as refused:
            async with calling(desk.port, token, path="/"):
                pass
        assert refused.value.response.status_code == 404

    play(scenario())


def test_the_answer_offers_this_machine_alone_and_asks_nobody_else(desk: Desk, token: str) -> None:
    async def scenario() -> None:
        async with calling(desk.port, token) as caller:
            call = await signed_in(caller, ECHOES)
            answer = (await call.until("ringing"))["sdp"]
            candidates = [line.split() for line in answer.splitlines() if line.startswith("a=candidate")]
            assert {fields[7] for fields in candidates} == {"host"}
            assert "127.0.0.1" in {fields[4] for fields in candidates}

    play(scenario())
