"""The tables, split by how long their backups may last; a key is the hardest choice to undo."""

from __future__ import annotations

from typing import Any

import pytest

from tests.infra.package.described import DEPLOYED, STAGES, Templates, resources

PERSON, LONG = {"Ref": "PersonBackupDays"}, 35
KEYS = {
    "users": (["user_id"], {"account_id": ["account_id"]}),
    "sessions": (["token_hash"], {"user_id": ["user_id"], "due": ["due_shard", "due_at"]}),
    "balances": (["account_id", "sk"], {"sweep": ["sweep_shard", "sweep_at"]}),
    "payments": (["id"], {"account_id": ["account_id", "id"]}),
    "cdrs": (["month_key", "call_id"], {}),
    "registry": (["pk", "sk"], {"due": ["due_shard", "due_at"]}),
}
BACKUP_DAYS = {
    "users": PERSON,
    "sessions": None,
    "balances": LONG,
    "payments": LONG,
    "cdrs": PERSON,
    "registry": LONG,
}
EXPIRING = {"users", "sessions", "cdrs", "registry"}


def tables(templates: Templates, stage: str) -> dict[str, dict[str, Any]]:
    """Each table's whole resource by its short name."""
    return {
        resource["Properties"]["TableName"]["Fn::Sub"].removeprefix("${Prefix}"): resource
        for resource in templates.read(stage)["Resources"].values()
        if resource["Type"] == "AWS::DynamoDB::Table"
    }


def names(key_schema: list[dict[str, str]]) -> list[str]:
    assert [key["KeyType"] for key in key_schema] == ["HASH", "RANGE"][: len(key_schema)]
    return [key["AttributeName"] for key in key_schema]


@pytest.mark.parametrize("stage", STAGES)
def test_every_table_has_its_keys_and_indexes(templates: Templates, stage: str) -> None:
    found = {}
    for name, table in tables(templates, stage).items():
        indexes = table["Properties"].get("GlobalSecondaryIndexes", [])
        assert all(index["Projection"] == {"ProjectionType": "KEYS_ONLY"} for index in indexes)
        found[name] = (
            names(table["Properties"]["KeySchema"]),
            {index["IndexName"]: names(index["KeySchema"]) for index in indexes},
        )
    assert found == KEYS


@pytest.mark.parametrize("stage", STAGES)
def test_every_table_is_on_demand_and_encrypted_with_our_key(templates: Templates, stage: str) -> None:
    for table in tables(templates, stage).values():
        assert table["Properties"]["BillingMode"] == "PAY_PER_REQUEST"
        assert table["Properties"]["SSESpecification"] == {
            "SSEEnabled": True,
            "SSEType": "KMS",
            "KMSMasterKeyId": {"Fn::GetAtt": ["Key", "Arn"]},
        }


@pytest.mark.parametrize("stage", STAGES)
def test_every_table_can_be_restored_as_far_back_as_its_class_may(templates: Templates, stage: str) -> None:
    found = {}
    for name, table in tables(templates, stage).items():
        backup = table["Properties"]["PointInTimeRecoverySpecification"]
        found[name] = backup["RecoveryPeriodInDays"] if backup["PointInTimeRecoveryEnabled"] else None
    assert found == BACKUP_DAYS


@pytest.mark.parametrize("stage", STAGES)
def test_a_person_is_gone_from_backups_after_two_weeks(templates: Templates, stage: str) -> None:
    """Seven days of grace, two of purging and these are within thirty."""
    assert templates.read(stage)["Parameters"]["PersonBackupDays"]["Default"] == "14"


@pytest.mark.parametrize("stage", STAGES)
def test_money_never_expires_by_itself(templates: Templates, stage: str) -> None:
    expiring = {
        name: table["Properties"]["TimeToLiveSpecification"]
        for name, table in tables(templates, stage).items()
        if "TimeToLiveSpecification" in table["Properties"]
    }
    assert expiring == {name: {"AttributeName": "expires_at", "Enabled": True} for name in EXPIRING}


@pytest.mark.parametrize("stage", STAGES)
def test_no_change_of_the_stack_deletes_a_table(templates: Templates, stage: str) -> None:
    for table in tables(templates, stage).values():
        assert table["DeletionPolicy"] == "RetainExceptOnCreate"
        assert table["UpdateReplacePolicy"] == "Retain"
        assert table["Properties"]["DeletionProtectionEnabled"] == {"Fn::If": ["IsProtected", True, False]}


def test_only_real_customers_tables_are_protected_from_their_owner(templates: Templates) -> None:
    protected = {stage: templates.read(stage)["Parameters"]["Protected"]["Default"] for stage in STAGES}
    assert protected == {"local": "false", "kinvo-dev": "false", "kinvo": "true"}


@pytest.mark.parametrize("stage", DEPLOYED)
def test_the_secret_is_a_holder_without_a_value(templates: Templates, stage: str) -> None:
    (secret,) = resources(templates.read(stage), "AWS::SecretsManager::Secret").values()
    assert not {"SecretString", "GenerateSecretString"} & secret.keys()
    assert secret["KmsKeyId"] == {"Fn::GetAtt": ["Key", "Arn"]}
