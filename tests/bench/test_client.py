"""The count of a page's script."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from bench.client import (
    KIBIBYTE,
    german_sign_in_kibibytes,
    phone_kibibytes,
    script_kibibytes,
    sign_in_kibibytes,
)

MANIFEST = {
    "index.html": {"file": "a.js", "imports": ["_shared.js"], "dynamicImports": ["later.ts"]},
    "page.ts": {"file": "b.js", "imports": ["_shared.js", "index.html"]},
    "_shared.js": {"file": "c.js"},
    "_Named-1a.js": {"file": "e.js", "name": "Named"},
    "_Named-2b.css": {"file": "e.css", "name": "Named"},
    "later.ts": {"file": "d.js"},
}


def test_what_a_page_imports_is_counted_once_and_what_it_loads_later_is_not(tmp_path: Path) -> None:
    (tmp_path / ".vite").mkdir()
    (tmp_path / ".vite/manifest.json").write_text(json.dumps(MANIFEST))
    for name in "abcde":
        (tmp_path / f"{name}.js").write_text(name * 1000)
    once = sum(len(gzip.compress((name * 1000).encode(), 9)) for name in "abc")
    assert script_kibibytes(tmp_path, "index.html", "page.ts") == once / KIBIBYTE
    shared = len(gzip.compress(("e" * 1000).encode(), 9))
    assert script_kibibytes(tmp_path, "src/phone/Named.tsx") == shared / KIBIBYTE


def test_pages_stay_small() -> None:
    assert 5 < sign_in_kibibytes() <= 15
    assert sign_in_kibibytes() < german_sign_in_kibibytes() < 20
    assert sign_in_kibibytes() < phone_kibibytes() <= 60
