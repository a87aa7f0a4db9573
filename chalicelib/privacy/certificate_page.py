"""A certificate of deletion as a page to read: the same facts as its JSON, in sentences.

It is for who allows no scripts. All others are led on to the client's page before they see it.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Any

from chalicelib.policy import profile
from chalicelib.privacy import manifest, notice_page
from chalicelib.privacy.certificates import Document

THINGS = {
    "entry": ("entry", "entries"),
    "file": ("file", "files"),
    "reference": ("reference to you", "references to you"),
}
ACTIONS = {"deleted": "deleted", "pseudonymised": "cut off from your name"}
# Behind the `#` the link's secret is sent to nobody.
ONWARD = 'location.replace("/privacy/certificate#" + location.pathname.split("/").pop())'


def content_policy() -> str:
    """The notice's, with the one line that leads on."""
    digest = base64.b64encode(hashlib.sha256(ONWARD.encode()).digest()).decode()
    return f"{notice_page.content_policy()}; script-src 'sha256-{digest}'"


def render(document: Document) -> str:
    """HTML with nothing from elsewhere."""
    policy = profile.current()
    held = [line for line in document["kept"] if manifest.is_held(line)]
    return (
        notice_page.pages()
        .get_template("certificate.html")
        .render(
            certificate=document,
            policy=policy,
            done=_done(document),
            held=held,
            kept=[line for line in document["kept"] if line not in held],
            titles={category.id: category.title for category in policy.category},
            places={
                **{store.id: store.what for store in policy.store},
                **{processor.id: processor.title for processor in policy.processor},
            },
            style=notice_page.style(),
            onward=ONWARD,
        )
    )


def _done(document: Document) -> list[dict[str, Any]]:
    """What was erased here, one line for each kind of data and what became of it."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for line in document["actions"]:
        counted[line["category"], _thing(line), line["action"]] += line["count"]
    return [
        {"category": category, "count": count, "thing": THINGS[thing][count != 1], "action": ACTIONS[action]}
        for (category, thing, action), count in counted.items()
        if count
    ]


def _thing(line: Mapping[str, Any]) -> str:
    """Of what stays only what pointed to the person at a partner was erased."""
    policy = profile.current()
    stores = {store.id: store.kind for store in policy.store}
    staying = {category.id for category in policy.category if category.on_erasure.action == "keep"}
    if line["category"] in staying and stores.get(line["store"]) == "table":
        return "reference"
    return "file" if stores.get(line["store"]) == "bucket" else "entry"
