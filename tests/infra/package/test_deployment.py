"""A package becomes a stack: the project's own on a laptop, a small one in what stands for an account."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import boto3
import pytest

from infra import dependencies, deploy, package, stack, stages
from infra.local.embedded_aws import ACCOUNT_ID
from tests.infra.package.cloud import Cloud

ASKED = {"Greeting": "hello"}


@pytest.fixture(scope="module")
def laptop(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The package and the stack's outputs."""
    environment = {
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "MAIL_FROM": "hello@vowline.example",
        "CONTROLLER": "Example Calls Ltd, 1 Example Street, Exampletown",
        "PRIVACY_MAIL": "privacy@vowline.example",
        "HOUSE_NUMBER": "+12025550100",
        "AWS_ENDPOINT_URL": cloud.url,
        "PYTHONPATH": str(dependencies.tree(dependencies.HOST)),
    }
    out = package.package_local(environment, tmp_path_factory.mktemp("laptop") / "out")
    return out, deploy.deploy(cloud.url, out, "vowline-local")


def test_the_laptops_stack_has_every_table_with_its_expiry(
    cloud: Cloud, laptop: tuple[Path, dict[str, str]]
) -> None:
    dynamodb = cloud.client("dynamodb")
    expiry = {
        name: dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"].get("AttributeName")
        for name in dynamodb.list_tables()["TableNames"]
    }
    assert expiry == {
        "vowline-local-balances": None,
        "vowline-local-cdrs": "expires_at",
        "vowline-local-payments": None,
        "vowline-local-registry": "expires_at",
        "vowline-local-sessions": "expires_at",
        "vowline-local-users": "expires_at",
    }


def test_its_functions_know_the_machine_and_its_schedules_are_set(
    cloud: Cloud, laptop: tuple[Path, dict[str, str]]
) -> None:
    _, outputs = laptop
    function = cloud.client("lambda").get_function_configuration(FunctionName=outputs["SweepName"])
    assert function["Environment"]["Variables"]["DELETION_MACHINE_ARN"] == outputs["DeletionMachineArn"]
    rules = cloud.client("events").list_rules()["Rules"]
    assert sorted(rule["ScheduleExpression"] for rule in rules) == [
        *("cron(17 4 * * ? *)", "rate(1 minute)", "rate(1 minute)")
    ]


def test_its_api_answers_at_the_whole_public_path(cloud: Cloud, laptop: tuple[Path, dict[str, str]]) -> None:
    _, outputs = laptop
    base = f"{cloud.url}/_aws/execute-api/{outputs['RestAPIId']}/live"
    with urlopen(f"{base}/api/health/live") as answer:
        assert answer.status == 200


def test_deploying_what_is_deployed_changes_nothing(
    cloud: Cloud, laptop: tuple[Path, dict[str, str]]
) -> None:
    out, outputs = laptop
    before = cloud.client("cloudformation").describe_stacks(StackName="vowline-local")["Stacks"][0]
    assert deploy.deploy(cloud.url, out, "vowline-local") == outputs
    after = cloud.client("cloudformation").describe_stacks(StackName="vowline-local")["Stacks"][0]
    assert before.get("LastUpdatedTime") == after.get("LastUpdatedTime")


def test_an_unchanged_laptop_package_is_made_once(laptop: tuple[Path, dict[str, str]]) -> None:
    out, _ = laptop
    variables = json.loads((out / "sam.json").read_text())["Resources"]["Sweep"]["Properties"]["Environment"]
    environment = {name: value for name, value in variables["Variables"].items() if isinstance(value, str)}
    known = {
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "MAIL_FROM": "hello@vowline.example",
        "CONTROLLER": "Example Calls Ltd, 1 Example Street, Exampletown",
        "PRIVACY_MAIL": "privacy@vowline.example",
    }
    made = (out / "deployment.zip").stat().st_mtime_ns
    package.package_local(environment | known | {"HOUSE_NUMBER": "+12025550100"}, out)
    assert (out / "deployment.zip").stat().st_mtime_ns == made
    package.package_local(environment | known | {"HOUSE_NUMBER": "+12025550101"}, out)
    assert (out / "deployment.zip").stat().st_mtime_ns != made


def write_package(folder: Path, resource: dict[str, Any]) -> Path:
    """A small package of one resource, whose parameter is asked for."""
    folder.mkdir()
    (folder / "deployment.zip").write_bytes(b"code")
    template = {
        "Parameters": {"Greeting": {"Type": "String"}, "Decided": {"Type": "String", "Default": "yes"}},
        "Resources": {"Thing": resource},
        "Outputs": {"Said": {"Value": {"Ref": "Greeting"}}},
    }
    (folder / "sam.json").write_text(json.dumps(template))
    return folder


def queue(name: str) -> dict[str, Any]:
    return {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}}


@pytest.fixture
def account(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> boto3.Session:
    monkeypatch.setenv("AWS_ENDPOINT_URL", cloud.url)
    return cloud.session


def test_an_account_keeps_releases_and_goes_back_to_an_earlier_one(
    account: boto3.Session, tmp_path: Path
) -> None:
    stage = stages.load("kinvo-dev")
    first = deploy.deploy_to_account(account, stage, write_package(tmp_path / "1", queue("one")), ASKED)
    second = deploy.deploy_to_account(account, stage, write_package(tmp_path / "2", queue("two")), {})
    assert first["Release"] != second["Release"]
    assert second["Said"] == "hello", "what is not given keeps its value"
    back = deploy.deploy_to_account(account, stage, None, {"Greeting": "bye"}, first["Release"])
    assert back == {"Said": "bye", "Release": first["Release"]}
    urls = account.client("sqs").list_queues(QueueNamePrefix="one")["QueueUrls"]
    assert len(urls) == 1
    bucket = f"vowline-kinvo-dev-releases-{ACCOUNT_ID}-us-east-1"
    block = account.client("s3").get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(block.values()) == {True}


def test_the_first_deployment_says_what_it_needs(account: boto3.Session, tmp_path: Path) -> None:
    thing = write_package(tmp_path / "thing", queue("never"))
    with pytest.raises(stack.DeployError, match="needs Greeting"):
        deploy.deploy_to_account(account, stages.load("kinvo"), thing, {})
    with pytest.raises(stack.DeployError, match="does not ask for Decided"):
        deploy.deploy_to_account(account, stages.load("kinvo"), thing, ASKED | {"Decided": "no"})


def test_a_failed_deployment_names_the_resource_and_the_next_one_starts_afresh(
    account: boto3.Session, tmp_path: Path
) -> None:
    broken = {"Type": "AWS::Logs::LogStream", "Properties": {"LogGroupName": "nowhere"}}
    stage = stages.load("kinvo")
    with pytest.raises(stack.DeployError, match="ended in ROLLBACK_COMPLETE: Thing: "):
        deploy.deploy_to_account(account, stage, write_package(tmp_path / "bad", broken), ASKED)
    good = write_package(tmp_path / "good", queue("afresh"))
    assert deploy.deploy_to_account(account, stage, good, ASKED)["Said"] == "hello"
