"""The compiler: sources in, canonical JSON out, or every fault with its file and line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from chalicelib.policy.profile import COMPILED, Profile, version
from infra.policy import drift, freshness, lints, rules
from infra.policy.drift.code import Code
from infra.policy.faults import Fault, Refused
from infra.policy.lines import Lines
from infra.policy.lints import offering, references
from infra.policy.merging import merge
from infra.policy.model import Inventory, Source, Sources
from infra.policy.reading import read

INVENTORY, PROFILES, ROOT = freshness.INVENTORY, freshness.PROFILES, freshness.ROOT


@dataclass(frozen=True)
class File:
    """A source and the name by which faults tell it."""

    name: str
    text: str


@dataclass(frozen=True)
class Policy:
    """What was read, what it became, and its canonical form."""

    sources: Sources
    profile: Profile
    content: bytes

    @property
    def version(self) -> str:
        return version(self.content)


def build(inventory: File, profile: File) -> Policy:
    """One policy from its two sources; raises Refused with everything that is wrong."""
    facts, told = read(inventory.text, Inventory)
    if facts is None or (told := list(references.of_inventory(facts))):
        raise Refused(_told(told, inventory))
    source, told = read(profile.text, Source)
    if source is None:
        raise Refused(_told(told, profile))
    sources = Sources(facts, source)
    if told := list(references.of_profile(sources)):
        raise Refused(_told(told, profile))
    merged = merge(sources)
    told = [
        *lints.faults(merged),
        *offering.needs(source, facts),
        *references.of_words(sources, rules.document(merged)),
    ]
    if told:
        raise Refused(_told(told, profile, inventory))
    return Policy(sources, merged, canonical(merged))


def refuse_without_doors(inventory: Inventory, doors: set[str], file: File | None = None) -> None:
    """Raises Refused where the inventory calls something built and no route of `doors` belongs to it."""
    if told := list(offering.without_doors(inventory, doors)):
        raise Refused(_told(told, file or _file(INVENTORY)))


def refuse_drift(inventory: Inventory, code: Code, file: File | None = None) -> None:
    """Raises Refused where code stores, logs or hands on what the inventory does not name, or the reverse."""
    if told := list(drift.faults(code, inventory)):
        raise Refused(_told(told, file or _file(INVENTORY)))


def canonical(profile: Profile) -> bytes:
    """The one way to write a policy down: sorted keys, no spaces, without the version, which is its hash."""
    document = rules.document(profile)
    del document["version"]
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def unheld(inventory: Inventory, code: Code, file: File | None = None) -> list[str]:
    """What the inventory names and no code holds, each with its line."""
    return list(_told(drift.unheld(code, inventory), file or _file(INVENTORY)))


def facts() -> Inventory:
    """This project's inventory. Raises Refused."""
    found, told = read(_file(INVENTORY).text, Inventory)
    if found is None:
        raise Refused(_told(told, _file(INVENTORY)))
    return found


def load(id: str) -> Policy:
    """A policy of this project, from its files. Raises Refused."""
    file = PROFILES / f"{id}.toml"
    if not file.is_file():
        names = ", ".join(sorted(file.stem for file in PROFILES.glob("*.toml")))
        raise Refused([f"There is no policy {id}; there are {names}."])
    policy = build(_file(INVENTORY), _file(file))
    if policy.profile.id != id:
        raise Refused([f"{file.relative_to(ROOT)}: the policy calls itself {policy.profile.id}."])
    return policy


def write_all() -> list[str]:
    """Compile every profile into the folder that is deployed; raises Refused, and then none is there."""
    ids = sorted(file.stem for file in PROFILES.glob("*.toml"))
    COMPILED.mkdir(exist_ok=True)
    try:
        contents = {id: load(id).content for id in ids}
    except Refused:
        _keep(())
        raise
    for id, content in contents.items():
        _write(COMPILED / f"{id}.json", content)
    _keep(ids)
    return ids


def refresh() -> None:
    """Compile unless what was compiled is newer than all that it is made of."""
    if freshness.stale():
        write_all()


def _keep(ids: Iterable[str]) -> None:
    for file in COMPILED.glob("*.json"):
        if file.stem not in ids:
            file.unlink(missing_ok=True)


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all, since others may read or write it at this moment."""
    scratch = file.with_suffix(f".{os.getpid()}")
    scratch.write_bytes(content)
    scratch.replace(file)


def _file(path: Path) -> File:
    return File(str(path.relative_to(ROOT)), path.read_text())


def _told(faults: Iterable[Fault], *files: File) -> Iterator[str]:
    """Each fault with the first file that has its rule, and the line there."""
    lines = [(file.name, Lines(file.text)) for file in files]
    for fault in faults:
        found = [(name, line) for name, known in lines if (line := known.of(fault.rule)) is not None]
        name, line = found[0] if found else (files[0].name, 1)
        yield f"{fault.file or name}, line {fault.line or line}: {fault.what} {fault.why} {fault.do}"
