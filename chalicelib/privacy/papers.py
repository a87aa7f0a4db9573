"""What explains an export: its index for machines, with checksums, and a page for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from chalicelib.core import clock, settings
from chalicelib.policy import profile
from chalicelib.policy.terms import Category
from chalicelib.privacy import contents
from chalicelib.privacy.archive import Member
from chalicelib.privacy.models import Request
from chalicelib.privacy.notice_page import PAGES

if TYPE_CHECKING:
    from jinja2 import Environment

INDEX, README = "index.json", "README.txt"
TITLES = {
    "access": "a copy of your data",
    "portability": "your data, to take elsewhere",
    "know": "what we know about you",
}


def schema_path(name: str) -> str:
    return f"schema/{name}.schema.json"


def index(request: Request, members: Sequence[Member]) -> bytes:
    """Every file with its checksum and schema, every kind of data with its purposes, and what is left out."""
    policy = profile.current()
    told: dict[str, Any] = {
        "service": policy.title,
        "policy_version": policy.version,
        "request": {"id": request.id, "type": request.type, "received_at": request.received_at},
        "account_id": request.account_id,
        "made_at": clock.render(clock.now()),
        "files": [_file(member) for member in members],
        "categories": [_category(category) for category in contents.categories(request.type)],
        "left_out": list(contents.left_out(request.type)),
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n"


def readme(request: Request, members: Sequence[Member]) -> bytes:
    """The same in a person's words."""
    categories = contents.categories(request.type)
    found = [(category, sheets) for category in categories if (sheets := _sheets(category, members))]
    full = [category for category, _ in found]
    told = (
        _pages()
        .get_template("export.txt")
        .render(
            request=request,
            policy=profile.current(),
            title=TITLES[request.type],
            rows=sum(member.rows for member in members if member.path.endswith(".csv")),
            received_at=_moment(clock.parse(request.received_at)),
            made_at=_moment(clock.now()),
            found=found,
            nothing=[category for category in categories if category not in full],
            left_out=list(contents.left_out(request.type)),
            notice_url=f"{settings.current().public_url}/api/privacy/notice",
            privacy_mail=settings.current().privacy_mail,
        )
    )
    return f"{told}\n".encode()


def _sheets(category: Category, members: Sequence[Member]) -> list[Member]:
    """The spreadsheets of a category; where it has no entries of its own, the one that tells of it, too."""
    sheets = [one for one in members if one.rows and one.path.endswith(".csv")]
    own = [one for one in sheets if one.path.startswith(f"{category.id}/")]
    if own or category.id in {extract.category for extract in contents.extracts()}:
        return own
    return [one for one in sheets if contents.tells_of(category, _extract(one))][:1]


def _extract(member: Member) -> str:
    """The name of the extract that a file is of."""
    return member.path.rpartition("/")[2].partition(".")[0].partition("-")[0]


def _moment(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def _file(member: Member) -> dict[str, Any]:
    told: dict[str, Any] = {"path": member.path, "bytes": member.size, "sha256": member.sha256}
    if member.rows:
        folder = member.path.partition("/")[0]
        told |= {"category": folder, "rows": member.rows, "schema": schema_path(_extract(member))}
    return told


def _category(category: Category) -> dict[str, Any]:
    return {
        "id": category.id,
        "title": category.title,
        "what": category.what,
        "purposes": category.purposes,
        "sources": category.source,
        "recipients": category.recipients,
        "retention": category.retention,
    }


@cache
def _pages() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    # Plain text: what HTML would escape stands as it is.
    return Environment(
        loader=FileSystemLoader(PAGES),
        undefined=StrictUndefined,
        trim_blocks=True,
        autoescape=False,  # noqa: S701
    )
