"""What a request asks for that is slow enough to be measured from outside."""

from __future__ import annotations

from typing import Any

import bcrypt
import pytest
from botocore.client import BaseClient

SERVICES = {"dynamodb", "sesv2"}


def count_work(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of reads, writes, mails and password hashes from now on, in order."""
    work: list[str] = []

    def counted(name: str, original: Any) -> Any:
        def count(*arguments: bytes) -> Any:
            work.append(name)
            return original(*arguments)

        return count

    def call(client: Any, operation: str, parameters: Any) -> Any:
        if client.meta.service_model.service_name in SERVICES:
            work.append(operation)
        return original_call(client, operation, parameters)

    original_call: Any = BaseClient._make_api_call  # type: ignore[attr-defined]
    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    for name in ("hashpw", "checkpw"):
        monkeypatch.setattr(bcrypt, name, counted(name, getattr(bcrypt, name)))
    return work
