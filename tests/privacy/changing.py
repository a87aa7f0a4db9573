"""A policy under change: the one that holds, and a draft of what is to follow."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from chalicelib.core import clock
from chalicelib.policy import profile
from chalicelib.privacy import announcements, policy_letters
from chalicelib.privacy.announcements import Draft
from tests.harness.mailbox import Mailbox

ADA, GRACE = "ada@example.org", "grace@example.org"
LONGER: dict[str, Any] = {"logs": "P60D"}


@dataclass(frozen=True)
class Policy:
    """A policy as plain values, with the notice that it promises of its change."""

    notice: dict[str, Any]

    def document(self, effective_at: str, **settings: Any) -> bytes:
        active = json.loads((profile.COMPILED / "kinvo.json").read_text())
        active["effective_at"] = effective_at
        active["settings"] |= {"change_notice": self.notice, **settings}
        return json.dumps(active, sort_keys=True).encode()

    def hold(self) -> Draft:
        """Let it hold, as the first one."""
        first = Draft(self.document("2026-03-01"), "", frozenset(), (), differs=False)
        announcements.activate(first)
        return first

    def draft(self, days_ahead: int = 30, concerns: Iterable[str] = ("account",), **settings: Any) -> Draft:
        """A version that is to hold so many days from now."""
        document = self.document(in_days(days_ahead), **(settings or LONGER))
        return Draft(document, "<p>the new notice</p>", frozenset(concerns), ("Longer logs.",), differs=True)


def in_days(days: int) -> str:
    today: date = clock.now().date()
    return (today + timedelta(days=days)).isoformat()


MAILED = Policy({"channels": ["page", "mail"], "mode": "all", "lead": "P30D"})
POSTED = Policy({"channels": ["page"], "mode": "all", "lead": "P0D"})
EITHER = Policy({"channels": ["page", "mail", "service"], "mode": "any", "lead": "P30D"})


def tell(draft: Draft) -> dict[str, int]:
    return dict(policy_letters.tell_all(announcements.announce(draft)))


def told(mailbox: Mailbox, address: str) -> int:
    """How many mails about the policy somebody got."""
    return sum("privacy policy" in mail.subject for mail in mailbox.to(address))


def told_of(draft: Draft) -> set[str]:
    found = announcements.announced(draft.version)
    return set(announcements.told(found)) if found else set()
