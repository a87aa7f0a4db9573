"""One stage for one test: tables from the project's own template, in moto's memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from unittest import mock

import boto3
from chalice.package import YAMLTemplateSerializer
from moto import mock_aws

from chalicelib.core import clock
from chalicelib.providers import stripe, twilio
from infra.local.carrier import Carrier
from infra.local.carrier.in_process import twilio_client
from infra.local.exchange import Answered, Deliver
from infra.local.payments import Payments
from infra.local.payments.in_process import stripe_client
from infra.local.payments.state import mint as random_id
from infra.local.store import Store
from infra.templates import FILES
from tests.harness.environment import ENVIRONMENT, SECRETS
from tests.harness.lambda_door import ask
from tests.harness.quick_moto import quick_moto

TABLE_KEYS = ("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes")


def deliver(url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
    """Post a provider's webhook to the service's door."""
    path = url.removeprefix(ENVIRONMENT["PUBLIC_URL"])
    answer = ask("POST", path, headers=headers, body=body)
    return Answered(answer.status, answer.text.encode(), answer.headers)


@dataclass(frozen=True)
class Outside:
    """The providers' side: how their webhooks reach us, their clock, and how Stripe names things."""

    deliver: Deliver = deliver
    now: Callable[[], datetime] = lambda: clock.now()  # noqa: PLW0108 - looked up when it is asked
    mint: Callable[[str], str] = random_id


class Stage:
    """AWS and the two providers, as far as the service sees them."""

    def __init__(self, outside: Outside | None = None) -> None:
        outside = outside or Outside()
        create_tables()
        _create_key()
        _create_machine()
        _client("secretsmanager").create_secret(
            Name=ENVIRONMENT["SECRETS_ID"], SecretString=json.dumps(SECRETS)
        )
        _client("s3").create_bucket(Bucket=ENVIRONMENT["EXPORTS_BUCKET"])
        _client("sesv2").create_email_identity(EmailIdentity=ENVIRONMENT["MAIL_FROM"])
        self.payments = _payments(outside)
        self.carrier = _carrier(outside)

    def settle_payments(self) -> None:
        """Let every webhook of Stripe's arrive."""
        while self.payments.deliver_due():
            pass


@contextmanager
def running_stage(outside: Outside | None = None) -> Iterator[Stage]:
    """AWS in memory with the project's tables, and both providers behind their real clients."""
    with mock_aws(), quick_moto():
        made = Stage(outside)
        payments, carrier = (
            stripe_client(made.payments, through=stripe.guarded),
            twilio_client(made.carrier, through=twilio.guarded),
        )
        with (
            mock.patch.object(stripe, "_client", return_value=payments),
            mock.patch.object(twilio, "_client", return_value=carrier),
        ):
            yield made


def _payments(outside: Outside) -> Payments:
    return Payments(
        Store(),
        outside.deliver,
        webhook_url=f"{ENVIRONMENT['PUBLIC_URL']}/api/webhooks/stripe",
        webhook_secret=str(SECRETS["stripe_webhook_secrets"][0]),
        page_url="http://127.0.0.1:8003",
        now=lambda: clock.epoch_seconds(outside.now()),
        mint=outside.mint,
    )


def _carrier(outside: Outside) -> Carrier:
    webhooks = f"{ENVIRONMENT['PUBLIC_URL']}/api/webhooks/twilio"
    return Carrier(
        Store(),
        outside.deliver,
        account_sid=str(SECRETS["twilio_account_sid"]),
        auth_token=str(SECRETS["twilio_auth_tokens"][0]),
        api_key_sid=str(SECRETS["twilio_api_key_sid"]),
        api_key_secret=str(SECRETS["twilio_api_key_secret"]),
        app_sid=str(SECRETS["twilio_app_sid"]),
        voice_url=f"{webhooks}/voice",
        fallback_url=f"{webhooks}/fallback",
        now=outside.now,
    )


def create_tables() -> None:
    """The tables as the template has them, but for what only the cloud can do."""
    for table in _tables():
        _client("dynamodb").create_table(**table)


@cache
def _tables() -> list[dict[str, Any]]:
    file = FILES / "tables.yaml"
    template: dict[str, Any] = YAMLTemplateSerializer().load_template(file.read_text(), str(file))
    found = []
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::DynamoDB::Table":
            properties = resource["Properties"]
            name = properties["TableName"]["Fn::Sub"].replace("${Prefix}", ENVIRONMENT["TABLE_PREFIX"])
            found.append(
                {"TableName": name, **{key: properties[key] for key in TABLE_KEYS if key in properties}}
            )
    return found


@cache
def _client(name: str) -> Any:
    """Making a client costs more than all that a test asks of it."""
    return boto3.client(name)  # type: ignore[call-overload]


def _create_key() -> None:
    kms = _client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=ENVIRONMENT["KMS_KEY_ID"], TargetKeyId=key)
    signing = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=f"{ENVIRONMENT['KMS_KEY_ID']}-certificates", TargetKeyId=signing)


def _create_machine() -> None:
    """moto keeps executions but does not run them; tests/privacy drives the steps itself."""
    _client("stepfunctions").create_state_machine(
        name=ENVIRONMENT["DELETION_MACHINE_ARN"].rpartition(":")[2],
        definition=json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}),
        roleArn="arn:aws:iam::123456789012:role/machine",
    )
