"""Executions of the deletion machine: one a request and attempt, named so that two can never run as one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from chalicelib.core import aws, settings
from chalicelib.core.logs import log, trace

if TYPE_CHECKING:
    from chalicelib.privacy.models import Request

MISSING = "MISSING"


def start(request: Request) -> bool:
    """Start the request's current attempt; one that was started before is as good.

    False when Step Functions did not take it: the request is written, and the watchdog starts it.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        aws.client("stepfunctions").start_execution(
            stateMachineArn=settings.current().deletion_machine_arn,
            name=_name(request),
            input=json.dumps({"request": _input(request)}),
        )
    except (BotoCoreError, ClientError) as error:
        if _code(error) == "ExecutionAlreadyExists":
            return True
        facts = {"request_id": request.id, "code": _code(error)}
        log.error("alarm", extra={"alarm": "deletion-not-started", **facts, **trace(error)})
        return False
    return True


def status(request: Request) -> str:
    """Step Functions' word for the current attempt (RUNNING, FAILED ...), or MISSING."""
    from botocore.exceptions import ClientError

    machine = settings.current().deletion_machine_arn
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{_name(request)}"
    try:
        return aws.client("stepfunctions").describe_execution(executionArn=arn)["status"]
    except ClientError as error:
        if _code(error) == "ExecutionDoesNotExist":
            return MISSING
        raise


def _name(request: Request) -> str:
    return f"{request.id}-{request.attempt}"


def _input(request: Request) -> dict[str, str | int]:
    return {
        "request_id": request.id,
        "account_id": request.account_id,
        "user_id": request.user_id,
        "attempt": request.attempt,
        "policy_version": request.policy_version,
    }


def _code(error: Exception) -> str:
    response = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", type(error).__name__))
