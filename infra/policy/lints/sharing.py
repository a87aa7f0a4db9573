"""Who gets data: no sale where none is promised, no transfer without a ground, no processor without terms."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.policy.profile import Profile
from chalicelib.policy.terms import EVERYTHING, Processor
from infra.policy.faults import Fault

BUYERS = ("advertiser", "data_broker")
EUROPEAN = ("gdpr", "uk_gdpr", "fadp")
EEA = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)


def faults(profile: Profile) -> Iterator[Fault]:
    for processor in profile.processor:
        yield from _terms(profile, processor)
        yield from _place(profile, processor)
        yield from _fields(profile, processor)


def _terms(profile: Profile, processor: Processor) -> Iterator[Fault]:
    rule = f"processor.{processor.id}"
    if processor.role in BUYERS and profile.settings.sale == "never":
        yield Fault(
            f"{rule}.role",
            f"{processor.id} works as {processor.role.replace('_', ' ')}, and the policy sells no data.",
            "Whoever gets data to advertise or to sell on has bought it.",
            'Remove the processor, or write sale = "conditional" with a right to opt out.',
        )
    if not processor.dpa:
        yield Fault(
            rule,
            f"There are no terms of processing with {processor.id}.",
            "Who works on people's data must be bound to do only what we say.",
            'Agree on them and write dpa = "terms" or "signed", or remove the processor.',
        )
    if processor.trains_on_data != "never":
        yield Fault(
            f"{rule}.trains_on_data",
            f"{processor.id} may train models on what it gets.",
            "People's calls and messages are not there to teach machines.",
            'Have it excluded in writing and write "never", or remove the processor.',
        )
    if processor.active and not processor.hosts:
        yield Fault(
            f"{rule}.hosts",
            f"{processor.id} is active and has no host.",
            "Nothing leaves the service but to a host that the policy names.",
            "Name its hosts, or write active = false.",
        )


def _place(profile: Profile, processor: Processor) -> Iterator[Fault]:
    rule = f"processor.{processor.id}"
    european = {regime.id for regime in profile.regimes}.intersection(EUROPEAN)
    if european and processor.country not in EEA and processor.mechanism == "none_needed":
        yield Fault(
            f"{rule}.mechanism",
            f"Data goes to {processor.id} in {processor.country} without a ground for the transfer.",
            "European law lets data leave only under an adequacy decision, clauses or consent.",
            "Name the mechanism: adequacy, dpf, scc or consent.",
        )
    home = profile.settings.residency
    if home and processor.role == "hosting" and processor.country not in home:
        yield Fault(
            f"{rule}.country",
            f"{processor.id} stores data in {processor.country}, and the policy promises {', '.join(home)}.",
            "Where data lies is a promise.",
            "Choose another place, or change residency.",
        )


def _fields(profile: Profile, processor: Processor) -> Iterator[Fault]:
    """What is sent must be a field of what names the processor as its recipient."""
    rule = f"processor.{processor.id}.fields_sent"
    if EVERYTHING in processor.fields_sent:
        if processor.role != "hosting":
            yield Fault(
                rule,
                f"{processor.id} gets everything that is stored, and does not host the service.",
                "A processor gets what its work needs, and no more.",
                "Name the fields that it needs.",
            )
        return
    given = [category for category in profile.category if processor.id in category.recipients]
    known = {field for category in given for field in category.fields}
    for field in processor.fields_sent:
        if field not in known:
            yield Fault(
                rule,
                f"{processor.id} gets {field}, which no category gives to it.",
                "People are told for each kind of data who gets it.",
                f"Name {processor.id} among the recipients of what holds {field}, or do not send it.",
            )
    if not given:
        yield Fault(
            f"processor.{processor.id}",
            f"No category names {processor.id} as a recipient.",
            "A processor that gets nothing is none; one that gets something must be told of.",
            "Name it among a category's recipients, or remove it.",
        )
