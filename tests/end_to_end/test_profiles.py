"""`make run` with each of the other policies: its page, its notice, its own way in, and what it offers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.policy import profile
from infra.local.laptop import ROOT
from infra.local.visitor import Visitor, wait_for
from tests.end_to_end.operating import Operator
from tests.infra.local.runner import Runner
from tests.infra.local.sockets import free_ports

USUAL = "kinvo"
"""What all other tests of this folder run."""


@pytest.fixture(params=[id for id in profile.known() if id != USUAL])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Operator]:
    """The operator of a service of its own."""
    operator = Operator(free_ports(5), tmp_path / "state", request.param)
    runner = Runner(operator.port, operator.folder, operator.profile)
    try:
        runner.await_words("is ready")
        yield operator
    finally:
        assert runner.stop() == 0


def test_a_service_of_each_policy_starts_and_lets_people_in(running: Operator, tmp_path: Path) -> None:
    policy, who = profile.load(running.profile), Visitor(f"http://127.0.0.1:{running.port}")
    assert who.get("/").text.startswith("<!doctype html>")
    assert policy.title in who.get("/api/privacy/notice").text
    assert who.get("/api/privacy/policy").json()["version"] == policy.version
    if "password_sign_in" in policy.offers:
        tell_the_story(running.port)
    else:
        me = who.come_from_google()
        assert (me.status_code, me.json()["name"]) == (200, "Ada Lovelace")
        who.top_up(5_000_000)
        assert who.call("+442079460958", 65)["outcome"] == "completed"
    for capability, path in (("calling", "/api/calls"), ("credit", "/api/balance")):
        assert (who.get(path).status_code == 404) is (capability not in policy.offers)
    if "marketing_mail" in policy.offers:
        send_news(running, who, tmp_path / "news.txt")
    who.http.close()


def tell_the_story(port: int) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "infra.local.demo"],
        cwd=ROOT,
        env=os.environ | {"PORT": str(port)},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert told.returncode == 0, told.stdout + told.stderr


def send_news(operator: Operator, who: Visitor, text: Path) -> None:
    """To one person, who asked for them."""
    who.sign_up().raise_for_status()
    wait_for(who.mails, bool)
    who.verify().raise_for_status()
    who.sign_in().raise_for_status()
    who.http.put("/api/privacy/consents/marketing", json={"granted": True}).raise_for_status()
    text.write_text("Calls to Ghana are cheaper.")
    assert "1 sent" in operator.operate("mailing", "december", "--subject", "News", str(text))
    wait_for(lambda: who.mails()[0]["subject"], "News".__eq__)
