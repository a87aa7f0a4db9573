"""What is sent: what our code gives a processor is what the policy says that it gets, both ways."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.policy.profile import Profile
from chalicelib.policy.terms import EVERYTHING, Egress, Processor
from infra.policy.faults import Fault


def faults(profile: Profile) -> Iterator[Fault]:
    held = {field for category in profile.category if category.active for field in category.fields}
    for egress in profile.egress:
        for processor in profile.processor:
            if processor.active and (processor.id, processor.role) == (egress.id, egress.role):
                yield from _hosts(egress, processor)
                if EVERYTHING not in processor.fields_sent:
                    yield from _fields(egress, processor, held)


def _hosts(egress: Egress, processor: Processor) -> Iterator[Fault]:
    for host in [*egress.hosts, *egress.browser]:
        if not any(host == one or host.endswith(f".{one}") for one in processor.hosts):
            yield Fault(
                f"processor.{processor.id}.hosts",
                f"Our code sends to {host}, which is no host of {processor.id}.",
                "The way there is closed when it runs, and people were told of other hosts.",
                f"Add {host} to its hosts, or do not send there.",
            )


def _fields(egress: Egress, processor: Processor, held: set[str]) -> Iterator[Fault]:
    rule = f"processor.{processor.id}.fields_sent"
    for field in egress.fields:
        if field in held and field not in processor.fields_sent:
            yield Fault(
                rule,
                f"Our code sends {field} to {processor.id}, and the policy does not say so.",
                "It is not sent when it runs, and what needs it fails.",
                f"Add {field} to its fields_sent, or do not send it.",
            )
    for field in processor.fields_sent:
        if field in held and field not in (*egress.fields, *egress.direct):
            yield Fault(
                rule,
                f"{processor.id} is said to get {field}, and no code of ours sends it.",
                "People are told of what is done, not of what could be.",
                f"Remove {field}, or name it under [[egress]] in the inventory.",
            )
