"""Words that a finished and true policy does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chalicelib.policy.profile import Profile
from infra.policy import rules
from infra.policy.faults import Fault

PLACEHOLDER = re.compile(
    r"\[[^\]]*\]|<[A-Za-z ]+>|\{\{|\b(?:TODO|TBD|XXX|FIXME)\b|\?\?\?|lorem ipsum|…|\.\.\."
)
END_TO_END = re.compile(r"\bend[- ]to[- ]end\b", re.IGNORECASE)


def faults(profile: Profile) -> Iterator[Fault]:
    """Placeholders anywhere; "end to end" wherever a carrier connects the calls, but in what explains it."""
    has_carrier = any(processor.role == "carrier" for processor in profile.processor)
    for rule, value in rules.walk(rules.document(profile)):
        if not isinstance(value, str):
            continue
        if found := PLACEHOLDER.search(value):
            yield Fault(
                rule,
                f"{rule} still holds the placeholder {found[0]!r}.",
                "People would read it as a promise, and nobody has decided it.",
                "Decide it, or leave it out and write an open point.",
            )
        if has_carrier and not rule.startswith("open_point.") and END_TO_END.search(value):
            yield Fault(
                rule,
                f"{rule} promises encryption from end to end.",
                "A carrier connects the calls to the phone network, where they are not encrypted.",
                "Say what is true: encrypted from the browser to the carrier.",
            )
