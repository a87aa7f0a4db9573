"""What becomes of a mail once it is sent, told as SES tells it: through SNS, to the function mail_events."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from infra.local.schedules import ScheduleFailed

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

FUNCTION = "vowline-local-mail_events"
CONFIGURATION_SET = "vowline-local-mail"
Outcome = Literal["bounce", "soft_bounce", "complaint"]


def tell(aws: LambdaClient, event: dict[str, Any]) -> None:
    """Hand an event to the function. Raises ScheduleFailed when it raised."""
    answer = aws.invoke(FunctionName=FUNCTION, Payload=json.dumps(event))
    if "FunctionError" in answer:
        raise ScheduleFailed(f"{FUNCTION}: {answer['Payload'].read().decode()}")


def event(to: str, outcome: Outcome, at: datetime) -> dict[str, Any]:
    """One mail to one address that came back for good or for now, or was called unwanted."""
    return delivery(_bounce(to, outcome, at) if outcome != "complaint" else _complaint(to, at))


def delivery(message: dict[str, Any]) -> dict[str, Any]:
    """How SNS brings one message of SES."""
    sns = {
        "Type": "Notification",
        "MessageId": str(uuid.uuid4()),
        "TopicArn": f"arn:aws:sns:us-east-1:123456789012:{CONFIGURATION_SET}",
        "Message": json.dumps(message),
    }
    return {"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": sns}]}


def _bounce(to: str, outcome: Outcome, at: datetime) -> dict[str, Any]:
    hard = outcome == "bounce"
    recipient = {"emailAddress": to, "action": "failed", "status": "5.1.1" if hard else "4.2.2"}
    return {
        "eventType": "Bounce",
        "bounce": {
            "bounceType": "Permanent" if hard else "Transient",
            "bounceSubType": "General" if hard else "MailboxFull",
            "bouncedRecipients": [recipient],
            "timestamp": _moment(at),
            "feedbackId": str(uuid.uuid4()),
        },
        "mail": _mail(to, at),
    }


def _complaint(to: str, at: datetime) -> dict[str, Any]:
    return {
        "eventType": "Complaint",
        "complaint": {
            "complainedRecipients": [{"emailAddress": to}],
            "complaintFeedbackType": "abuse",
            "timestamp": _moment(at),
            "feedbackId": str(uuid.uuid4()),
        },
        "mail": _mail(to, at),
    }


def _mail(to: str, at: datetime) -> dict[str, Any]:
    return {
        "timestamp": _moment(at),
        "messageId": str(uuid.uuid4()),
        "destination": [to],
        "tags": {"ses:configuration-set": [CONFIGURATION_SET]},
    }


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
