"""What a good request carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.harness.browser import Browser


@dataclass(frozen=True)
class Wanted:
    """What a request carries: JSON in `body`, or at a webhook what its provider signs; `who` if not Ada."""

    ids: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    who: Browser | None = None
