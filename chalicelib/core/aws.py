"""Clients of AWS, made once a process and with time-outs that fit behind API Gateway's 29 seconds."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal, overload

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_stepfunctions import SFNClient


@overload
def client(name: Literal["kms"]) -> KMSClient: ...
@overload
def client(name: Literal["s3"]) -> S3Client: ...
@overload
def client(name: Literal["secretsmanager"]) -> SecretsManagerClient: ...
@overload
def client(name: Literal["sesv2"]) -> SESV2Client: ...
@overload
def client(name: Literal["stepfunctions"]) -> SFNClient: ...
@cache
def client(name: str) -> Any:
    """The process's client of one service."""
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=2,
        read_timeout=5,
        retries={"mode": "standard", "total_max_attempts": 3},
        # S3 gives no link to what our key encrypts but by this one.
        signature_version="s3v4" if name == "s3" else None,
    )
    return boto3.client(name, config=config)  # type: ignore[call-overload]
