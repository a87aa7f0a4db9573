"""What an operator asks about a changed policy, answered in sentences.

The policy is the one that this project's sources say; the one that it replaces is in the stage's registry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import msgspec

from chalicelib.core import clock, settings
from chalicelib.policy import profile
from chalicelib.privacy import announcements, change_rules, notice_page, policy_letters
from chalicelib.privacy.announcements import Draft
from infra.policy import compiled, diff, summary

Lines = Iterator[str]


def announce() -> Lines:
    """Post the policy and write to all whom it concerns; again, it goes on where it was."""
    new = draft()
    made = announcements.announce(new)
    yield f"Version {made.policy_version} is announced since {made.at}, to hold from {made.effective_at} on."
    yield from (f"  {sentence}" for sentence in new.changes)
    before = announcements.holding()
    if before and "mail" in before.notice.channels and not made.mailed_at:
        counts = policy_letters.tell_all(made)
        yield f"Mails: {_counted(counts)}."
    yield from _left()


def activate() -> Lines:
    """Let the policy hold. Releases that obey it may be deployed from then on."""
    new = draft()
    since = announcements.activate(new)
    yield f"Version {new.version} holds since {clock.render(since)}."


def status() -> Lines:
    """What holds, and how far a change of it is."""
    before = announcements.holding()
    if before is None:
        yield "No policy holds yet."
        return
    yield f"Version {before.version} holds; its text is of {before.effective_at}."
    yield from _left()


def draft() -> Draft:
    """The policy of these sources, compared with the one that holds. Raises Refused."""
    stage = settings.current()
    content = compiled.load(stage.profile).content
    page = notice_page.render(
        profile.read(content), notice_page.Contact(stage.controller, stage.privacy_mail)
    )
    before, new = announcements.holding(), msgspec.json.decode(content)
    old = before.document if before else new
    found = diff.between(old, new)
    return Draft(
        content,
        page,
        concerns=diff.concerns(found),
        changes=summary.sentences(found, old, new),
        differs=any(map(diff.is_read, found)),
    )


def _left() -> Lines:
    before, coming = announcements.holding(), announcements.next_one()
    if not before or not coming:
        return
    if not coming.concerns:
        yield f"Version {coming.policy_version} changes nothing that matters: it may hold now."
        return
    told = announcements.told(coming)
    from_then = change_rules.may_hold_at(before.notice, told, coming.effective_at)
    when = f"may hold from {clock.render(from_then)} on" if from_then else "waits for all to be told"
    yield f"Version {coming.policy_version} {when}."


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(counts.items())) or "nobody was left"


COMMANDS: Mapping[str, Callable[[], Lines]] = {"announce": announce, "activate": activate, "status": status}
