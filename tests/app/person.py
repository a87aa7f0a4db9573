"""What a person types at sign-up and sign-in, and what they find in their mail."""

from __future__ import annotations

import json
import re
from typing import Any

import boto3

from chalicelib.policy import profile
from tests.harness.browser import PASSWORD, Browser
from tests.harness.lambda_door import Answer
from tests.harness.mailbox import Mailbox

ADA = "ada@example.org"
OTHER = "another long password"
NEW = "a whole new password"
NEW_ADDRESS = "ada@new.example.org"


def form(**changes: Any) -> dict[str, Any]:
    new = {"email": ADA, "password": PASSWORD, "birth_date": "1990-05-17"}
    return {**new, "policy_version": profile.current().version, **changes}


def sign_up(browser: Browser, **changes: Any) -> Answer:
    return browser.post("/api/auth/signup", form(**changes))


def newest_token(mailbox: Mailbox, email: str = ADA) -> str:
    return tokens(mailbox, email)[-1]


def tokens(mailbox: Mailbox, email: str = ADA) -> list[str]:
    """Of every verification mail, oldest first."""
    found = [token for mail in mailbox.to(email) for token in re.findall(r"token=([\w-]+)", mail.text)]
    return list(dict.fromkeys(found))


def verify(browser: Browser, token: str) -> int:
    return browser.post("/api/auth/verify", {"token": token}).status


def log_in(browser: Browser, email: str = ADA, password: str = PASSWORD) -> int:
    return browser.post("/api/auth/login", {"email": email, "password": password}).status


def everything_stored() -> str:
    dynamodb = boto3.client("dynamodb")
    tables = dynamodb.list_tables()["TableNames"]
    return json.dumps([dynamodb.scan(TableName=table)["Items"] for table in tables], default=str)


def without_request_id(answer: Answer) -> tuple[int, str, dict[str, str], list[str]]:
    return answer.status, re.sub(r'"request_id":"[^"]*"', "", answer.text), answer.headers, answer.cookies


def forget(browser: Browser, email: str = ADA) -> Answer:
    return browser.post("/api/auth/password/forgot", {"email": email})


def reset(browser: Browser, token: str, password: str = NEW) -> Answer:
    return browser.post("/api/auth/password/reset", {"token": token, "password": password})


def set_password(browser: Browser, password: str = NEW, current: str = PASSWORD) -> Answer:
    return browser.post("/api/me/password", {"current_password": current, "password": password})


def ask_for_address(browser: Browser, email: str = NEW_ADDRESS, password: str = PASSWORD) -> Answer:
    return browser.post("/api/me/email", {"email": email, "password": password})


def confirm_address(browser: Browser, token: str) -> Answer:
    answer = browser.post("/api/me/email/confirm", {"token": token})
    if answer.status == 200:
        browser.csrf_token = answer.json["csrf_token"]
    return answer


def mailed(mailbox: Mailbox, email: str = ADA) -> str:
    """The token of the newest mail that has one, of any kind."""
    links = [link for mail in mailbox.to(email) for link in mail.links if "token=" in link]
    return links[-1].partition("token=")[2]


def subjects(mailbox: Mailbox, email: str = ADA) -> list[str]:
    """What was written to an address, oldest first, without the first mail of a sign-up."""
    return [mail.subject for mail in mailbox.to(email) if not mail.subject.startswith("Confirm your address")]
