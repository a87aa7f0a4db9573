"""The project's own template in the embedded AWS, with what a deployer sets by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from infra.deploy import deploy
from infra.local.clock_file import ClockFile
from infra.local.embedded_aws import REGION
from infra.local.laptop import STACK, Laptop
from infra.local.schedules import Schedules
from infra.package import package_local

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

# A scheduled function may work for minutes; botocore would ask again after one.
PATIENT = Config(read_timeout=900, retries={"max_attempts": 0})


def deploy_project(laptop: Laptop, secrets: dict[str, Any]) -> Schedules:
    """Packages, deploys what changed, sets the secret and the mail address; answers the schedules.

    Raises infra.package.PackageError and infra.deploy.DeployError.
    """
    package = package_local(laptop.functions_environment(), laptop.folder / "package")
    outputs = deploy(laptop.aws_url, package, STACK)
    session = boto3.Session("test", "test", region_name=REGION)
    _set_secret(
        session.client("secretsmanager", endpoint_url=laptop.aws_url),
        outputs["SecretArn"],
        json.dumps(secrets),
    )
    session.client("ses", endpoint_url=laptop.aws_url).verify_email_identity(EmailAddress=laptop.mail_from)
    functions = session.client("lambda", endpoint_url=laptop.aws_url, config=PATIENT)
    scheduled = (outputs["SweepName"], outputs["ExportsName"], outputs["DailyName"])
    return Schedules(scheduled, functions, ClockFile(laptop.clock))


def _set_secret(manager: SecretsManagerClient, id: str, document: str) -> None:
    try:
        if manager.get_secret_value(SecretId=id)["SecretString"] == document:
            return
    except (ClientError, KeyError):
        pass  # it has no value yet
    manager.put_secret_value(SecretId=id, SecretString=document)
