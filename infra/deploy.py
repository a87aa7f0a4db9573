"""Deployment: a package becomes a stack of CloudFormation, in the embedded AWS or in an account."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_s3 import S3Client

CAPABILITIES: Any = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
LOCAL_BUCKET = "vowline-deploy"


class DeployError(Exception):
    """The stack is not as it should be; the message names the resource and the reason."""


def deploy(endpoint_url: str, out: Path, stack_name: str) -> dict[str, str]:
    """Create or update a stack in the embedded AWS from a package; returns the stack's outputs.

    Raises DeployError. Deploying what is deployed already changes nothing.
    """
    session = boto3.Session("test", "test", region_name="us-east-1")
    s3: S3Client = session.client(
        "s3", endpoint_url=endpoint_url, config=Config(s3={"addressing_style": "path"})
    )
    cloud: CloudFormationClient = session.client("cloudformation", endpoint_url=endpoint_url)
    if LOCAL_BUCKET not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=LOCAL_BUCKET)
    template = upload(s3, LOCAL_BUCKET, out)
    return settle(cloud, stack_name, f"{endpoint_url}/{LOCAL_BUCKET}/{template}", {}, pause_seconds=0.05)


def upload(s3: S3Client, bucket: str, out: Path) -> str:
    """Store the package's code and template under their hashes; returns the template's key."""
    code = (out / "deployment.zip").read_bytes()
    code_key = f"code/{_hash(code)}.zip"
    _put_once(s3, bucket, code_key, code)
    template = json.loads((out / "sam.json").read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = {"Bucket": bucket, "Key": code_key}
    body = json.dumps(template, separators=(",", ":")).encode()
    key = f"releases/{_hash(body)}.json"
    _put_once(s3, bucket, key, body)
    return key


def settle(
    cloud: CloudFormationClient,
    stack_name: str,
    template_url: str,
    parameters: Mapping[str, str],
    *,
    pause_seconds: float,
) -> dict[str, str]:
    """Create or update the stack from a template's URL and wait for the end; raises DeployError."""
    status = _status(cloud, stack_name)
    if status == "ROLLBACK_COMPLETE":
        # What a failed first deployment leaves: an empty stack that can only be deleted.
        cloud.delete_stack(StackName=stack_name)
        _wait(cloud, stack_name, pause_seconds)
        status = None
    change = {
        "StackName": stack_name,
        "TemplateURL": template_url,
        "Capabilities": CAPABILITIES,
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    }
    try:
        started = cloud.create_stack(**change) if status is None else cloud.update_stack(**change)  # type: ignore[arg-type]
    except ClientError as error:
        if "No updates are to be performed" in str(error):
            return outputs(cloud, stack_name)
        raise DeployError(
            f"Stack {stack_name} was refused: {error.response['Error'].get('Message')}"
        ) from None
    status = _wait(cloud, started["StackId"], pause_seconds)
    if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise DeployError(f"Stack {stack_name} ended in {status}: {_reasons(cloud, started['StackId'])}")
    return outputs(cloud, stack_name)


def outputs(cloud: CloudFormationClient, stack_name: str) -> dict[str, str]:
    """The stack's outputs by name."""
    found = cloud.describe_stacks(StackName=stack_name)["Stacks"][0].get("Outputs", [])
    return {output["OutputKey"]: output["OutputValue"] for output in found}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:20]


def _put_once(s3: S3Client, bucket: str, key: str, content: bytes) -> None:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError:
        s3.put_object(Bucket=bucket, Key=key, Body=content)


def _status(cloud: CloudFormationClient, stack: str) -> str | None:
    try:
        return cloud.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise


def _wait(cloud: CloudFormationClient, stack: str, pause_seconds: float) -> str:
    while (status := _status(cloud, stack) or "DELETE_COMPLETE").endswith("_IN_PROGRESS"):
        time.sleep(pause_seconds)
    return status


def _reasons(cloud: CloudFormationClient, stack: str) -> str:
    """The first failures, oldest first: what follows them is only cancelled."""
    events = cloud.describe_stack_events(StackName=stack)["StackEvents"]
    failed = [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
        for event in reversed(events)
        if event.get("ResourceStatus", "").endswith("_FAILED")
    ]
    return "; ".join(failed[:3]) or "no failed resource was named."
