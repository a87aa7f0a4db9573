"""The page as it is served: what the client is told of its service, and its content policy."""

from __future__ import annotations

import html
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chalicelib.policy.profile import Profile
from infra import client

UNTOLD = '<meta name="service" content="">'
HUES = 8
"""As many as design/tokens.css knows."""


def dressed(policy: Profile, *, local: bool = False, folder: Path = client.DIST) -> bytes:
    """index.html for a policy's service: its title, its colour, and what the client must know of it."""
    page = (folder / "index.html").read_text()
    told = html.escape(json.dumps(service(policy, local=local), separators=(",", ":")))
    page = page.replace(UNTOLD, f'<meta name="service" content="{told}">')
    page = page.replace("<title>Vowline</title>", f"<title>{html.escape(policy.title)}</title>")
    return page.replace('data-hue="0"', f'data-hue="{hue(policy.title)}"').encode()


def service(policy: Profile, *, local: bool) -> dict[str, Any]:
    """What the client knows without asking; src/frame/service.ts has the same shape."""
    rules = policy.settings
    return {
        "id": policy.id,
        "title": policy.title,
        "currency": policy.currency,
        "offers": list(policy.offers),
        "minimum_age": rules.minimum_age,
        "parental_consent_from": rules.parental_consent_from,
        "recording": rules.recording,
        "sale": rules.sale,
        "grace": rules.grace,
        "deletion": rules.deletion,
        "topup_minimum_micros": policy.topup_minimum_micros,
        "topup_maximum_micros": policy.topup_maximum_micros,
        "low_balance_micros": policy.low_balance_micros,
        "local": local,
    }


def hue(title: str) -> int:
    """A service's colour, by its name alone."""
    return zlib.crc32(title.encode()) % HUES


def content_policy(policy: Profile) -> str:
    """What the page may load and whom it may talk to: itself, and the partners that a browser speaks with."""
    talks = " ".join(["'self'", *_partners(policy)])
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "media-src": "'self' blob:",
        "connect-src": talks,
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "object-src": "'none'",
        "require-trusted-types-for": "'script'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _partners(policy: Profile) -> Iterator[str]:
    """Where calls are signalled, over TLS alone, of processors that are at work for this service."""
    active = {(one.id, one.role) for one in policy.processor if one.active}
    for egress in policy.egress:
        if (egress.id, egress.role) in active:
            yield from (f"wss://{host}" for host in egress.browser)
