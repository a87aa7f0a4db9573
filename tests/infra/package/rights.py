"""What each function asks of AWS while it is heard, as IAM tells it, and what its role allows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from infra.stages import ROOT

TABLES = {
    "vowline-local-balances": "Balances",
    "vowline-local-cdrs": "Cdrs",
    "vowline-local-payments": "Payments",
    "vowline-local-registry": "Registry",
    "vowline-local-sessions": "Sessions",
    "vowline-local-users": "Users",
}
OTHERS = {"kms": ("kms", "Key"), "secretsmanager": ("secretsmanager", "Secret")}
OTHERS |= {"sesv2": ("ses", "ses"), "sfn": ("states", "states"), "stepfunctions": ("states", "states")}
Right = tuple[str, str]
OBJECTS, BUCKET = "${ExportsBucket.Arn}/*", "ExportsBucket"
FILES = {
    "AbortMultipartUpload": ("s3:AbortMultipartUpload", OBJECTS),
    "CompleteMultipartUpload": ("s3:PutObject", OBJECTS),
    "CreateMultipartUpload": ("s3:PutObject", OBJECTS),
    "DeleteObject": ("s3:DeleteObject", OBJECTS),
    "ListMultipartUploads": ("s3:ListBucketMultipartUploads", BUCKET),
    "ListObjectsV2": ("s3:ListBucket", BUCKET),
    "UploadPart": ("s3:PutObject", OBJECTS),
}
"""S3's rights have other names than its operations."""


class Used:
    """Rights (action, resource) that each function has made use of."""

    def __init__(self) -> None:
        functions = ("app", "sweep", "exports", "daily", "deletion", "mail_events")
        self.rights: dict[str, set[Right]] = {function: set() for function in functions}
        self._active: list[str] = []

    @contextmanager
    def by(self, function: str) -> Iterator[None]:
        """What is asked meanwhile is asked by this function."""
        self._active.append(function)
        try:
            yield
        finally:
            self._active.pop()

    def note(self, service: str, operation: str, asked: dict[str, Any]) -> None:
        if self._active:
            self.rights[self._active[-1]] |= set(rights(service, operation, asked))


def rights(service: str, operation: str, asked: dict[str, Any]) -> Iterator[Right]:
    """The IAM rights that one call needs."""
    if operation.startswith("Transact"):
        for item in asked["TransactItems"]:
            for kind, part in item.items():
                action = "ConditionCheckItem" if kind == "ConditionCheck" else f"{kind}Item"
                yield f"dynamodb:{action}", TABLES[part["TableName"]]
    elif operation.startswith("Batch"):
        for table in asked["RequestItems"]:
            yield f"dynamodb:{operation}", TABLES[table]
    elif service == "dynamodb":
        index = f"/index/{asked['IndexName']}" if "IndexName" in asked else ""
        yield f"dynamodb:{operation}", TABLES[asked["TableName"]] + index
    elif service == "s3":
        yield FILES[operation]
    else:
        name, resource = OTHERS[service]
        if str(asked.get("KeyId", "")).endswith("-certificates"):
            resource = "CertificateKey"
        yield f"{name}:{operation}", resource


def allowed(function: str) -> set[Right]:
    """The rights of the function's own policy file."""
    policy = json.loads((ROOT / ".chalice" / f"policy-{function}.json").read_text())
    found = set()
    for statement in policy["Statement"]:
        for action in _listed(statement["Action"]):
            for resource in _listed(statement["Resource"]):
                found.add((action, _short(resource)))
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _short(resource: Any) -> str:
    """A table or index by its logical id, anything else by its service."""
    text = str(next(iter(resource.values()), "") if isinstance(resource, dict) else resource)
    if "/index/" in text:
        return text.replace("${", "").replace(".Arn}", "")
    if isinstance(resource, dict) and "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0])
    return text.removeprefix("arn:${AWS::Partition}:").partition(":")[0]


def exceeded(used: Used) -> dict[str, set[Right]]:
    """The rights that a function made use of and does not have."""
    return {
        function: asked - allowed(function)
        for function, asked in used.rights.items()
        if asked - allowed(function)
    }
