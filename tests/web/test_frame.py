"""What holds on every page: its size, its safety, its reach by keyboard and screen reader, its language."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from chalicelib.policy import profile
from infra import client, front
from infra.local import edge
from tests.harness.offering import obeying
from tests.web.site import Guest


def _visitors_pages(guest: Guest) -> Iterator[tuple[str, Page]]:
    for path in (
        "/",
        "/sign-up",
        "/reset",
        "/reset?token=x",
        "/verify?token=x",
        "/verify",
        "/parent?token=x",
    ):
        page = guest.open(path)
        page.wait_for_load_state("networkidle")
        yield path, page
    page.get_by_role("button", name="Cookie choices").click()
    page.get_by_text("Every cookie that this service may set").click()
    page.get_by_role("dialog").get_by_role("row").nth(1).wait_for()
    yield "cookies", page


def test_axe_finds_nothing_in_the_light_or_the_dark(guest: Guest) -> None:
    guest.page.emulate_media(reduced_motion="reduce")
    axe, found = Axe(), []
    for name, page in _visitors_pages(guest):
        page.emulate_media(color_scheme="light")
        results = [axe.run(page)]
        page.emulate_media(color_scheme="dark")
        results.append(axe.run(page, options={"runOnly": ["color-contrast"]}))
        found += [f"{name}: {one.generate_report()}" for one in results if one.violations_count]
    assert found == []


@pytest.mark.parametrize("id", profile.known())
def test_each_services_colour_can_be_read_in_both_themes(guest: Guest, id: str) -> None:
    guest.page.emulate_media(reduced_motion="reduce")
    with obeying(id):
        page = guest.open()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            result = Axe().run(page, options={"runOnly": ["color-contrast"]})
            assert not result.violations_count, result.generate_report()


def test_nothing_scrolls_sideways_at_320_pixels_and_all_can_be_touched(guest: Guest) -> None:
    guest.page.set_viewport_size({"width": 320, "height": 640})
    for name, page in _visitors_pages(guest):
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 320, name
        small = page.evaluate(
            """[...document.querySelectorAll('button, select, input, a.button, nav a')]
            .filter((one) => one.checkVisibility() && !one.closest('.unseen'))
            .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect().height])
            .filter(([html, height]) => height < 32)"""
        )
        assert small == [], name
    guest.page.set_viewport_size({"width": 1280, "height": 720})


def test_the_content_policy_lets_no_inline_script_run_and_no_text_become_markup(guest: Guest) -> None:
    page = guest.open()
    policy = httpx.get(guest.origin).headers["content-security-policy"]
    assert policy == front.content_policy(profile.load("kinvo"))
    assert "'unsafe" not in policy
    page.evaluate(
        "const script = document.createElement('script'); document.body.append(script);"
        "try { script.text = 'window.ran = true' } catch (refused) { window.typed = true }"
    )
    page.evaluate("try { document.body.innerHTML = '<b>' } catch (refused) { window.marked = true }")
    assert page.evaluate("[window.ran, window.typed, window.marked]") == [None, True, True]
    assert guest.complaints, "a breach of the policy is noticed by every visit"
    guest.complaints.clear()


def test_no_part_of_the_built_client_names_another_site_or_stands_inline(guest: Guest) -> None:
    built = [file for file in client.DIST.rglob("*") if file.suffix in (".js", ".css", ".html")]
    # The carrier's SDK names hosts of its own: the content policy decides which it reaches.
    files = [file for file in built if not file.name.startswith("twilio-")]
    assert len(files) > 10
    for file in files:
        text = re.sub(r"http://www\.w3\.org/[\w/]+", "", file.read_text())
        assert not re.search(r"https?://[\w.-]+\.\w", text), file.name
        if file.suffix == ".html":
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\bsrc=)", text)


def test_every_page_has_a_path_that_cloudfront_knows() -> None:
    told = [file.read_text() for file in (client.WEB / "src").glob("*/feature.ts")]
    paths = {path for text in told for path in re.findall(r'path: "([^"]+)"', text)}
    assert "/sign-up" in paths
    assert {path for path in paths if not edge.read().is_page(path)} == set()


def test_the_keyboard_reaches_the_content_at_once(guest: Guest) -> None:
    page = guest.open()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_a_language_once_chosen_is_kept_and_changes_the_page_at_once(guest: Guest) -> None:
    page = guest.open("/sign-up")
    page.get_by_label("Language").focus()
    page.get_by_label("Language").select_option("de")
    expect(page.get_by_role("heading", level=1)).to_have_text("Konto anlegen")
    assert page.title().startswith("Konto anlegen")
    expect(page.get_by_label("Sprache")).to_be_focused()
    guest.open("/reset")
    expect(page.get_by_role("heading", level=1)).to_have_text("Passwort vergessen?")
    assert page.evaluate("localStorage.length") == 0
    another = page.context.new_page()
    another.goto(guest.origin)
    expect(another.get_by_role("heading", level=1)).to_have_text("Welcome back")
    another.close()


def test_a_browser_that_keeps_nothing_shows_the_page_all_the_same(guest: Guest) -> None:
    guest.page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name, { get() { throw new DOMException('', 'SecurityError'); } });"
    )
    page = guest.open()
    page.get_by_label("Language").select_option("de")
    expect(page.get_by_role("heading", level=1)).to_have_text("Willkommen zurück")


def test_what_can_not_be_had_now_is_told_and_changes_nothing(guest: Guest) -> None:
    page = guest.open()
    page.wait_for_timeout(700)  # what the page fetches when it is idle is there
    page.route("**/assets/*", lambda route: route.fulfill(status=404))
    page.get_by_label("Language").select_option("de")
    expect(page.get_by_text("We can't reach the service.")).to_be_visible()
    expect(page.get_by_label("Language")).to_have_value("en")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("We can't reach the service.")).to_have_count(0)
    page.get_by_role("button", name="Cookie choices").click()
    expect(page.get_by_text("We can't reach the service.")).to_be_visible()


def test_a_dialog_stays_while_its_text_is_selected_and_closes_by_a_click_beside_it(guest: Guest) -> None:
    page = guest.open()
    page.get_by_role("button", name="Cookie choices").click()
    dialog = page.get_by_role("dialog")
    heading = dialog.get_by_role("heading", name="Cookies and choices")
    heading.hover()
    page.mouse.down()
    page.mouse.move(5, 5)
    page.mouse.up()
    expect(heading).to_be_visible()
    page.mouse.click(5, 5)
    expect(dialog).to_have_count(0)


def test_without_script_the_notice_can_still_be_read(guest: Guest) -> None:
    assert guest.page.context.browser
    context = guest.page.context.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(guest.origin)
    page.get_by_role("link", name="privacy notice").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    context.close()


def test_the_page_is_told_of_its_service_and_asks_for_nothing_to_know_it(guest: Guest) -> None:
    with obeying("zenvoip"):
        page = guest.open()
        assert page.title() == "Welcome back · ZenVoIP"
        page.wait_for_load_state("networkidle")
        assert set(guest.site.asked) <= {"GET /api/me", "GET /api/privacy/consents"}


def test_a_chosen_tab_beyond_the_edge_of_a_small_screen_comes_into_view(guest: Guest) -> None:
    guest.page.set_viewport_size({"width": 320, "height": 640})
    page = guest.sign_in("/money/limits")
    for name in ("Limits", "Top up"):
        tab = page.get_by_role("tab", name=name, selected=True)
        box = tab.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
        tab.press("ArrowRight")  # round to the first one
    guest.page.set_viewport_size({"width": 1280, "height": 720})
