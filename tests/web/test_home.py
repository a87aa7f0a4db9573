"""Where members of a service without calls begin."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.harness.offering import obeying
from tests.web.site import Guest


def test_a_member_without_a_phone_sees_what_they_have_and_what_is_to_come(guest: Guest) -> None:
    with obeying("kiwiphone") as policy:
        guest.person.sign_up()
        guest.person.post("/api/privacy/requests", {"type": "correction"})
        page = guest.sign_in()
        expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
        navigation = page.get_by_role("navigation", name="Main")
        expect(navigation.get_by_role("link", name="Overview")).to_have_attribute("aria-current", "page")
        expect(page.get_by_role("region", name="Your account")).to_contain_text("ada@example.org")
        told = guest.person.get("/api/privacy/data").json["items"]
        some = sum(bool(one["count"]) for one in told)
        data = page.get_by_role("region", name="Your data")
        expect(data).to_contain_text(f"We hold something in {some} of {len(told)} kinds of data.")
        expect(page.get_by_role("region", name="Your requests")).to_contain_text("Correction")
        coming = page.get_by_role("region", name="Still to come").get_by_role("listitem")
        expect(coming).to_have_text([one.title for one in policy.capability if one.state == "planned"])
        data.get_by_role("link", name="Your choices").click()
        expect(page.get_by_role("tab", name="Choices")).to_have_attribute("aria-selected", "true")


def test_a_service_with_calls_begins_at_its_phone(guest: Guest) -> None:
    page = guest.sign_in()
    expect(page.get_by_role("heading", level=1)).to_have_text("Phone")
    expect(page.get_by_role("link", name="Overview")).to_have_count(0)


def test_the_overview_speaks_german(guest: Guest) -> None:
    with obeying("kiwiphone"):
        page = guest.sign_in()
        page.get_by_label("Language").select_option("de")
        expect(page.get_by_role("heading", level=1)).to_have_text("Übersicht")
        expect(page.get_by_role("region", name="Was noch kommt").get_by_role("list")).to_have_attribute(
            "lang", "en"
        )


def test_who_has_closed_their_account_reads_until_when_it_can_be_read(guest: Guest) -> None:
    with obeying("kiwiphone"):
        guest.person.sign_up()
        assert guest.person.post("/api/me/close").status == 200
        page = guest.sign_in()
        expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
        expect(page.get_by_text("Your account is closed. You can read your data until")).to_be_visible()
