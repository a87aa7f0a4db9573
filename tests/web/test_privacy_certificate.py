"""The page of a deletion's certificate: its link alone opens it, and what it says can be checked anywhere."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chalicelib.core import keys, signatures
from chalicelib.privacy import certificates, holds, manifest
from infra import certificate as command
from tests.conftest import Clock
from tests.privacy.certified import certified
from tests.privacy.requested import Requested
from tests.web import axe
from tests.web.site import Guest

ADA = "ada@example.org"
RIGHT = "the signature is right, and nothing was changed"


@pytest.fixture(autouse=True)
def new_key() -> None:
    """Each stage makes a key of its own."""
    signatures.public_key.cache_clear()


def issued(*held: str) -> str:
    """The secret of a link to a certificate; some of the rows are held back for a legal matter."""
    request, capability = certified(), keys.fresh_token()
    request.kept += manifest.held(dict.fromkeys(held, 1), holds.REASON)
    certificates.issue(request, capability)
    return capability


def open_it(guest: Guest, capability: str) -> Page:
    page = guest.open(f"/privacy/certificate#{capability}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


def test_the_last_mails_link_leads_to_the_page_without_an_account(guest: Guest, clock: Clock) -> None:
    guest.person.sign_up(ADA).top_up()
    asked = guest.person.post("/api/privacy/requests", {"type": "deletion", "waive_grace": True}).json
    Requested(guest.person, clock, asked).finish()
    page = guest.open(guest.link_for(ADA))
    expect(page.get_by_role("heading", name="Your account at Kinvo is deleted")).to_be_visible()
    assert re.fullmatch(rf"{guest.origin}/privacy/certificate#[\w-]{{43}}", page.url)
    expect(page.get_by_text(RIGHT)).to_be_visible()
    for table, said in {
        "What was done here": "Your account",
        "What others deleted for us": "Stripe",
        "Under random numbers that point to nobody.": "Your credit",
        "What runs out by itself": "Stripe keeps payments",
    }.items():
        expect(page.get_by_role("table", name=table)).to_contain_text(said)
    expect(page.get_by_text(str(asked["id"]))).to_be_visible()
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    page.go_back()
    expect(page, "the address that the API got is not in the history").to_have_url("about:blank")


def test_it_can_be_read_where_scripts_are_not_allowed(guest: Guest) -> None:
    capability = issued()
    browser = guest.page.context.browser
    assert browser
    plain = browser.new_context(java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"{guest.origin}/api/privacy/certificates/{capability}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account at Kinvo is deleted")
    expect(page.get_by_text("Under random numbers that point to nobody")).to_be_visible()
    plain.close()


def test_what_is_downloaded_is_right_by_the_command(
    guest: Guest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = open_it(guest, issued())
    for role, name in (("button", "Certificate (JSON)"), ("link", "Public key")):
        with page.expect_download() as saving:
            page.get_by_role(role, name=name).click()  # type: ignore[arg-type]
        saving.value.save_as(tmp_path / saving.value.suggested_filename)
    said = page.get_by_text("python -m infra.certificate").inner_text().split()
    files = [str(tmp_path / part) if "." in part else part for part in said[3:]]
    command.main(files)
    assert "The signature is right" in capsys.readouterr().out
    key = base64.b64decode("".join(signatures.public_key().splitlines()[1:-1]))
    expect(page.get_by_text(hashlib.sha256(key).hexdigest(), exact=True)).to_be_visible()


def count_one_more(told: dict[str, Any]) -> None:
    told["actions"][0]["count"] += 1


def break_the_signature(told: dict[str, Any]) -> None:
    told["signature"]["value"] = "no Base64!"


@pytest.mark.parametrize("tamper", [count_one_more, break_the_signature])
def test_a_change_on_the_way_is_told(guest: Guest, tamper: Callable[[dict[str, Any]], None]) -> None:
    capability = issued()

    def change(text: str) -> str:
        told = json.loads(text)
        tamper(told)
        return json.dumps(told)

    guest.page.route(
        "**/api/privacy/certificates/*",
        lambda route: route.fulfill(response=(given := route.fetch()), body=change(given.text())),
    )
    page = open_it(guest, capability)
    expect(page.get_by_role("alert")).to_contain_text("The signature does not fit")
    expect(page.get_by_text(RIGHT)).to_have_count(0)


def test_what_is_held_for_a_legal_matter_is_told_apart(guest: Guest) -> None:
    page = open_it(guest, issued("calls", "stripe_customers"))
    expect(page.get_by_text("Something is still held")).to_be_visible()
    held = page.get_by_role("table", name="Held as it is").locator("tbody tr")
    expect(held).to_have_count(2)
    expect(held.first).to_contain_text(holds.REASON)
    expect(held.first).to_contain_text("no day yet")
    stays = page.get_by_role("table", name="Under random numbers that point to nobody.")
    expect(stays).not_to_contain_text(holds.REASON)
    assert axe.complaints(page) == []


def test_one_whose_time_is_over_or_that_never_was_is_not_there(guest: Guest, clock: Clock) -> None:
    capability = issued()
    clock.advance(timedelta(days=4 * 365))
    for secret in (capability, keys.fresh_token()):
        page = open_it(guest, secret)
        expect(page.get_by_role("heading", level=1)).to_have_text("There is no certificate here")
        expect(page.get_by_text("A certificate stays for 3 years")).to_be_visible()
        assert axe.complaints(page) == []
        guest.page.goto("about:blank")


def test_a_link_that_lost_its_end_is_told(guest: Guest) -> None:
    page = guest.open("/privacy/certificate")
    expect(page.get_by_role("heading", level=1)).to_have_text("This link is not complete")
    assert not [one for one in guest.site.asked if "certificates" in one]


def test_it_speaks_german_fits_a_phone_and_a_sheet_of_paper(guest: Guest) -> None:
    guest.page.set_viewport_size({"width": 320, "height": 640})
    page = open_it(guest, issued("calls"))
    page.get_by_label("Language").select_option("de")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihr Konto bei Kinvo ist gelöscht")
    expect(page.get_by_text("Die Signatur stimmt")).to_be_visible()
    expect(page.get_by_text(holds.REASON)).to_have_attribute("lang", "en")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert axe.complaints(page) == []
    page.emulate_media(media="print")
    expect(page.get_by_role("banner")).to_be_hidden()
    expect(page.get_by_role("contentinfo")).to_be_hidden()
    expect(page.get_by_role("button", name="Drucken")).to_be_hidden()
    expect(page.get_by_role("table", name="Was hier geschehen ist")).to_be_visible()
    page.emulate_media(media="screen")


def test_the_links_secret_is_sent_to_its_door_alone(guest: Guest) -> None:
    capability = issued()
    page = guest.page
    asked: list[tuple[str, str]] = []
    page.on("request", lambda one: asked.append((one.url, str(one.headers))))
    open_it(guest, capability)
    expect(page.get_by_text(RIGHT)).to_be_visible()
    door = f"{guest.origin}/api/privacy/certificates/{capability}"
    assert [url for url, headers in asked if capability in url + headers] == [door]
