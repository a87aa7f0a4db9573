"""Stand-ins over HTTP, and webhooks on their way back."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pytest

from infra.local.exchange import Answered, Asked
from infra.local.hosting import Deliveries, Host, deliver


class Echo:
    """Answers with what it was asked; /silence is not answered."""

    def __init__(self) -> None:
        self.delivered = 0

    def answer(self, asked: Asked) -> Answered:
        if asked.path == "/silence":
            raise TimeoutError
        said = [asked.method, asked.path, asked.query, asked.headers.get("x-one"), asked.body.decode()]
        return Answered.json(202, said, {"x-two": "2"})

    def deliver_due(self) -> int:
        self.delivered += 1
        if self.delivered == 1:
            raise ZeroDivisionError
        return 0


@pytest.fixture
def host() -> Iterator[Host]:
    served = Host(Echo(), 0)
    served.start()
    yield served
    served.stop()


def test_a_request_and_its_answer_pass_unchanged(host: Host) -> None:
    url = f"http://127.0.0.1:{host.port}/a%2Fb?x=1&x=2"
    answer = httpx.put(url, content=b"body", headers={"X-One": "1"}, trust_env=False)
    assert answer.status_code == 202
    assert answer.json() == ["PUT", "/a%2Fb", "x=1&x=2", "1", "body"]
    assert answer.headers["x-two"] == "2"


def test_a_stand_in_that_times_out_closes_the_connection_unanswered(host: Host) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"http://127.0.0.1:{host.port}/silence", trust_env=False)


def test_a_stand_in_listens_on_this_machine_alone(host: Host) -> None:
    assert host.server_address[0] == "127.0.0.1"


def test_a_webhook_gets_its_receiver_s_answer(host: Host) -> None:
    with httpx.Client(trust_env=False) as client:
        answered = deliver(client)(f"http://127.0.0.1:{host.port}/hook", b"x=1", {"x-one": "1"})
    assert (answered.status, answered.headers["x-two"]) == (202, "2")


def test_a_webhook_that_nobody_answers_is_an_os_error() -> None:
    with httpx.Client(trust_env=False) as client, pytest.raises(OSError, match=r".+"):
        deliver(client)("http://127.0.0.1:9/hook", b"", {})


def test_deliveries_go_on_after_a_failure_and_come_at_once_when_woken(
    capsys: pytest.CaptureFixture[str],
) -> None:
    echo = Echo()
    deliveries = Deliveries([echo], every_seconds=30)
    deliveries.start()
    deadline = time.monotonic() + 5
    while echo.delivered < 3 and time.monotonic() < deadline:
        deliveries.wake()
        time.sleep(0.01)
    deliveries.stop()
    assert echo.delivered >= 3
    assert "ZeroDivisionError" in capsys.readouterr().err
