"""Google as a window sees it: the stand-in's own page at Google's own address, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from unittest import mock
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route, expect

from chalicelib.providers import google
from infra.local.exchange import Asked
from infra.local.google.in_process import InProcess
from tests.app import at_google
from tests.web.site import PUBLIC_URL, Guest

GOOGLE = "https://accounts.google.com/"


@contextmanager
def beside_google(guest: Guest) -> Iterator[InProcess]:
    """Until the end of the block, Google answers the window and the service; going there is no complaint."""
    issuer = at_google.issuer()

    def answer(route: Route) -> None:
        asked = urlsplit(route.request.url)
        body = (route.request.post_data or "").encode()
        said = issuer.google.answer(Asked(route.request.method, asked.path, asked.query, {}, body))
        headers = {name: value.replace(PUBLIC_URL, guest.origin) for name, value in said.headers.items()}
        route.fulfill(status=said.status, headers=headers, body=said.body)

    guest.page.route(f"{GOOGLE}**", answer)
    guest.page.route(lambda url: urlsplit(url).path == "/api/auth/google", _lead)
    with (
        mock.patch.object(google, "_pool", return_value=issuer),
        mock.patch.object(google, "_cached_keys", None),
    ):
        yield issuer
    guest.complaints[:] = [one for one in guest.complaints if GOOGLE not in one]


def _lead(route: Route) -> None:
    """Where a redirect leads is asked of no handler, in some browsers; where a page leads is."""
    if route.request.method != "GET":
        route.continue_()
        return
    said = route.fetch(max_redirects=0)
    headers = {name: value for name, value in said.headers.items() if name in ("set-cookie", "cache-control")}
    page = f'<meta http-equiv="refresh" content="0;url={escape(said.headers["location"])}">'
    route.fulfill(headers={**headers, "content-type": "text/html"}, body=page)


def be(page: Page, email: str) -> None:
    """Choose an account on Google's page."""
    expect(page.get_by_role("heading", name="Choose an account")).to_be_visible()
    known = page.get_by_role("button", name=email)
    if known.count():
        known.click()
    else:
        page.get_by_label("Address").fill(email)
        page.get_by_role("button", name="Continue").click()
