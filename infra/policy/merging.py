"""A profile and the inventory as one document, with every default filled in. Pure."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from chalicelib.policy import calendar, profile, terms
from chalicelib.policy.profile import Profile
from infra.policy.model import Decision, Inventory, Right, Source, Sources


def merge(sources: Sources) -> Profile:
    """The document that the service obeys; `references` has found all that the parts name of each other."""
    inventory, source = sources.inventory, sources.profile
    regimes = [regime for regime in inventory.regime if regime.id in source.regimes]
    categories = [_category(decision, inventory, source) for decision in source.category]
    used = {store for category in categories for store in category.stores}
    return Profile(
        **{name: getattr(source, name) for name in terms.Terms.__struct_fields__},
        calls=source.calls or inventory.calls,
        regimes=regimes,
        store=[store for store in inventory.store if store.id in used],
        capability=[
            profile.Capability(
                id=one.id, title=one.title, state="offered" if one.id in source.offers else "planned"
            )
            for one in inventory.capability
            if one.id in (*source.offers, *source.planned)
        ],
        category=categories,
        processor=[_processor(one, source.residue) for one in source.processor],
        egress=inventory.egress,
        right=[_right(right, regimes) for right in source.right],
    )


def _category(decision: Decision, inventory: Inventory, source: Source) -> terms.Category:
    kind = next(kind for kind in inventory.category if kind.id == decision.id)
    names = decision.fields if decision.fields is not None else list(kind.fields)
    fields = {name: kind.described(name) for name in names}
    bases = {purpose.id: purpose.basis for purpose in source.purpose}
    return terms.Category(
        **{name: getattr(decision, name) for name in terms.CategoryTerms.__struct_fields__},
        title=kind.title,
        what=kind.what,
        subjects=list(kind.subjects),
        role=kind.role,
        source=list(kind.source),
        stores=kind.stores,
        fields=names,
        words={name: field.what for name, field in fields.items()},
        attributes={name: field.attributes for name, field in fields.items()},
        bases=list(dict.fromkeys(bases[purpose] for purpose in decision.purposes)),
        capability=kind.capability,
        active=kind.capability is None or kind.capability in source.offers,
    )


def _processor(one: terms.ProcessorTerms, residues: Iterable[terms.Residue]) -> terms.Processor:
    said = [residue.says for residue in residues if residue.at == one.id]
    return terms.Processor(**msgspec.structs.asdict(one), residue=said[0] if said else None)


def _right(right: Right, regimes: Iterable[terms.Regime]) -> terms.Right:
    """The law's clocks stand beside the policy's own, which is theirs where it promises nothing itself."""
    laws = [regime for regime in regimes if right.regimes is None or regime.id in right.regimes]
    statutory = [(regime.opt_out if right.type == "opt_out" else None) or regime.due for regime in laws]
    own = {name: getattr(right, name) for name in terms.RightTerms.__struct_fields__}
    return terms.Right(
        **{
            **own,
            "acknowledge": right.acknowledge or _earliest(law.acknowledge for law in laws),
            "extend": right.extend or _extension(right, laws),
        },
        regimes=[law.id for law in laws],
        due=right.due or _earliest(statutory) or "",
        statutory=statutory,
    )


def _extension(right: Right, laws: Iterable[terms.Regime]) -> str | None:
    """What all of these laws allow: none where one has a time of its own for opting out."""
    if right.type == "opt_out" and any(law.opt_out for law in laws):
        return None
    return _earliest(law.extend for law in laws)


def _earliest(lengths: Iterable[str | None]) -> str | None:
    return min((length for length in lengths if length), key=calendar.days, default=None)
