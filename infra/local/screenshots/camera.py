"""One browser, and a picture of a scene on a desk and on a phone, in light and in dark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from infra.local import chromium
from infra.local.screenshots.people import People
from infra.local.screenshots.scenes import Scene
from infra.local.visitor import Visitor

MICROPHONE = (
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)
PATIENCE_MILLISECONDS = 30_000
Theme = Literal["light", "dark"]
SIZES: dict[str, ViewportSize] = {
    "desktop": {"width": 1280, "height": 860},
    "phone": {"width": 390, "height": 844},
}
THEMES: tuple[Theme, ...] = ("light", "dark")


@dataclass(frozen=True)
class Camera:
    """Writes PNG files into `folder`, named after scene, size and theme."""

    browser: Browser
    folder: Path

    def take(self, scene: Scene, people: People) -> list[Path]:
        """The scene's pictures, of all that scrolls; a page of its own each, as an act changes it."""
        return [self._picture(scene, people, size, theme) for size in SIZES for theme in THEMES]

    def _picture(self, scene: Scene, people: People, size: str, theme: Theme) -> Path:
        file = self.folder / f"{scene.name}.{size}.{theme}.png"
        context = self._context(scene.who(people), size, theme)
        try:
            page = context.new_page()
            page.goto(scene.address(people))
            _rest(page)
            scene.act(page)
            _unroll(page)
            page.screenshot(path=file)
        finally:
            context.close()
        return file

    def _context(self, who: Visitor, size: str, theme: Theme) -> BrowserContext:
        context = self.browser.new_context(
            viewport=SIZES[size],
            color_scheme=theme,
            reduced_motion="reduce",
            locale="en-US",
            timezone_id="UTC",
            permissions=["microphone"],
        )
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        context.add_cookies(
            [{"name": it.name, "value": it.value or "", "url": who.origin} for it in who.http.cookies.jar]
        )
        return context


@contextmanager
def camera(folder: Path) -> Iterator[Camera]:
    """A browser for as long as pictures are taken. Raises chromium.MissingError."""
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=[*chromium.FLAGS, *MICROPHONE]
        )
        yield Camera(browser, folder)
        browser.close()


def _rest(page: Page) -> None:
    """Until the page has its heading, and all that it asked for."""
    page.locator("h1").first.wait_for(state="attached")
    page.wait_for_load_state("networkidle")


def _unroll(page: Page) -> None:
    """A window as high as the page: what is fixed to its edges lies at the page's edges then."""
    size = page.viewport_size
    assert size
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], height)})
