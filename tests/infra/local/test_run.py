"""The whole service as `make run` starts it: what it says, where it listens, and what survives."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.infra.local.runner import Runner, wait_until
from tests.infra.local.sockets import free_ports, listening_addresses

EMAIL = "ada@example.com"
PASSWORD = "a long enough password"


@dataclass
class House:
    """The service under test and a person's browser."""

    port: int
    folder: Path
    runner: Runner
    browser: httpx.Client

    def restart(self) -> None:
        assert self.runner.stop() == 0
        self.runner = Runner(self.port, self.folder)
        self.runner.await_words("is ready")

    def can_sign_in(self) -> bool:
        login = self.browser.post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD})
        return login.status_code == 200

    def mails(self) -> list[str]:
        items = self.browser.get("/dev/mailbox", params={"to": EMAIL}).json()["items"]
        return [link for mail in items for link in mail["links"]]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    port, folder = free_ports(5), tmp_path_factory.mktemp("service") / "state"
    origin = f"http://127.0.0.1:{port}"
    runner = Runner(port, folder)
    with httpx.Client(base_url=origin, headers={"origin": origin}, timeout=30, trust_env=False) as browser:
        house = House(port, folder, runner, browser)
        try:
            runner.await_words("is ready")
            _sign_up(house)
            yield house
        finally:
            house.runner.stop()


def _sign_up(house: House) -> None:
    version = house.browser.get("/api/privacy/policy").json()["version"]
    person = {"email": EMAIL, "password": PASSWORD, "birth_date": "1990-01-31", "policy_version": version}
    assert house.browser.post("/api/auth/signup", json=person).status_code == 202
    wait_until(lambda: bool(house.mails()))
    token = house.mails()[0].partition("token=")[2]
    assert house.browser.post("/api/auth/verify", json={"token": token}).status_code == 204


def test_the_summary_names_what_answers(house: House) -> None:
    for path in ("/", "/api/docs", "/dev/mailbox", "/dev/endpoints"):
        assert f"http://127.0.0.1:{house.port}{path}\n" in house.runner.output
        assert house.browser.get(path).status_code == 200


def test_nothing_listens_beyond_this_machine(house: House) -> None:
    addresses = {address for pid in house.runner.pids() for address in listening_addresses(pid)}
    assert {port for _, port in addresses} >= set(range(house.port, house.port + 5))
    assert {address for address, _ in addresses} == {"127.0.0.1"}


def test_a_second_one_on_the_same_ports_is_refused_with_a_sentence(house: House, tmp_path: Path) -> None:
    second = Runner(house.port, tmp_path / "other")
    assert second.wait() == 1
    assert second.output.startswith(f"Port {house.port}, for the page and the API, is taken: ")


def test_a_second_one_on_the_same_state_is_refused_with_a_sentence(house: House) -> None:
    second = Runner(free_ports(5), house.folder)
    assert second.wait() == 1
    assert "is in use by process" in second.output


def test_killed_workers_are_replaced_and_lose_nothing(house: House) -> None:
    killed = house.runner.pids_of("infra.local.worker")
    assert len(killed) >= 2
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    wait_until(house.can_sign_in)
    assert house.can_sign_in()
    assert not set(killed) & set(house.runner.pids())


def test_a_killed_embedded_aws_starts_again_from_its_last_saved_state_and_says_so(house: House) -> None:
    users = house.folder / "aws/state/dynamodb.json"
    wait_until(lambda: users.exists() and "acc_" in users.read_text())
    (pid,) = house.runner.pids_of("embedded_aws_process")
    os.kill(pid, signal.SIGKILL)
    house.runner.await_words("starts from its last saved state, of ")
    wait_until(house.can_sign_in)
    assert house.can_sign_in()


def test_a_clean_stop_and_restart_keep_accounts_and_mails_and_say_nothing(house: House) -> None:
    mails = house.mails()
    house.restart()
    assert "last saved state" not in house.runner.output
    assert house.can_sign_in()
    assert house.mails() == mails
