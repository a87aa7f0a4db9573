"""A deletion that was written down, without a person who asked for it."""

from __future__ import annotations

from chalicelib.core import clock, ids
from chalicelib.privacy import manifest
from chalicelib.privacy.models import Request, request_key, subject_key


def certified() -> Request:
    """A request as it is when its certificate is made; nothing of it is stored."""
    now = clock.now()
    account_id, id = ids.new("acc", now), ids.new("req", now)
    counted = {"users": 2, "calls": 3, "stripe_customers": 1}
    return Request(
        subject_key(account_id),
        request_key(id),
        id=id,
        account_id=account_id,
        attempt=1,
        received_at=clock.render(now),
        erased_at=clock.render(now),
        counted=counted,
        actions=manifest.actions(counted),
        kept=manifest.kept(now),
        processors=manifest.processors(counted, now),
        residues=manifest.residues(now, now),
    )
