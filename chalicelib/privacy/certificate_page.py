"""A certificate of deletion as a page to read: the same facts as its JSON, in sentences."""

from __future__ import annotations

from chalicelib.policy import profile
from chalicelib.privacy import notice_page
from chalicelib.privacy.certificates import Document


def render(document: Document) -> str:
    """HTML without scripts or anything from elsewhere."""
    policy = profile.current()
    return (
        notice_page.pages()
        .get_template("certificate.html")
        .render(
            certificate=document,
            policy=policy,
            titles={category.id: category.title for category in policy.category},
            places={
                **{store.id: store.what for store in policy.store},
                **{processor.id: processor.title for processor in policy.processor},
            },
            style=notice_page.style(),
        )
    )
