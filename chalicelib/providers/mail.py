"""Mail through SES. A mail's words are written once, as text; its HTML is made of the same paragraphs."""

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
from chalicelib.policy import profile

if TYPE_CHECKING:
    from jinja2 import Environment
    from mypy_boto3_sesv2.type_defs import BodyTypeDef

MAILS = Path(__file__).parent / "mails"
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


@dataclass(frozen=True)
class Mail:
    """What is sent: one line of subject, the text, and the same text as HTML."""

    subject: str
    text: str
    html: str


def send(to: str, template: str, **values: object) -> None:
    """Send `mails/<template>.txt` to one address; raises ProviderError.

    A value that the template needs and is not given is our bug, and raises before anything is sent.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    if not ADDRESS.fullmatch(to):
        raise ValueError("not one bare address")
    mail = render(template, **values)
    body: BodyTypeDef = {
        "Text": {"Data": mail.text, "Charset": "UTF-8"},
        "Html": {"Data": mail.html, "Charset": "UTF-8"},
    }
    try:
        aws.client("sesv2").send_email(
            FromEmailAddress=formataddr((profile.current().title, settings.current().mail_from)),
            Destination={"ToAddresses": [to]},
            Content={
                "Simple": {
                    "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
                    "Body": body,
                    "Headers": [{"Name": "Auto-Submitted", "Value": "auto-generated"}],
                }
            },
        )
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise ProviderError("ses", code, permanent=code in PERMANENT) from None
    except BotoCoreError as error:
        raise ProviderError("ses", type(error).__name__, permanent=False) from None


def render(template: str, **values: object) -> Mail:
    """A template's first line is the subject; its paragraphs are what empty lines part."""
    shared = {"service": profile.current().title, "site": settings.current().public_url}
    written = _templates().get_template(f"{template}.txt").render(values, **shared)
    first, _, rest = written.partition("\n")
    paragraphs = _paragraphs(rest)
    subject = first.removeprefix("Subject: ")
    html = _templates().get_template("layout.html").render(subject=subject, paragraphs=paragraphs)
    return Mail(subject, "\n\n".join(paragraphs) + "\n", html)


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
