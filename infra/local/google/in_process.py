"""The stand-in without a socket: what `providers.google` uses in place of urllib3's pool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from urllib3.exceptions import TimeoutError as Silence

from infra.local.exchange import Answered, Asked
from infra.local.google import Google


@dataclass(frozen=True)
class _Response:
    answered: Answered

    @property
    def status(self) -> int:
        return self.answered.status

    def read(self, amount: int) -> bytes:
        return self.answered.body[:amount]

    def release_conn(self) -> None:
        """Nothing is held."""


@dataclass
class InProcess:
    """Carries requests over; while `silent`, none is answered. `asked` has the paths."""

    google: Google
    silent: bool = False
    status: int | None = None

    def __post_init__(self) -> None:
        self.asked: list[str] = []

    def request(self, method: str, url: str, *, body: str | None, **_: Any) -> _Response:
        split = urlsplit(url)
        self.asked.append(split.path)
        if self.silent:
            raise Silence
        try:
            answered = self.google.answer(Asked(method, split.path, split.query, {}, (body or "").encode()))
        except TimeoutError:
            raise Silence from None
        return _Response(Answered(self.status, b"") if self.status else answered)
