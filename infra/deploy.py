"""Deployment of a package: into the embedded AWS, or with `python -m infra.deploy` into an account."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from infra import gate, stack, stages
from infra.stack import DeployError
from infra.stages import ROOT

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LOCAL_BUCKET = "vowline-deploy"


def deploy(endpoint_url: str, out: Path, stack_name: str) -> dict[str, str]:
    """Create or update a stack in the embedded AWS from a package; returns the stack's outputs.

    Raises DeployError. Deploying what is deployed already changes nothing.
    """
    session = boto3.Session("test", "test", region_name="us-east-1")
    s3 = session.client("s3", endpoint_url=endpoint_url, config=Config(s3={"addressing_style": "path"}))
    cloud = session.client("cloudformation", endpoint_url=endpoint_url)
    if LOCAL_BUCKET not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=LOCAL_BUCKET)
    template = stack.upload(s3, LOCAL_BUCKET, out)
    url = f"{endpoint_url}/{LOCAL_BUCKET}/{template}"
    outputs = stack.settle(cloud, stack_name, url, {})
    _start_expiry(session, endpoint_url, out, stack_name)
    return outputs


def deploy_to_account(
    session: boto3.Session,
    stage: stages.Stage,
    package: Path | None,
    parameters: dict[str, str],
    release: str | None = None,
) -> dict[str, str]:
    """Create or update the stage's stack from a package, or from a `release` stored earlier.

    A parameter left out keeps its value. Returns the stack's outputs and `Release`; raises DeployError.
    """
    if not session.region_name:
        raise DeployError("Say which region: set AWS_REGION.")
    s3, cloud = session.client("s3"), session.client("cloudformation")
    account = session.client("sts").get_caller_identity()["Account"]
    bucket = f"{stage.environment['TABLE_PREFIX']}releases-{account}-{session.region_name}"
    if release is None:
        assert package
        _make_bucket(s3, bucket, session.region_name)
        release = stack.upload(s3, bucket, package)
    template = json.loads(s3.get_object(Bucket=bucket, Key=release)["Body"].read())
    for function in stack.functions(template)[:1]:  # they all run the same code
        code = s3.get_object(**function["CodeUri"])["Body"].read()
        gate.check(session.client("dynamodb"), stage, code)
    stack_name = f"vowline-{stage.name}"
    exists = stack.status(cloud, stack_name) not in (None, "ROLLBACK_COMPLETE")
    url = f"https://s3.{session.region_name}.amazonaws.com/{bucket}/{release}"
    values = _asked(template, parameters, exists=exists)
    return stack.settle(cloud, stack_name, url, values) | {"Release": release}


def _asked(template: dict[str, Any], given: dict[str, str], *, exists: bool) -> dict[str, str | None]:
    asked = [name for name, parameter in template["Parameters"].items() if "Default" not in parameter]
    if unknown := sorted(given.keys() - asked):
        raise DeployError(f"The template does not ask for {', '.join(unknown)}, only for {', '.join(asked)}.")
    if not exists and (missing := [name for name in asked if name not in given]):
        raise DeployError(f"The first deployment needs {', '.join(missing)}: see docs/runbooks/deploy.md.")
    return {name: given.get(name) for name in asked}


def _make_bucket(s3: S3Client, bucket: str, region: str) -> None:
    """A private, versioned bucket for releases, made once."""
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError:
        where: Any = {"LocationConstraint": region}
        place: Any = {} if region == "us-east-1" else {"CreateBucketConfiguration": where}
        s3.create_bucket(Bucket=bucket, **place)
        private = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
        block: Any = dict.fromkeys(private, True)
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


def _start_expiry(session: boto3.Session, endpoint_url: str, out: Path, stack_name: str) -> None:
    """Switch TTL on where the template wants it: the embedded CloudFormation leaves it off."""
    dynamodb = session.client("dynamodb", endpoint_url=endpoint_url)
    cloud = session.client("cloudformation", endpoint_url=endpoint_url)
    resources = json.loads((out / "sam.json").read_text())["Resources"]
    for found in cloud.describe_stack_resources(StackName=stack_name)["StackResources"]:
        described = resources.get(found["LogicalResourceId"], {}).get("Properties", {})
        if wanted := described.get("TimeToLiveSpecification"):
            table = found["PhysicalResourceId"]
            now = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
            if now["TimeToLiveStatus"] != "ENABLED":
                dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=wanted)


def _package_of(stage: stages.Stage, folder: Path | None) -> Path:
    if stage.local:
        raise DeployError("Stage local is the laptop's: `make run` deploys it.")
    package = folder or ROOT / "build" / stage.name
    if not (package / "sam.json").is_file():
        raise DeployError(
            f"There is no package in {package}: run python -m infra.package --stage {stage.name}."
        )
    return package


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m infra.deploy", description="Deploy into an account.")
    arguments.add_argument("--stage", required=True, help="a stage of .chalice/config.json")
    arguments.add_argument("--package", type=Path, help="the package's folder; build/STAGE if not given")
    arguments.add_argument("--parameters", type=Path, help="a JSON file; what it leaves out keeps its value")
    arguments.add_argument("--release", help="deploy this earlier release instead of a package")
    chosen = arguments.parse_args()
    try:
        stage = stages.load(chosen.stage)
        package = None if chosen.release else _package_of(stage, chosen.package)
        parameters = json.loads(chosen.parameters.read_text()) if chosen.parameters else {}
        outputs = deploy_to_account(boto3.Session(), stage, package, parameters, chosen.release)
    except (DeployError, stages.UnknownStage, BotoCoreError, ClientError) as error:
        sys.exit(str(error))
    for name, value in outputs.items():
        print(f"{name:<20} {value}")


if __name__ == "__main__":
    main()
