"""Whether the compiled policies are up to date: with the machine's own Python alone, in a millisecond."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
POLICY = ROOT / "chalicelib" / "policy"
INVENTORY = POLICY / "inventory.toml"
PROFILES = POLICY / "profiles"
COMPILED = POLICY / "compiled"


def stale() -> bool:
    """Whether a source or the compiler is newer than what was compiled, or a policy has none."""
    profiles = list(PROFILES.glob("*.toml"))
    made = [COMPILED / f"{file.stem}.json" for file in profiles]
    if {file.name for file in COMPILED.glob("*.json")} != {file.name for file in made}:
        return True
    oldest = min((file.stat().st_mtime_ns for file in made), default=0)
    code = [*POLICY.glob("*.py"), *Path(__file__).parent.rglob("*.py")]
    return any(file.stat().st_mtime_ns >= oldest for file in (INVENTORY, *profiles, *code))
