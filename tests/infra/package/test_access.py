"""Who may do what: each role reaches what it needs, by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.infra.package.described import STAGES, Templates, resources

# Rights that AWS gives on everything or not at all.
EVERYTHING = {
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
}
ROLES = {
    "ApiHandlerRole": "app",
    "SweepRole": "sweep",
    "ExportsRole": "exports",
    "DailyRole": "daily",
    "DeletionRole": "deletion",
    "MailEventsRole": "mail_events",
}


def statements(template: dict[str, Any], role: str | None = None) -> Iterator[dict[str, Any]]:
    for name, found in resources(template, "AWS::IAM::Role").items():
        for policy in found.get("Policies", []) if role in (None, name) else []:
            yield from policy["PolicyDocument"]["Statement"]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("stage", STAGES)
def test_no_role_has_a_right_on_everything_but_for_traces_and_log_delivery(
    templates: Templates, stage: str
) -> None:
    for statement in statements(templates.read(stage)):
        if "*" in listed(statement["Resource"]):
            assert set(listed(statement["Action"])) <= EVERYTHING


@pytest.mark.parametrize("stage", STAGES)
def test_no_right_is_a_pattern(templates: Templates, stage: str) -> None:
    for statement in statements(templates.read(stage)):
        assert statement["Effect"] == "Allow"
        assert not [action for action in listed(statement["Action"]) if "*" in action]


@pytest.mark.parametrize("role", ROLES)
def test_data_rights_name_our_tables_and_indexes(templates: Templates, role: str) -> None:
    template = templates.read("kinvo")
    tables = resources(template, "AWS::DynamoDB::Table")
    own: list[dict[str, Any]] = [{"Fn::GetAtt": [name, "Arn"]} for name in tables]
    own += [
        {"Fn::Sub": f"${{{name}.Arn}}/index/{index['IndexName']}"}
        for name, table in tables.items()
        for index in table.get("GlobalSecondaryIndexes", [])
    ]
    for statement in statements(template, role):
        actions = listed(statement["Action"])
        assert not {"dynamodb:DeleteTable", "dynamodb:UpdateTable"} & set(actions)
        if actions[0].startswith("dynamodb:"):
            assert all(resource in own for resource in listed(statement["Resource"]))


def test_only_the_nightly_work_reads_whole_tables(templates: Templates) -> None:
    found = [
        role
        for role in ROLES
        for statement in statements(templates.read("kinvo"), role)
        if "dynamodb:Scan" in listed(statement["Action"])
    ]
    assert found == ["DailyRole"]


def test_an_index_is_only_asked(templates: Templates) -> None:
    for statement in statements(templates.read("kinvo")):
        if "/index/" in json.dumps(statement["Resource"]):
            assert listed(statement["Action"]) == ["dynamodb:Query"]


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"DailyRole"}))
def test_nobody_but_the_nightly_work_deletes_money_or_payments(templates: Templates, role: str) -> None:
    for statement in statements(templates.read("kinvo"), role):
        if {"dynamodb:DeleteItem", "dynamodb:BatchWriteItem"} & set(listed(statement["Action"])):
            named = {resource["Fn::GetAtt"][0] for resource in listed(statement["Resource"])}
            assert not {"Balances", "Payments"} & named


@pytest.mark.parametrize(("role", "name"), ROLES.items())
def test_every_function_writes_its_own_log_and_traces(templates: Templates, role: str, name: str) -> None:
    by_id = {statement["Sid"]: statement for statement in statements(templates.read("kinvo"), role)}
    assert by_id["Logs"]["Resource"]["Fn::Sub"].endswith(f":log-group:/aws/lambda/${{Prefix}}{name}:*")
    # Never CreateLogGroup: a group made by a function would have no end and no key.
    assert by_id["Logs"]["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert by_id["Traces"]["Resource"] == "*"
    assert by_id["Key"]["Resource"] == {"Fn::GetAtt": ["Key", "Arn"]}
    if "Secret" in by_id:
        assert by_id["Secret"]["Action"] == "secretsmanager:GetSecretValue"
        assert by_id["Secret"]["Resource"] == {"Ref": "Secret"}
    if "Mail" in by_id:
        assert by_id["Mail"]["Action"] == "ses:SendEmail"
        [address, way] = [resource["Fn::Sub"] for resource in by_id["Mail"]["Resource"]]
        assert address.endswith(":identity/${MailIdentity}")
        assert way.endswith(":configuration-set/${Prefix}mail")


def test_only_the_api_and_the_watchdog_start_deletions(templates: Templates) -> None:
    starters = {
        role
        for role in ROLES
        for statement in statements(templates.read("kinvo"), role)
        if "states:StartExecution" in listed(statement["Action"])
    }
    assert starters == {"ApiHandlerRole", "DailyRole"}


def test_the_machine_may_only_ask_its_function(templates: Templates) -> None:
    (invoking,) = [
        statement
        for statement in statements(templates.read("kinvo"), "DeletionMachineRole")
        if listed(statement["Resource"]) != ["*"]
    ]
    assert (invoking["Action"], invoking["Resource"]) == (
        "lambda:InvokeFunction",
        {"Fn::GetAtt": ["Deletion", "Arn"]},
    )


def test_only_the_api_hands_out_files_and_only_their_maker_writes_them(templates: Templates) -> None:
    roles: dict[str, set[str]] = {"s3:GetObject": set(), "s3:PutObject": set()}
    for role in ROLES:
        for statement in statements(templates.read("kinvo"), role):
            for action in {"s3:GetObject", "s3:PutObject"} & set(listed(statement["Action"])):
                assert statement["Resource"] == {"Fn::Sub": "${ExportsBucket.Arn}/*"}
                roles[action].add(role)
    assert roles == {"s3:GetObject": {"ApiHandlerRole"}, "s3:PutObject": {"ExportsRole"}}
