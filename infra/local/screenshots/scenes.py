"""What is photographed: pages as they are opened, and some of their states that an act brings about."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from infra.local.screenshots.people import People
from infra.local.visitor import Visitor

TONE = "+442079460440"
CERTIFICATE = "/privacy/certificate"
"""Which needs what stands behind it in the link of the last mail."""
Act = Callable[[Page], None]
Who = Callable[[People], Visitor]


def stay(_page: Page) -> None:
    """Nothing is done: the page as it opens."""


@dataclass(frozen=True)
class Scene:
    """A picture's name, the page's path, whose browser it is, what must be offered, what is done."""

    name: str
    path: str
    who: Who
    offer: str = ""
    act: Act = stay

    def address(self, people: People) -> str:
        """Of the page, on the service where these people are."""
        return self.who(people).origin + (people.certificate if self.path == CERTIFICATE else self.path)


def stranger(people: People) -> Visitor:
    return people.stranger


def newcomer(people: People) -> Visitor:
    return people.newcomer


def regular(people: People) -> Visitor:
    return people.regular


def leaving(people: People) -> Visitor:
    return people.leaving


def dial(page: Page) -> None:
    page.get_by_label("Number").fill(TONE)
    expect(page.locator("#quote")).to_contain_text("a minute")


def talk(page: Page) -> None:
    dial(page)
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator(".calling .state")).to_have_text("Connected")
    expect(page.locator(".clock")).to_have_text(re.compile("0:0[3-9]"))


def hang_up(page: Page) -> None:
    talk(page)
    page.get_by_role("button", name="Hang up").click()
    expect(page.locator(".outcome")).to_contain_text("You talked for")


def go_offline(page: Page) -> None:
    page.context.set_offline(True)
    expect(page.get_by_text("We can't reach the service")).to_be_visible()


def open_newest(page: Page) -> None:
    """The first of a page's list, by its link to a page below this one."""
    here = urlsplit(page.url).path
    page.locator(f"main a[href^='{here}/']").first.click()
    page.wait_for_url(f"**{here}/*")
    expect(page.locator(".skeleton")).to_have_count(0)


SCENES: Sequence[Scene] = (
    Scene("sign-in", "/", stranger),
    Scene("sign-up", "/sign-up", stranger),
    Scene("forgotten-password", "/reset", stranger, "password_sign_in"),
    Scene("nowhere", "/topup/nowhere", stranger),
    Scene("phone-new", "/", newcomer, "calling"),
    Scene("history-empty", "/history", newcomer, "calling"),
    Scene("phone", "/", regular, "calling"),
    Scene("phone-dialled", "/", regular, "calling", dial),
    Scene("phone-offline", "/", regular, "calling", go_offline),
    Scene("history", "/history", regular, "calling"),
    Scene("history-call", "/history", regular, "calling", open_newest),
    Scene("insights", "/insights", regular, "calling"),
    Scene("money", "/money", regular, "credit"),
    Scene("money-movements", "/money/movements", regular, "credit"),
    Scene("money-receipts", "/money/receipts", regular, "credit"),
    Scene("money-receipt", "/money/receipts", regular, "credit", open_newest),
    Scene("money-limits", "/money/limits", regular, "credit"),
    Scene("numbers", "/numbers", regular, "caller_ids"),
    Scene("privacy", "/privacy", regular),
    Scene("privacy-choices", "/privacy/choices", regular),
    Scene("privacy-file", "/privacy/file", regular),
    Scene("privacy-requests", "/privacy/requests", regular),
    Scene("privacy-leave", "/privacy/leave", regular),
    Scene("privacy-leaving", "/privacy/leave", leaving),
    Scene("privacy-certificate", CERTIFICATE, stranger),
    Scene("settings", "/settings", regular),
    # Last, as these calls would be all that the history shows.
    Scene("phone-talking", "/", regular, "calling", talk),
    Scene("phone-ended", "/", regular, "calling", hang_up),
)
