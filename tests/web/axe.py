"""What axe-core finds wrong with a page, in both themes: for those who see, hear or move otherwise."""

from __future__ import annotations

from functools import cache

from playwright.sync_api import Page

from infra import client

RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.flatMap(
    ({id, nodes}) => nodes.map(({html, failureSummary}) => `${id}: ${html} ${failureSummary}`))"""


def complaints(page: Page) -> list[str]:
    """Each rule that an element of the page breaks, light and dark; of a page that is at rest."""
    found: list[str] = []
    page.evaluate(_source())
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        found += [f"{theme}: {one}" for one in page.evaluate(RUN)]
    page.emulate_media(color_scheme="light")
    return found


@cache
def _source() -> str:
    client.install()
    return (client.WEB / "node_modules/axe-core/axe.min.js").read_text()
