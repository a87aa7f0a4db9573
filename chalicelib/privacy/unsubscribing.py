"""The way out that every marketing mail carries: a signed link that ends one consent, and no more."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.core import ids, keys, settings
from chalicelib.core.errors import not_found
from chalicelib.policy import profile
from chalicelib.policy.consent import MARKETING
from chalicelib.privacy import consents, notice_page

if TYPE_CHECKING:
    from jinja2 import Template

PURPOSE = "unsubscribe"
CONTENT_POLICY = "; form-action 'self'"


def url(account_id: str) -> str:
    """The link for one account's mails. It works for as long as the key that signs it is accepted."""
    path = f"{account_id}.{keys.sign(PURPOSE, account_id)}"
    return f"{settings.current().public_url}/api/privacy/unsubscribe/{path}"


def account_of(token: str) -> str:
    """Whose mails the link belongs to; refuses one that is not ours."""
    account_id, _, signature = token.partition(".")
    if not ids.valid("acc", account_id) or not keys.signed(PURPOSE, account_id, signature):
        raise not_found("link")
    return account_id


def unsubscribe(token: str) -> None:
    """End the consent to marketing, at once. May be repeated, also for an account that is gone."""
    consents.withdraw(account_of(token), MARKETING, PURPOSE)


def page(*, done: bool) -> str:
    """What its reader sees: a button, since a program that only looks at links must change nothing."""
    return _template().render(service=profile.current().title, done=done, style=notice_page.style())


def content_policy() -> str:
    return notice_page.content_policy() + CONTENT_POLICY


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(notice_page.PAGES)
    pages = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return pages.get_template("unsubscribe.html")
