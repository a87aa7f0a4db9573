"""A certificate of deletion as a page to read: the same facts as its JSON, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from chalicelib.policy import profile
from chalicelib.privacy import notice_page
from chalicelib.privacy.certificates import Document

THINGS = {
    "entry": ("entry", "entries"),
    "file": ("file", "files"),
    "reference": ("reference to you", "references to you"),
}
ACTIONS = {"deleted": "deleted", "pseudonymised": "cut off from your name"}


def render(document: Document) -> str:
    """HTML without scripts or anything from elsewhere."""
    policy = profile.current()
    return (
        notice_page.pages()
        .get_template("certificate.html")
        .render(
            certificate=document,
            policy=policy,
            done=_done(document),
            titles={category.id: category.title for category in policy.category},
            places={
                **{store.id: store.what for store in policy.store},
                **{processor.id: processor.title for processor in policy.processor},
            },
            style=notice_page.style(),
        )
    )


def _done(document: Document) -> list[dict[str, Any]]:
    """What was erased here, one line for each kind of data and what became of it."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for line in document["actions"]:
        counted[line["category"], _thing(line), line["action"]] += line["count"]
    categories = {category.id: category for category in profile.current().category}
    return [
        {
            "title": categories[category].title,
            "count": count,
            "thing": THINGS[thing][count != 1],
            "action": ACTIONS[action],
        }
        for (category, thing, action), count in counted.items()
        if count
    ]


def _thing(line: Mapping[str, Any]) -> str:
    """Of what stays only what pointed to the person at a partner was erased."""
    policy = profile.current()
    stores = {store.id: store.kind for store in policy.store}
    if (
        policy.category_of(line["category"]).on_erasure.action == "keep"
        and stores.get(line["store"]) == "table"
    ):
        return "reference"
    return "file" if stores.get(line["store"]) == "bucket" else "entry"
