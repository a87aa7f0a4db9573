"""How much script a page of the client is, as it crosses the wire: exact counts of what the build wrote."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from infra import client

KIBIBYTE = 1024
ENTRANCE = "index.html"
"""Signing in comes with it, in English."""
GERMAN = ("src/frame/words.de.ts", "src/access/welcome.de.ts")
PHONE = ("src/frame/Member.tsx", "src/frame/member.en.ts", "src/phone/Phone.tsx", "src/phone/words.en.ts")


def sign_in_kibibytes() -> float:
    """All script that a visitor's first page loads, compressed."""
    client.build()
    return script_kibibytes(client.DIST, ENTRANCE)


def german_sign_in_kibibytes() -> float:
    """The same for who reads German, whose words come beside the script."""
    client.build()
    return script_kibibytes(client.DIST, ENTRANCE, *GERMAN)


def phone_kibibytes() -> float:
    """All script that the phone's page loads, compressed; the carrier's SDK comes with the first call."""
    client.build()
    return script_kibibytes(client.DIST, ENTRANCE, *PHONE)


def script_kibibytes(dist: Path, *modules: str) -> float:
    """The compressed size of modules with all that they import at once; what they load later is left out."""
    manifest: dict[str, Any] = json.loads((dist / ".vite/manifest.json").read_text())
    files: set[str] = set()
    left = list(modules)
    while left:
        chunk = _chunk(manifest, left.pop())
        if chunk["file"] not in files:
            files.add(chunk["file"])
            left += chunk.get("imports", [])
    return sum(len(gzip.compress((dist / file).read_bytes(), 9)) for file in files) / KIBIBYTE


def _chunk(manifest: dict[str, Any], module: str) -> dict[str, Any]:
    """Where a module lies: under its own path, or in a shared chunk that bears its name."""
    if module in manifest:
        return dict(manifest[module])
    name = Path(module).stem
    [found] = [one for one in manifest.values() if one.get("name") == name and one["file"].endswith(".js")]
    return dict(found)
