"""What the service says of itself: its API document, and whether it is well."""

from __future__ import annotations

from contextlib import suppress
from functools import cache, lru_cache
from typing import Any

import msgspec
from chalice import Blueprint
from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from chalicelib.core import clock, openapi, secrets, settings, tables
from chalicelib.core.doors import Reply, door
from chalicelib.core.errors import Refusal
from chalicelib.core.logs import log, trace

routes = Blueprint(__name__)
VERSION = "0.1.0"
PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"


READY_SECONDS = 5


class Probe(tables.Item):
    """An item that is never there: reading it shows that the store answers."""

    class Meta:
        table_name = tables.name("sessions")

    token_hash = UnicodeAttribute(hash_key=True)


class Health(msgspec.Struct):
    """Whether the service can do its work."""

    status: str


@door(routes, "GET", "/api/health/live", answers={200: Health})
def check_live() -> Health:
    """Whether the code runs."""
    return Health("ok")


@door(routes, "GET", "/api/health/ready", answers={200: Health})
def check_ready() -> Health:
    """Whether the tables and the secrets can be read; looked at every five seconds at most."""
    if not _ready(int(clock.monotonic()) // READY_SECONDS):
        raise Refusal(503, "not-ready", "We can't reach our own stores right now.")
    return Health("ok")


@lru_cache(maxsize=1)
def _ready(_moment: int) -> bool:
    try:
        secrets.current()
        with suppress(DoesNotExist):
            Probe.get("PROBE")
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
        log.warning("not ready", extra=trace(error))
        return False
    return True


@door(routes, "GET", "/api/openapi.json", answers={200: dict[str, Any]})
def get_openapi() -> dict[str, Any]:
    """This API as an OpenAPI 3.1 document."""
    return _document()


@door(routes, "GET", "/api/docs", answers={200: str}, media_type="text/html")
def read_docs() -> Reply:
    """This API as a page to read."""
    return Reply(
        _page(), media_type="text/html; charset=utf-8", headers={"Content-Security-Policy": PAGE_POLICY}
    )


@cache
def _document() -> dict[str, Any]:
    return openapi.document("Vowline", VERSION, settings.current().public_url)


@cache
def _page() -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    pages = Environment(
        loader=PackageLoader("chalicelib.core", "pages"), autoescape=True, undefined=StrictUndefined
    )
    return pages.get_template("reference.html").render(document=_document())
