"""The project's package in an embedded AWS of its own, used through that one's API Gateway."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import boto3
import httpx
import pytest

from infra.local.embedded_aws import REGION
from infra.local.laptop import Laptop
from infra.local.visitor import wait_for
from tests.end_to_end import books, long_history
from tests.end_to_end.deployed import Caller, Deployed, deploy
from tests.infra.local.sockets import free_ports

LONDON = "+442079460958"
PREMIUM = "+19002345678"
LONG = 3_300


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    laptop = Laptop(free_ports(5), "kinvo", tmp_path_factory.mktemp("deployed"))
    with contextlib.ExitStack() as running:
        yield deploy(laptop, running)


@pytest.fixture(scope="module")
def caller(deployed: Deployed) -> Iterator[Caller]:
    """Somebody who has signed up, followed the mail and signed in, with 5 USD."""
    who = Caller(deployed)
    assert who.sign_up().status_code == 202
    wait_for(who.mails, bool)
    assert who.verify().status_code == 204
    assert who.sign_in().status_code == 200
    assert who.top_up(5_000_000)["state"] == "paid"
    yield who
    who.http.close()


def test_a_call_is_paid_placed_settled_and_told_by_the_deployed_functions(caller: Caller) -> None:
    assert caller.available_micros() == 5_000_000
    assert caller.call(LONDON, 125)["outcome"] == "completed"
    found = books.read(caller)
    found.check()
    assert found.talked_seconds() == [125]
    assert found.balance["held"]["amount_micros"] == 0
    assert 0 < found.balance["available"]["amount_micros"] < 5_000_000
    assert found.calls[0]["to"] == LONDON


def test_what_has_no_price_is_refused_by_the_deployed_functions(caller: Caller) -> None:
    before = books.read(caller)
    assert caller.call(PREMIUM, 60)["outcome"] == "refused"
    assert books.read(caller) == before


def test_the_deployed_sweep_settles_a_call_whose_end_nobody_told(deployed: Deployed, caller: Caller) -> None:
    before = books.read(caller)
    assert caller.call(LONDON, 61, "lose_completed")["outcome"] == "completed"
    assert caller.balance()["held"]["amount_micros"] > 0
    deployed.pass_time(hours=3)
    deployed.run("vowline-local-sweep")
    swept = books.read(caller)
    swept.check()
    assert swept.balance["held"]["amount_micros"] == 0
    assert swept.talked_seconds() == sorted([*before.talked_seconds(), 61])


def test_a_history_too_long_for_an_answer_becomes_a_file_of_the_deployed_function(
    deployed: Deployed, caller: Caller
) -> None:
    """Its two parts are as large as S3 wants them."""
    known = len(books.read(caller).calls)
    long_history.write(deployed.laptop.aws_url, caller.get("/api/me").json()["account_id"], LONG)
    asked = caller.get("/api/calls.csv")
    assert asked.status_code == 202, asked.text
    seen = f"/api/calls/exports/{asked.json()['id']}"
    assert caller.get(seen).json()["state"] in ("waiting", "running", "ready")
    deployed.run("vowline-local-exports")
    told = wait_for(lambda: caller.get(seen).json(), lambda it: it["state"] == "ready")
    file = httpx.get(told["link"], trust_env=False)
    assert file.headers["content-disposition"] == 'attachment; filename="calls.csv"'
    header, *rows = file.text.splitlines()
    assert header.startswith("id,started_at,")
    assert len({row.partition(",")[0] for row in rows}) == len(rows) == told["rows"] == LONG + known


def test_a_webhook_signed_for_the_gateways_own_address_is_refused(deployed: Deployed) -> None:
    path = "/api/webhooks/twilio/voice"
    form = {"AccountSid": deployed.carrier.account.account_sid, "CallSid": "CA" + "0" * 32}
    statuses = [
        httpx.post(
            f"{deployed.stage_url}{path}",
            data=form,
            headers={"x-twilio-signature": deployed.signature(url + path, form)},
            trust_env=False,
        ).status_code
        for url in (deployed.stage_url, deployed.laptop.public_url)
    ]
    assert statuses == [403, 200]


def test_the_functions_that_answered_are_the_packaged_ones(deployed: Deployed, caller: Caller) -> None:
    caller.balance()
    logs = boto3.Session("test", "test", region_name=REGION).client(
        "logs", endpoint_url=deployed.laptop.aws_url
    )
    for function in ("app", "sweep"):
        streams = logs.describe_log_streams(logGroupName=f"/aws/lambda/vowline-local-{function}")
        assert streams["logStreams"], function
    logs.close()
