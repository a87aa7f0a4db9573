"""A release is refused that obeys another policy than the one that holds."""

from __future__ import annotations

import io
import json
import zipfile
from unittest import mock

import boto3
import pytest

from chalicelib.policy import profile
from infra import deploy, gate, stack, stages
from infra.stack import DeployError
from infra.stages import Stage as Deployed
from tests.harness.stage import Stage
from tests.privacy.changing import MAILED

HOLDING = MAILED.document("2026-03-01")
LOCAL = Deployed("local", {"PROFILE": "kinvo", "TABLE_PREFIX": "vowline-local-"})


def release(document: bytes) -> bytes:
    """A functions' zip with one compiled policy."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("chalicelib/policy/compiled/kinvo.json", document)
    return packed.getvalue()


def test_the_policy_that_holds_may_be_deployed_and_another_one_not(stage: Stage) -> None:
    MAILED.hold()
    dynamodb = boto3.client("dynamodb")
    gate.check(dynamodb, LOCAL, release(HOLDING))
    other = MAILED.document("2026-12-01", logs="P60D")
    with pytest.raises(DeployError) as refused:
        gate.check(dynamodb, LOCAL, release(other))
    assert profile.version(other) in str(refused.value)
    assert profile.version(HOLDING) in str(refused.value)


def test_the_first_release_of_a_stage_is_let_through(stage: Stage) -> None:
    gate.check(boto3.client("dynamodb"), LOCAL, release(HOLDING))
    nowhere = Deployed("kinvo", {"PROFILE": "kinvo", "TABLE_PREFIX": "nowhere-"})
    gate.check(boto3.client("dynamodb"), nowhere, release(HOLDING))


def test_a_release_without_its_policy_is_refused(stage: Stage) -> None:
    business = Deployed("business", {"PROFILE": "business", "TABLE_PREFIX": "vowline-local-"})
    with pytest.raises(DeployError, match="no compiled policy business"):
        gate.check(boto3.client("dynamodb"), business, release(HOLDING))


def test_every_deployment_passes_it_before_the_stack_is_touched(stage: Stage) -> None:
    s3, bucket = boto3.client("s3"), "vowline-kinvo-releases-123456789012-us-east-1"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="code", Body=release(MAILED.document("2026-12-01")))
    properties = {"CodeUri": {"Bucket": bucket, "Key": "code"}}
    functions = {"Sweep": {"Type": "AWS::Serverless::Function", "Properties": properties}}
    template = json.dumps({"Resources": functions, "Parameters": {}})
    s3.put_object(Bucket=bucket, Key="release", Body=template.encode())
    session = boto3.Session(region_name="us-east-1")
    with (
        mock.patch.object(gate, "_holding", return_value=profile.version(HOLDING)),
        mock.patch.object(stack, "settle") as settle,
        pytest.raises(DeployError, match="This release obeys version"),
    ):
        deploy.deploy_to_account(session, stages.load("kinvo"), None, {}, "release")
    settle.assert_not_called()
