"""A stack of CloudFormation: made or changed from a package, waited for, and told about in one sentence."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_s3 import S3Client

CAPABILITIES: Any = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]


class DeployError(Exception):
    """The stack is not as it should be; the message names the resource and the reason."""


def upload(s3: S3Client, bucket: str, package: Path) -> str:
    """Store a package's code and template under their hashes; returns the template's key."""
    code = (package / "deployment.zip").read_bytes()
    code_key = f"code/{_hash(code)}.zip"
    _put_once(s3, bucket, code_key, code)
    template = json.loads((package / "sam.json").read_text())
    for function in functions(template):
        function["CodeUri"] = {"Bucket": bucket, "Key": code_key}
    body = json.dumps(template, separators=(",", ":")).encode()
    key = f"releases/{_hash(body)}.json"
    _put_once(s3, bucket, key, body)
    return key


def functions(template: dict[str, Any]) -> list[dict[str, Any]]:
    """The properties of a template's functions."""
    found = template["Resources"].values()
    return [one["Properties"] for one in found if one["Type"] == "AWS::Serverless::Function"]


def settle(
    cloud: CloudFormationClient,
    stack_name: str,
    template_url: str,
    parameters: Mapping[str, str | None],
) -> dict[str, str]:
    """Create or update the stack and wait for the end; returns its outputs, raises DeployError.

    A parameter of None keeps the value that it has.
    """
    state = status(cloud, stack_name)
    if state == "ROLLBACK_COMPLETE":
        # What a failed first deployment leaves: an empty stack that can only be deleted.
        cloud.delete_stack(StackName=stack_name)
        _wait(cloud, stack_name)
        state = None
    change: Any = {
        "StackName": stack_name,
        "TemplateURL": template_url,
        "Capabilities": CAPABILITIES,
        "Parameters": [_parameter(name, value) for name, value in parameters.items()],
    }
    try:
        started = cloud.create_stack(**change) if state is None else cloud.update_stack(**change)
    except ClientError as error:
        if "No updates are to be performed" in str(error):
            return outputs(cloud, stack_name)
        raise DeployError(
            f"Stack {stack_name} was refused: {error.response['Error'].get('Message')}"
        ) from None
    state = _wait(cloud, started["StackId"])
    if state not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise DeployError(f"Stack {stack_name} ended in {state}: {_reasons(cloud, started['StackId'])}")
    return outputs(cloud, stack_name)


def outputs(cloud: CloudFormationClient, stack_name: str) -> dict[str, str]:
    """The stack's outputs by name."""
    found = cloud.describe_stacks(StackName=stack_name)["Stacks"][0].get("Outputs", [])
    return {output["OutputKey"]: output["OutputValue"] for output in found}


def status(cloud: CloudFormationClient, stack_name: str) -> str | None:
    """The stack's status; None when there is no such stack."""
    try:
        return cloud.describe_stacks(StackName=stack_name)["Stacks"][0]["StackStatus"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:20]


def _put_once(s3: S3Client, bucket: str, key: str, content: bytes) -> None:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError:
        s3.put_object(Bucket=bucket, Key=key, Body=content)


def _parameter(name: str, value: str | None) -> dict[str, Any]:
    kept = {"UsePreviousValue": True} if value is None else {"ParameterValue": value}
    return {"ParameterKey": name, **kept}


def _wait(cloud: CloudFormationClient, stack: str) -> str:
    pause_seconds = 0.05
    while (state := status(cloud, stack) or "DELETE_COMPLETE").endswith("_IN_PROGRESS"):
        time.sleep(pause_seconds)
        pause_seconds = min(5, pause_seconds * 1.2)
    return state


def _reasons(cloud: CloudFormationClient, stack: str) -> str:
    """The first failures, oldest first: what follows them is only cancelled."""
    events = cloud.describe_stack_events(StackName=stack)["StackEvents"]
    failed = [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
        for event in reversed(events)
        if event.get("ResourceStatus", "").endswith("_FAILED")
    ]
    return "; ".join(failed[:3]) or "no failed resource was named."
