"""The policy over HTTP: for people to read, and for machines."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib.core import settings
from chalicelib.core.doors import Reply, door
from chalicelib.core.errors import not_found
from chalicelib.policy import profile
from chalicelib.privacy import announcements, notice_page, policy_shapes
from chalicelib.privacy.policy_shapes import CookieList, GpcSupport, PolicyDocument, SubprocessorList

routes = Blueprint(__name__)


@door(routes, "GET", "/api/privacy/policy", answers={200: PolicyDocument})
def get_policy() -> PolicyDocument:
    """The privacy policy, machine-readable."""
    return policy_shapes.policy_document(profile.current())


@door(routes, "GET", "/api/privacy/notice", answers={200: str}, media_type="text/html")
def read_notice() -> Reply:
    """The privacy notice, as a page to read."""
    stage = settings.current()
    contact = notice_page.Contact(stage.controller, stage.privacy_mail)
    return _page(notice_page.render(profile.current(), contact, announcements.coming_at()))


@door(routes, "GET", "/api/privacy/announcement", answers={200: str}, media_type="text/html", refusals=(404,))
def read_announcement() -> Reply:
    """The privacy notice that is to hold next, as a page to read, while one is announced."""
    page = announcements.posted_page()
    if page is None:
        raise not_found("announcement")
    return _page(page)


def _page(html: str) -> Reply:
    """A page that may load its own style and nothing else."""
    return Reply(
        html,
        media_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": notice_page.content_policy()},
    )


@door(routes, "GET", "/api/privacy/subprocessors", answers={200: SubprocessorList})
def list_subprocessors() -> SubprocessorList:
    """Who works for this service with people's data, where, and on which footing."""
    active = profile.current()
    return SubprocessorList(policy_version=active.version, items=active.processor)


@door(routes, "GET", "/api/privacy/cookies", answers={200: CookieList})
def list_cookies() -> CookieList:
    """Every cookie that this service may set, what for, and for how long."""
    active = profile.current()
    return CookieList(policy_version=active.version, items=active.cookie)


@door(routes, "GET", "/.well-known/gpc.json", answers={200: GpcSupport})
def get_gpc() -> GpcSupport:
    """That a browser's signal against sale and sharing is obeyed: where nothing is sold, it always is."""
    return GpcSupport(gpc=True, last_update=profile.current().effective_at)
