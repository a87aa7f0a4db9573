"""A carrier with an application that dials what it is asked to, on clocks that stand still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant

from infra.local.carrier import Carrier
from infra.local.carrier.in_process import twilio_client
from infra.local.store import Store
from tests.infra.carrier.receiver import AUTH_TOKEN, FALLBACK, VOICE, Receiver, dial

ACCOUNT_SID = "AC" + "a" * 32
API_KEY_SID = "SK" + "b" * 32
API_KEY_SECRET = "c" * 32
APP_SID = "AP" + "d" * 32


@dataclass
class Clock:
    """The virtual time and the real time, moved by hand."""

    virtual: datetime = datetime(2030, 5, 17, 12, 0, 0, 250_000, tzinfo=UTC)
    real_seconds: float = 1000.0

    def now(self) -> datetime:
        return self.virtual

    def real(self) -> float:
        return self.real_seconds

    def advance(self, **delta: float) -> None:
        self.virtual += timedelta(**delta)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def receiver() -> Receiver:
    return Receiver({VOICE: lambda params: dial(params["To"])})


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store()
    yield store
    store.close()


def make_carrier(store: Store, receiver: Receiver, clock: Clock) -> Carrier:
    """One more process of it, on what the last one has stored."""
    return Carrier(
        store,
        receiver,
        account_sid=ACCOUNT_SID,
        auth_token=AUTH_TOKEN,
        api_key_sid=API_KEY_SID,
        api_key_secret=API_KEY_SECRET,
        app_sid=APP_SID,
        voice_url=VOICE,
        fallback_url=FALLBACK,
        now=clock.now,
        real_time=clock.real,
    )


@pytest.fixture
def carrier(store: Store, receiver: Receiver, clock: Clock) -> Carrier:
    return make_carrier(store, receiver, clock)


@pytest.fixture
def client(carrier: Carrier) -> Any:
    """The real client; untyped, since its hints call a status a class and a listed sid optional."""
    return twilio_client(carrier)


@pytest.fixture
def make_token() -> Callable[..., str]:
    def make(
        *,
        app_sid: str = APP_SID,
        secret: str = API_KEY_SECRET,
        key_sid: str = API_KEY_SID,
        account_sid: str = ACCOUNT_SID,
        identity: str | None = "acc_1",
        params: dict[str, str] | None = None,
        **life: int,
    ) -> str:
        grant = VoiceGrant(outgoing_application_sid=app_sid, outgoing_application_params=params)
        token = AccessToken(account_sid, key_sid, secret, grants=[grant], identity=identity, **life)
        return str(token.to_jwt())

    return make


@pytest.fixture
def token(make_token: Callable[..., str]) -> str:
    return make_token(params={"call_id": "call_1"})
