"""One service and a member of it under each policy, who have whatever a page may show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest import mock

from playwright.sync_api import BrowserContext, Page, expect

from chalicelib.core import keys, signatures
from chalicelib.policy.profile import Profile
from chalicelib.privacy import certificates
from chalicelib.providers import google
from tests.app import at_google
from tests.harness.browser import Browser
from tests.harness.mailbox import Mailbox
from tests.harness.offering import obeying
from tests.harness.stage import Stage
from tests.privacy.certified import certified
from tests.web.pages import Row, Who
from tests.web.site import Guest, Site

LONDON = "+442071838750"


@dataclass
class Crowd:
    """They are there as soon as they are asked for, and stay until the end of the file."""

    context: BrowserContext
    origin: str
    site: Site
    stage: Stage
    mailbox: Mailbox
    people: dict[str, Browser] = field(default_factory=dict)
    things: dict[str, dict[str, str]] = field(default_factory=dict)

    @contextmanager
    def visit(self, id: str, who: Who) -> Iterator[Guest]:
        """A new window at the service under a policy; a complaint fails the test at its end."""
        self.context.clear_cookies()
        with obeying(id) as policy:
            guest = Guest(self.context.new_page(), self.site, self.stage, self.mailbox, self.origin)
            guest.watch()
            self._fill(policy)
            if who == "member":
                guest.person = self.people[id]
                guest.take_cookies()
            yield guest
            guest.page.close()
        assert guest.complaints == []

    def address(self, row: Row, id: str) -> str:
        return row.at.format(**self.things[id])

    def _fill(self, policy: Profile) -> None:
        if policy.id in self.people:
            return
        person = self.people[policy.id] = self._arrive(policy)
        things = self.things[policy.id] = {"capability": self._leave_behind()}
        if "credit" in policy.offers:
            order = person.post("/api/topups", {"amount_micros": 10_000_000}).json
            self.stage.payments.pay(order["checkout_id"], "succeeded")
            self.stage.settle_payments()
            things["order"] = order["id"]
        if "calling" in policy.offers:
            person.call(LONDON, 60)
            things["call"] = person.get("/api/calls").json["items"][0]["id"]

    def _arrive(self, policy: Profile) -> Browser:
        person = Browser(self.stage, self.mailbox)
        email = f"{policy.id}@example.org"
        if "password_sign_in" in policy.offers:
            return person.sign_up(email)
        issuer = at_google.issuer()
        with (
            mock.patch.object(google, "_pool", return_value=issuer),
            mock.patch.object(google, "_cached_keys", None),
        ):
            at_google.arrive(person, issuer, email)
        person.csrf_token = person.get("/api/me").json["csrf_token"]
        return person

    @staticmethod
    def _leave_behind() -> str:
        """What opens the certificate of somebody who has left."""
        signatures.public_key.cache_clear()
        capability = keys.fresh_token()
        certificates.issue(certified(), capability)
        return capability


def see(page: Page, heading: str, title: str) -> None:
    """The page that is meant, with what it loads: one heading of the first level, which names the window."""
    found = page.locator("h1")
    expect(found).to_contain_text(heading)
    expect(page.locator(".skeleton")).to_have_count(0)
    assert found.count() == 1
    expect(page).to_have_title(f"{found.inner_text()} · {title}")
