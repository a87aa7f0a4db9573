"""Every page of the client: who brings it, who may see it, what it is called, and how one gets there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from chalicelib.policy.profile import Profile
from infra import client

PATH = re.compile(r'\bpath: "(/[^"]*)"')
Who = Literal["visitor", "member"]


@dataclass(frozen=True)
class Row:
    """A page as `feature` brings it under `path`, at an address of it; what its heading says begins so.

    `needs` is what a service must offer, `never` what it must not. `policy` is the one it is looked at under.
    In what stands in braces, what the crowd has is filled in.
    """

    feature: str
    path: str
    who: Who
    heading: str
    at: str
    needs: str | None = None
    never: str | None = None
    policy: str = "kinvo"

    def is_of(self, policy: Profile) -> bool:
        """Whether this service has it."""
        return (self.needs is None or self.needs in policy.offers) and self.never not in policy.offers


def known() -> set[tuple[str, str]]:
    """What the features of the client bring."""
    found = set()
    for file in (client.WEB / "src").glob("*/feature.ts"):
        text = file.read_text()
        paths = PATH.findall(text)
        assert len(paths) == len(re.findall(r"\bpath:", text)), f"{file}: a path that is no plain text"
        found |= {(file.parent.name, path) for path in paths}
    return found


def visitor(feature: str, path: str, heading: str, at: str = "", **more: str) -> Row:
    return Row(feature, path, "visitor", heading, at or path, **more)


def member(feature: str, path: str, heading: str, at: str = "", **more: str) -> Row:
    return Row(feature, path, "member", heading, at or path, **more)


PASSWORD = "password_sign_in"
ROWS = [
    visitor("access", "/", "Welcome back"),
    visitor("access", "/", "Welcome back", "/?google=cancelled", policy="ownnumber", needs="google_sign_in"),
    visitor("access", "/sign-up", "Create an account", policy="kiwiphone"),
    visitor("access", "/verify", "Is this your address?", "/verify?token=another"),
    visitor("access", "/verify", "This link is not complete"),
    visitor("access", "/parent", "May your child use", "/parent?token=another", policy="kiwiphone"),
    visitor("access", "/reset", "Forgot your password?"),
    visitor("access", "/reset", "Choose a new password", "/reset?token=another"),
    visitor("access", "/email", "Sign in to confirm", "/email?token=another"),
    visitor("privacy", "/privacy/certificate", "There is no certificate", "/privacy/certificate#another"),
    visitor("privacy", "/privacy/certificate", "Your account at", "/privacy/certificate#{capability}"),
    member("home", "/", "Overview", never="calling", policy="kiwiphone"),
    member("phone", "/", "Phone", needs="calling"),
    member("history", "/history", "History", needs="calling"),
    member("history", "/history/:id", "+44", "/history/{call}", needs="calling"),
    member("insights", "/insights", "Insights", needs="calling"),
    member("numbers", "/numbers", "Numbers", needs="caller_ids"),
    member("money", "/money", "Money", needs="credit"),
    member("money", "/money/:part", "Money", "/money/movements", needs="credit"),
    member("money", "/money/:part", "Money", "/money/receipts", needs="credit"),
    member("money", "/money/:part", "Money", "/money/limits", needs="credit"),
    member("money", "/money/receipts/:id", "Receipt", "/money/receipts/{order}", needs="credit"),
    member("money", "/topup/done", "Thank you", "/topup/done?order={order}", needs="credit"),
    member("money", "/topup/cancelled", "Top-up cancelled", needs="credit"),
    member("money", "/card/saved", "One moment", needs="credit"),
    member("money", "/card/cancelled", "No card was saved", needs="credit"),
    member("privacy", "/privacy", "Privacy"),
    member("privacy", "/privacy/:part", "Privacy", "/privacy/choices", policy="zenvoip"),
    member("privacy", "/privacy/:part", "Privacy", "/privacy/file"),
    member("privacy", "/privacy/:part", "Privacy", "/privacy/requests"),
    member("privacy", "/privacy/:part", "Privacy", "/privacy/leave"),
    member("settings", "/settings", "Settings", policy="business"),
    member("settings", "/account", "Settings", policy="ownnumber"),
]
