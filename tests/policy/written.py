"""Policies made from Kinvo's by changing some words of it."""

from __future__ import annotations

from chalicelib.policy import profile
from chalicelib.policy.profile import Profile
from infra.policy.compiled import INVENTORY, PROFILES, File, Policy, build

KINVO = (PROFILES / "kinvo.toml").read_text()
FACTS = INVENTORY.read_text()
RETENTION = "category.call_record.retention"


def policy(text: str, facts: str = FACTS) -> Policy:
    """What the compiler makes of a profile's text; raises Refused."""
    return build(File("inventory.toml", facts), File("kinvo.toml", text))


def changed(old: str, new: str, *, after: str = "") -> str:
    """Kinvo's text with the first `old` behind `after` replaced."""
    head, mark, tail = KINVO.partition(after) if after else ("", "", KINVO)
    assert old in tail, old
    return head + mark + tail.replace(old, new, 1)


def with_retention(category: str, rules: str) -> Profile:
    """Kinvo, keeping a category by these rules."""
    head, mark, tail = KINVO.partition(f'[[category]]\nid = "{category}"')
    before, _, rest = tail.partition("retention = ")
    _, end, after = rest.partition("\non_erasure")
    return profile.read(policy(f"{head}{mark}{before}retention = {rules}{end}{after}").content)
