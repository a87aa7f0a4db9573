"""What the sources name of each other must be there, once. Told before they are merged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from infra.policy import rules
from infra.policy.faults import Fault
from infra.policy.model import Decision, Inventory, Source, Sources


def of_inventory(inventory: Inventory) -> Iterator[Fault]:
    """What is wrong with the inventory alone."""
    for name in ("store", "regime", "capability", "category"):
        yield from _twice(name, getattr(inventory, name))
    stores, kinds = _ids(inventory.store), _ids(inventory.category)
    for kind in inventory.category:
        yield from _unknown(f"category.{kind.id}.stores", kind.stores, stores, "store")
        if kind.capability:
            named = _ids(inventory.capability)
            yield from _unknown(f"category.{kind.id}.capability", [kind.capability], named, "capability")
        if not kind.source:
            yield Fault(
                f"category.{kind.id}.source",
                f"Nothing says where {kind.id} comes from.",
                "People are told from whom their data was had.",
                "Name its sources.",
            )
    for capability in inventory.capability:
        yield from _unknown(f"capability.{capability.id}.needs", capability.needs, kinds, "category")


def of_profile(sources: Sources) -> Iterator[Fault]:
    """What a profile names that neither it nor the inventory has."""
    inventory, profile = sources.inventory, sources.profile
    for name in ("purpose", "category", "processor", "residue", "cookie", "claim"):
        yield from _twice(name, getattr(profile, name))
    processors, capabilities = _ids(profile.processor), _ids(inventory.capability)
    carriers = {one.id for one in profile.processor if one.role == "carrier"}
    yield from _unknown("regimes", profile.regimes, _ids(inventory.regime), "regime")
    yield from _unknown("offers", profile.offers, capabilities, "capability")
    yield from _unknown("planned", profile.planned, capabilities, "capability")
    yield from _unknown("carriers", profile.carriers, carriers, "processor that is a carrier")
    places = processors | _ids(inventory.store)
    for residue in profile.residue:
        yield from _unknown(f"residue.{residue.at}", [residue.at], places, "processor or store")
    for cookie in profile.cookie:
        named = [cookie.processor] if cookie.processor else []
        yield from _unknown(f"cookie.{cookie.name}.processor", named, processors, "processor")
    for decision in profile.category:
        yield from _decision(decision, inventory, profile)
    yield from _rights(profile)


def of_words(sources: Sources, document: object) -> Iterator[Fault]:
    """Claims and open points name rules of the merged document."""
    for point in sources.profile.open_point:
        yield from _no_rule(f"open_point.{point.rule}", [point.rule], document)
    for claim in sources.profile.claim:
        yield from _no_rule(f"claim.{claim.id}", claim.rules, document)
        if bool(claim.rules) == bool(claim.evidence):
            yield Fault(
                f"claim.{claim.id}",
                f"Claim {claim.id} needs rules that keep it, or evidence, and not both.",
                "A promise that nothing keeps is a word.",
                "Name the rules; for what no program can keep, name its evidence.",
            )


def _decision(decision: Decision, inventory: Inventory, profile: Source) -> Iterator[Fault]:
    rule = f"category.{decision.id}"
    kinds = {kind.id: kind for kind in inventory.category}
    if decision.id not in kinds:
        yield from _unknown(rule, [decision.id], kinds, "category in the inventory")
        return
    fields = kinds[decision.id].fields
    chosen = decision.fields if decision.fields is not None else fields
    yield from _unknown(f"{rule}.fields", chosen, fields, "field in the inventory")
    yield from _unknown(f"{rule}.optional", decision.optional, chosen, "field in this category")
    yield from _unknown(
        f"{rule}.on_erasure", decision.on_erasure.keep_fields, chosen, "field in this category"
    )
    yield from _unknown(f"{rule}.purposes", decision.purposes, _ids(profile.purpose), "purpose")
    yield from _unknown(f"{rule}.recipients", decision.recipients, _ids(profile.processor), "processor")


def _rights(profile: Source) -> Iterator[Fault]:
    told: set[tuple[str, str]] = set()
    for right in profile.right:
        laws = right.regimes if right.regimes is not None else profile.regimes
        yield from _unknown(f"right.{right.type}.regimes", laws, profile.regimes, "regime of this policy")
        if not right.due and not laws:
            yield Fault(
                f"right.{right.type}",
                f"Nothing says when {right.type} is due.",
                "The policy promises no time, and no law's clock is named.",
                "Write due, or name a regime.",
            )
        pairs = {(right.type, law) for law in laws or [""]}
        if told & pairs:
            yield Fault(
                f"right.{right.type}",
                f"Right {right.type} is there twice.",
                "Two answers to one question are none.",
                "Leave one of them, or give each its own regimes.",
            )
        told |= pairs


def _ids(entries: Iterable[object]) -> set[str]:
    return {str(name) for entry in entries if (name := rules.name_of(rules.document(entry)))}


def _twice(name: str, entries: Iterable[object]) -> Iterator[Fault]:
    names = Counter(rules.name_of(rules.document(entry)) for entry in entries)
    for one, times in names.items():
        if times > 1:
            yield Fault(
                f"{name}.{one}",
                f"{name} {one} is there {times} times.",
                "Two answers to one question are none.",
                "Leave one of them.",
            )


def _unknown(rule: str, named: Iterable[str], known: Iterable[str], what: str) -> Iterator[Fault]:
    known = set(known)
    for name in named:
        if name not in known:
            yield Fault(
                rule,
                f"{rule} names {name!r}, and there is no such {what}.",
                "What is named and not there decides nothing.",
                f"Choose one of: {', '.join(sorted(known))}." if known else "Remove it.",
            )


def _no_rule(rule: str, named: Iterable[str], document: object) -> Iterator[Fault]:
    for name in named:
        if not rules.holds(document, name):
            yield Fault(
                rule,
                f"{rule} points to {name!r}, and the policy has no such rule.",
                "A promise must be traced to what keeps it.",
                "Name a rule by its path, such as category.ledger.retention.",
            )
