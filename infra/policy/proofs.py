"""Each promise of a policy: the rules that keep it, the tests that prove it, and when these passed last."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.policy.compiled import ROOT
from infra.policy.model import Source
from tests.house import check_list

RESULTS = ROOT / ".local" / "test-results.json"
PROMISES = "docs/promises.md"


def report(source: Source) -> Iterator[str]:
    """The lines of the report, in the order of the policy's own claims."""
    rows = {row.id: row for row in check_list.read(PROMISES, (ROOT / PROMISES).read_text()).rows}
    results = read(RESULTS)
    yield f"{source.title}: {len(source.claim)} promises."
    for claim in source.claim:
        row = rows.get(claim.id)
        yield from ["", f"{claim.id} (section {claim.section}): {row.text if row else 'not in ' + PROMISES}"]
        yield f"  kept by {', '.join(claim.rules)}" if claim.rules else f"  evidence: {claim.evidence}"
        for link in row.proofs if row else []:
            test = f"{link.file}::{link.name}"
            yield f"  {test}: {told(results.get(test))}"
        if row:
            yield f"  {row.state}{': ' + row.reason if row.reason else ''}"


def read(file: Path) -> dict[str, Any]:
    """The last results of tests, by file and name."""
    return dict(json.loads(file.read_text())) if file.is_file() else {}


def told(result: dict[str, str] | None) -> str:
    return f"{result['outcome']} {result['at']}" if result else "not run here yet"
