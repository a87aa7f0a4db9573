"""What a service offers: only what runs, and only with what it needs."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.policy.profile import Profile
from infra.policy.faults import Fault
from infra.policy.model import Capability, Inventory, Source

SELF_SERVICE = {"objection": "objections", "restriction": "restrictions"}
"""What serves a right that people use by themselves."""


def faults(profile: Profile) -> Iterator[Fault]:
    if "recording" in profile.offers and profile.settings.recording == "forbidden":
        yield Fault(
            "offers.recording",
            "The service offers recording, and the policy forbids it.",
            "No call may be recorded where people are told that none is.",
            'Remove the offer, or write recording = "opt_in".',
        )
    if "marketing_mail" in profile.offers and "marketing" not in {one.id for one in profile.purpose}:
        yield Fault(
            "offers.marketing_mail",
            "The service offers marketing mail, and marketing is none of its purposes.",
            "Data is used only for what the policy lists.",
            "Add a purpose marketing that rests on consent, or remove the offer.",
        )
    yield from _mails(profile)
    yield from _rights(profile)
    for id in sorted(set(profile.offers) & set(profile.planned)):
        yield Fault(
            f"planned.{id}",
            f"{id} is offered and planned.",
            "What is planned is not offered.",
            "Leave one of the two.",
        )


def _mails(profile: Profile) -> Iterator[Fault]:
    """What cannot be left unsaid is written, and marketing exactly where it is offered."""
    wanted = {"account", "privacy"}
    wanted |= {"payments"} if "credit" in profile.offers else set()
    wanted |= {"marketing"} if "marketing_mail" in profile.offers else set()
    for missing in sorted(wanted - set(profile.mails)):
        yield Fault(
            "mails",
            f"Mails of the class {missing} are needed, and the policy does not list them.",
            "A mail of a class that is not listed is not sent.",
            f"Add {missing} to mails.",
        )
    if "marketing" in profile.mails and "marketing_mail" not in profile.offers:
        yield Fault(
            "mails",
            "The policy lists marketing mails, and does not offer marketing by mail.",
            "Nobody could ask for them, so nobody may get them.",
            "Remove marketing from mails, or offer marketing_mail.",
        )


def _rights(profile: Profile) -> Iterator[Fault]:
    """What people may do by themselves has its routes."""
    for right in profile.right:
        capability = SELF_SERVICE.get(right.type)
        if capability and "self_service" in right.channels and capability not in profile.offers:
            yield Fault(
                f"right.{right.type}.channels",
                f"{right.type} is self-service, and the service does not offer {capability}.",
                "What people are told that they can do by themselves must be there.",
                f"Add {capability} to offers, or remove self_service.",
            )


def needs(source: Source, inventory: Inventory) -> Iterator[Fault]:
    """What is offered is built, and has the categories and processors that it cannot do without."""
    collected = {category.id for category in source.category}
    active = {processor.role for processor in source.processor if processor.active}
    for capability in inventory.capability:
        if capability.id not in source.offers:
            continue
        rule = f"offers.{capability.id}"
        if not capability.built:
            yield unbuilt(capability)
        for category in sorted(set(capability.needs) - collected):
            yield Fault(
                rule,
                f"{capability.id} is offered, and {category} is not collected.",
                "It cannot run without.",
                f"Decide about category {category}, or remove the offer.",
            )
        for role in sorted(set(capability.roles) - active):
            yield Fault(
                rule,
                f"{capability.id} is offered, and no processor for {role} is active.",
                "It cannot run without.",
                "Name one and write active = true, or remove the offer.",
            )


def unbuilt(capability: Capability) -> Fault:
    return Fault(
        f"offers.{capability.id}",
        f"{capability.id} is offered, and no code does it.",
        "What a policy offers must run today.",
        "Move it to planned.",
    )


def without_doors(inventory: Inventory, doors: set[str]) -> Iterator[Fault]:
    """Capabilities that are called built and have no route of their own, though they say that they do."""
    for capability in inventory.capability:
        if capability.built and capability.routes and capability.id not in doors:
            yield Fault(
                f"capability.{capability.id}",
                f"{capability.id} is called built, and no route belongs to it.",
                "What a policy offers must run today.",
                "Write built = false, or name the capability at its doors.",
            )
