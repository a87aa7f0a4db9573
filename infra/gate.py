"""The last look before a release: it obeys the policy that holds, so that none holds without its notice."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from chalicelib.policy import profile
from infra.stack import DeployError
from infra.stages import Stage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def check(dynamodb: DynamoDBClient, stage: Stage, code: bytes) -> None:
    """Raises DeployError for a release with another policy than the one that the stage's registry names.

    `code` is the functions' zip. A stage without a registry, or where no policy holds yet, takes its first.
    """
    holds = _holding(dynamodb, stage)
    obeyed = _obeyed(code, stage.environment["PROFILE"])
    if holds and holds != obeyed:
        raise DeployError(
            f"This release obeys version {obeyed} of the policy, and {holds} holds: deploy one with that, or"
            f" first `python -m infra.operate --stage {stage.name} policy announce` and `activate`."
        )


def _obeyed(code: bytes, id: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(code)) as release:
            return profile.version(release.read(f"chalicelib/policy/compiled/{id}.json"))
    except KeyError:
        raise DeployError(f"The release has no compiled policy {id}.") from None


def _holding(dynamodb: DynamoDBClient, stage: Stage) -> str | None:
    """The version that holds, by its item in the registry (`privacy.policy_models.Holding`)."""
    key = {"pk": {"S": f"POLICY#{stage.environment['PROFILE']}"}, "sk": {"S": "HOLDS"}}
    try:
        found = dynamodb.get_item(
            TableName=f"{stage.environment['TABLE_PREFIX']}registry", Key=key, ConsistentRead=True
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise
    return found["Item"]["policy_version"]["S"] if "Item" in found else None
