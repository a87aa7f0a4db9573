"""People who leave: each with something behind them, and what will come in between."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import httpx

from infra.local.embedded_aws import REGION
from infra.local.laptop import ROOT, Laptop
from infra.local.visitor import PASSWORD, Visitor
from tests.end_to_end.house import House

LONDON = "+442079460958"
TROUBLES = ("none", "stopped", "cancels", "held", "waives", "stopped")
"""What happens to one after the other, besides what happens to all."""


@dataclass
class Leaver:
    """One person, their account, and the request to be forgotten."""

    who: Visitor
    trouble: str
    account_id: str = ""
    request_id: str = ""
    hold_id: str = ""
    told: int = 0

    @property
    def should_end(self) -> str:
        return "cancelled" if self.told == httpx.codes.OK else "fulfilled"

    def live(self) -> None:
        self.who.top_up(5_000_000)
        assert self.who.call(LONDON, 30)["outcome"] == "completed"
        self.account_id = self.who.get("/api/me").json()["account_id"]

    def ask(self) -> None:
        asked = self.who.post(
            "/api/privacy/requests", {"type": "deletion", "waive_grace": self.trouble == "waives"}
        )
        assert asked.status_code == httpx.codes.CREATED, asked.text
        self.request_id = asked.json()["id"]

    def cancel(self) -> None:
        """Told what came of it; asked again where the service was away."""
        self.who.sign_in().raise_for_status()
        self.told = self.who.post(f"/api/privacy/requests/{self.request_id}/cancel").status_code

    def login(self) -> int:
        return self.who.post("/api/auth/login", {"email": self.who.email, "password": PASSWORD}).status_code


@dataclass
class Records:
    """What lies in the tables, and which executions there were."""

    house: House
    prefix: str = field(init=False)

    def __post_init__(self) -> None:
        laptop = Laptop(self.house.port, "kinvo", Path(self.house.folder))
        self.prefix = laptop.workers_environment()["TABLE_PREFIX"]

    @contextmanager
    def _table(self, name: str) -> Iterator[Any]:
        url = f"http://127.0.0.1:{self.house.port + 1}"
        resource: Any = boto3.Session("test", "test", region_name=REGION).resource(
            "dynamodb", endpoint_url=url
        )
        yield resource.Table(self.prefix + name)
        resource.meta.client.close()

    def all(self, name: str) -> list[dict[str, Any]]:
        with self._table(name) as table:
            answer = table.scan()
            found: list[dict[str, Any]] = answer["Items"]
            while "LastEvaluatedKey" in answer:
                answer = table.scan(ExclusiveStartKey=answer["LastEvaluatedKey"])
                found += answer["Items"]
        return found

    def states(self) -> dict[str, str]:
        """Of every deletion, by its id."""
        return {one["id"]: one["state"] for one in self.all("registry") if one.get("type") == "deletion"}

    def ends(self, request_id: str) -> list[str]:
        """The ends that its history tells of."""
        told = [
            one["what"]
            for one in self.all("registry")
            if one["pk"] == f"REQUEST#{request_id}" and "what" in one
        ]
        return [what for what in told if what in ("fulfilled", "cancelled")]

    def executions(self, request_id: str) -> list[str]:
        with self.house.machines() as machines:
            return machines.statuses(request_id)

    def stop_newest(self, request_id: str) -> None:
        """Its newest execution ends where it is."""
        with self.house.machines() as machines:
            machines.stop_newest(request_id)


def set_hold(house: House, leaver: Leaver, *categories: str) -> None:
    """A case forbids to erase; by the operator's command."""
    chosen = [word for category in categories for word in ("--category", category)]
    leaver.hold_id = _operate(house, "set", leaver.account_id, "--case", "2026/17", *chosen).split()[0]


def release_hold(house: House, leaver: Leaver) -> None:
    _operate(house, "release", leaver.account_id, leaver.hold_id)
    leaver.hold_id = ""


def _operate(house: House, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "infra.operate", "--stage", "local", "holds", *words, "--by", "staff"],
        cwd=ROOT,
        env=os.environ | {"PORT": str(house.port), "STATE_DIR": str(house.folder), "PROFILE": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
