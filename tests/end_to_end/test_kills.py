"""Processes killed in the middle of what they do: nothing is lost, and nothing is done twice."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from typing import Any

import httpx

from infra.local.visitor import Visitor, wait_for
from tests.end_to_end import books
from tests.end_to_end.house import LAST_SAVED, House

PEOPLE = 3
KILLS = 4
ENOUGH = 2
LONDON = "+442079460958"


@dataclass
class Traffic:
    """One person's, until told to stop: what was paid, how long each call was, and what went wrong."""

    who: Visitor
    over: Event
    intents: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    talked_seconds: list[int] = field(default_factory=list)
    interrupted: int = 0

    def top_up(self) -> None:
        while not self.over.is_set():
            if order := self._asked("/api/topups", {"amount_micros": 5_000_000}):
                paid = self.who.post(f"/dev/payments/{order['checkout_id']}/pay").raise_for_status().json()
                self.intents.append(paid["payment_intent"])
                self.orders.append(order["id"])

    def call(self) -> None:
        seconds = 0
        while not self.over.is_set():
            if token := self._asked("/api/calls/token"):
                seconds += 1
                asked = {"token": token["token"], "to": LONDON, "talk_seconds": seconds}
                placed = self.who.post("/dev/carrier/calls", asked).raise_for_status().json()
                if placed["outcome"] == "completed":
                    assert placed["duration_seconds"] == seconds
                    self.talked_seconds.append(seconds)

    def done(self) -> int:
        """How much of both, at least: a slow machine needs longer."""
        return min(len(self.orders), len(self.talked_seconds))

    def _asked(self, path: str, body: Any = None) -> dict[str, Any] | None:
        """The answer, or None when the process that was to give it is gone."""
        answer = self.who.post(path, body)
        if answer.status_code == httpx.codes.BAD_GATEWAY:
            self.interrupted += 1
            return None
        found: dict[str, Any] = answer.raise_for_status().json()
        return found


def test_workers_killed_in_the_middle_of_traffic_lose_nothing(house: House) -> None:
    over = Event()
    all_of_it = [Traffic(house.newcomer(), over) for _ in range(PEOPLE)]
    for traffic in all_of_it:
        traffic.intents.append(traffic.who.top_up(10_000_000)["payment_intent"])
    with ThreadPoolExecutor(2 * PEOPLE) as threads:
        under_way = [threads.submit(act) for traffic in all_of_it for act in (traffic.top_up, traffic.call)]
        try:
            for _ in range(KILLS):
                time.sleep(0.8)
                assert house.kill_workers(1) == 1
            wait_for(lambda: min(map(Traffic.done, all_of_it)), lambda least: least >= ENOUGH)
        finally:
            over.set()
    for done in under_way:
        done.result()
    assert sum(traffic.interrupted for traffic in all_of_it), "no kill has hit a request"
    all_of_it[0].who.advance("PT3H")  # later than the deadline of every call
    for traffic in all_of_it:
        _check(traffic)


def _check(traffic: Traffic) -> None:
    who = traffic.who
    for order in traffic.orders:
        wait_for(partial(_state, who, order), "paid".__eq__)
    wait_for(who.balance, lambda balance: balance["held"]["amount_micros"] == 0)
    found = books.read(who)
    found.check()
    assert found.causes("topup") == sorted(traffic.intents), "each payment is credited, and once"
    assert found.talked_seconds() == traffic.talked_seconds, "each answered call is charged, and once"


def _state(who: Visitor, order: str) -> str:
    return str(who.get(f"/api/topups/{order}").json()["state"])


def test_a_killed_embedded_aws_starts_from_its_last_saved_state_says_so_and_the_service_goes_on(
    house: House,
) -> None:
    who = house.newcomer()
    who.top_up(5_000_000)
    who.call(LONDON, 61)
    house.await_save()
    saved = books.read(who)
    who.call(LONDON, 62)
    house.kill_aws()
    house.runner.await_words(LAST_SAVED)
    wait_for(lambda: who.get("/api/balance").status_code, (200).__eq__)
    kept = books.read(who)
    kept.check()
    assert kept.entries[-len(saved.entries) :] == saved.entries
    who.top_up(5_000_000)
    assert who.call(LONDON, 63)["outcome"] == "completed"
    now = books.read(who)
    now.check()
    assert now.talked_seconds() == [*kept.talked_seconds(), 63]
