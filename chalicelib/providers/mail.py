"""Mail through SES. A mail's words are written once, as text; its HTML is made of the same paragraphs.

A template's first line is its class. The policy lists the classes that people are written to, and marketing
goes to nobody who has not asked for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import formataddr
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.core import aws, clock, settings
from chalicelib.core.errors import ProviderError
from chalicelib.policy import egress, permissions, profile
from chalicelib.policy.consent import MARKETING
from chalicelib.providers import suppressions

if TYPE_CHECKING:
    from jinja2 import Environment
    from mypy_boto3_sesv2.type_defs import BodyTypeDef, MessageHeaderTypeDef, SendEmailRequestTypeDef

MAILS = Path(__file__).parent / "mails"
CLASS, SUBJECT = "Class: ", "Subject: "
# Exactly one bare address: SES reads a comma as two, and a line end as another header.
ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\\\"]+@[^\s@,;:<>()\[\]\\\"]+")
PERMANENT = {
    "AccountSuspendedException",
    "BadRequestException",
    "MailFromDomainNotVerifiedException",
    "MessageRejected",
    "NotFoundException",
    "SendingPausedException",
}


class NotAllowed(Exception):
    """Nothing was sent: the policy has no such mails, or this person has not asked for them."""


@dataclass(frozen=True)
class Mail:
    """What is sent: its class, one line of subject, the text, and the same text as HTML."""

    mail_class: str
    subject: str
    text: str
    html: str


def send(to: str, template: str, account_id: str | None = None, /, **values: object) -> None:
    """Send `mails/<template>.txt` to one address; raises ProviderError, of which one is Suppressed.

    Raises NotAllowed for a class that the policy does not list, and for marketing unless this account's
    consent stands at this moment; marketing needs an `unsubscribe_url`. A value that the template needs and
    is not given is our bug, and raises before anything is sent.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    if not ADDRESS.fullmatch(to):
        raise ValueError("not one bare address")
    mail = render(template, **values)
    _check_allowed(mail.mail_class, account_id)
    suppressions.check(to, template, mail.mail_class)
    headers = _unsubscribing(str(values["unsubscribe_url"])) if mail.mail_class == MARKETING else []
    body: BodyTypeDef = {
        "Text": {"Data": mail.text, "Charset": "UTF-8"},
        "Html": {"Data": mail.html, "Charset": "UTF-8"},
    }
    asked: SendEmailRequestTypeDef = {
        "FromEmailAddress": formataddr((profile.current().title, settings.current().mail_from)),
        "Destination": {"ToAddresses": [to]},
        "ConfigurationSetName": f"{settings.current().table_prefix}mail",
        "Content": {
            "Simple": {
                "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
                "Body": body,
                "Headers": [{"Name": "Auto-Submitted", "Value": "auto-generated"}, *headers],
            }
        },
    }
    client = aws.client("sesv2")
    egress.check_request("aws", f"{client.meta.endpoint_url}/v2/email/outbound-emails", asked)
    try:
        client.send_email(**asked)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise ProviderError("ses", code, permanent=code in PERMANENT) from None
    except BotoCoreError as error:
        raise ProviderError("ses", type(error).__name__, permanent=False) from None


def render(template: str, **values: object) -> Mail:
    """A template's first lines are its class and its subject; its paragraphs are what empty lines part."""
    shared = {"service": profile.current().title, "site": settings.current().public_url}
    written = _templates().get_template(f"{template}.txt").render(values, **shared)
    first, second, *rest = written.split("\n")
    if not first.startswith(CLASS) or not second.startswith(SUBJECT):
        raise ValueError(f"{template} does not begin with its class and its subject")
    paragraphs = _paragraphs("\n".join(rest))
    subject = second.removeprefix(SUBJECT)
    html = _templates().get_template("layout.html").render(subject=subject, paragraphs=paragraphs)
    return Mail(first.removeprefix(CLASS), subject, "\n\n".join(paragraphs) + "\n", html)


def _check_allowed(mail_class: str, account_id: str | None) -> None:
    if mail_class not in profile.current().mails:
        raise NotAllowed(f"the policy lists no mails of the class {mail_class}")
    if mail_class == MARKETING and not (account_id and permissions.may(account_id, "account", MARKETING)):
        raise NotAllowed("this person has not asked for marketing")


def _unsubscribing(url: str) -> list[MessageHeaderTypeDef]:
    """What mail programs make their own button of (RFC 8058)."""
    return [
        {"Name": "List-Unsubscribe", "Value": f"<{url}>"},
        {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
    ]


def _paragraphs(text: str) -> list[str]:
    return [paragraph.strip() for paragraph in re.split(r"\n\s*\n", text) if paragraph.strip()]


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=FileSystemLoader(MAILS),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.filters.update(moment=_moment, day=_day)
    return environment


def _moment(at: datetime | str) -> str:
    at = clock.parse(at) if isinstance(at, str) else at
    return f"{_day(at)}, {at:%H:%M} UTC"


def _day(at: datetime | str) -> str:
    at = clock.parse(at) if isinstance(at, str) else at
    return f"{at.day} {at:%B %Y}"
