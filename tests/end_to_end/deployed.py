"""The packaged functions in an embedded AWS of their own, behind its API Gateway and one public origin."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import boto3
import httpx
from twilio.request_validator import RequestValidator

from infra.local.carrier import Carrier
from infra.local.deployment import deploy_project
from infra.local.embedded_aws import REGION, EmbeddedAws
from infra.local.exchange import Answered, Asked
from infra.local.hosting import Host
from infra.local.laptop import Laptop
from infra.local.mailbox import Mailbox
from infra.local.parts import StandIns, _stand_ins
from infra.local.payments import Payments
from infra.local.schedules import Schedules
from infra.local.state_folder import StateFolder
from infra.local.store import Store
from infra.local.visitor import Visitor, wait_for

HOP_BY_HOP = {"connection", "content-encoding", "content-length", "host", "keep-alive", "transfer-encoding"}


class Origin:
    """What stands before the API: the public origin, whose paths go to the gateway's stage as they are."""

    def __init__(self, stage: httpx.Client) -> None:
        self._stage = stage

    def answer(self, asked: Asked) -> Answered:
        target = f"{asked.path}?{asked.query}" if asked.query else asked.path
        came = self._stage.request(
            asked.method, target.lstrip("/"), headers=_passed_on(asked.headers), content=asked.body
        )
        return Answered(came.status_code, came.content, _passed_on(came.headers))

    def deliver_due(self) -> int:
        return 0


def _passed_on(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in HOP_BY_HOP}


def deploy(laptop: Laptop, running: ExitStack) -> Deployed:
    """All of it, until `running` is closed."""
    aws = EmbeddedAws(laptop.port + 1, laptop.folder / "aws", save_every_seconds=600)
    aws.start()
    running.callback(aws.stop)
    folder = StateFolder(laptop.folder)
    schedules = deploy_project(laptop, folder.secrets())
    running.callback(schedules.aws.close)
    session = boto3.Session("test", "test", region_name=REGION)
    gateways = session.client("apigateway", endpoint_url=laptop.aws_url)
    running.callback(gateways.close)
    [api] = gateways.get_rest_apis()["items"]
    stage_url = f"{laptop.aws_url}/_aws/execute-api/{api['id']}/live"
    forwarding = httpx.Client(base_url=stage_url, timeout=60, trust_env=False)
    running.callback(forwarding.close)
    origin = Host(Origin(forwarding), laptop.port)
    origin.start()
    running.callback(origin.stop)
    stand_ins = _stand_ins(laptop, folder, print)
    stand_ins.start()
    running.callback(stand_ins.stop)
    return Deployed(laptop, stage_url, schedules, stand_ins, Mailbox(Store(), laptop.aws_url))


@dataclass(frozen=True)
class Deployed:
    """Everything that a person, a bank and a carrier need to use the deployed functions."""

    laptop: Laptop
    stage_url: str
    schedules: Schedules
    stand_ins: StandIns
    mailbox: Mailbox

    @property
    def carrier(self) -> Carrier:
        return self.stand_ins.carrier

    @property
    def payments(self) -> Payments:
        return self.stand_ins.payments

    def pass_time(self, hours: int) -> None:
        """Moves the functions' clock."""
        self.schedules.clock.advance(timedelta(hours=hours))

    def run(self, function: str) -> None:
        """Invokes the function of that name as its schedule does."""
        replace(self.schedules, functions=(function,)).run()

    def signature(self, url: str, form: Mapping[str, str]) -> str:
        """The carrier's over a webhook."""
        validator = RequestValidator(self.carrier.account.auth_token)
        return str(validator.compute_signature(url, dict(form)))


class Caller(Visitor):
    """A visitor where there is no /dev/: mailbox, bank and voice SDK are at hand."""

    def __init__(self, deployed: Deployed) -> None:
        super().__init__(deployed.laptop.public_url)
        self._deployed = deployed

    def mails(self) -> list[dict[str, Any]]:
        self._deployed.mailbox.collect()
        return self._deployed.mailbox.items(self.email)

    def top_up(self, amount_micros: int) -> dict[str, Any]:
        order = self.post("/api/topups", {"amount_micros": amount_micros}).raise_for_status().json()
        self._deployed.payments.pay(order["checkout_id"], "succeeded")
        self._deployed.stand_ins.deliveries.wake()
        return wait_for(
            lambda: self.get(f"/api/topups/{order['id']}").json(), lambda it: it["state"] == "paid"
        )

    def call(self, to: str, talk_seconds: int, *faults: str) -> dict[str, Any]:
        token = self.post("/api/calls/token").raise_for_status().json()["token"]
        return self._deployed.carrier.place_call(token, to, talk_seconds, faults)
