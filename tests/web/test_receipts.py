"""Receipts at the client: what was paid for which credit, and what goes back."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from chalicelib.core import clock
from chalicelib.money import errands, holds
from tests.harness.browser import PASSWORD
from tests.web import axe
from tests.web.site import Guest


def test_unused_credit_goes_back_in_part_and_then_all_of_it(guest: Guest) -> None:
    guest.person.sign_up().top_up()
    page = guest.sign_in("/money/receipts")
    expect(page.get_by_role("cell", name=re.compile("^pi_"))).to_be_visible()
    page.get_by_role("button", name="Pay back unused credit").click()
    dialog = page.get_by_role("dialog")
    amount = dialog.get_by_label("Amount in USD")
    amount.fill("11")
    dialog.get_by_role("button", name="Pay it back").click()
    expect(amount).to_have_accessible_description(re.compile(r"You have \$10\.00\. Please choose less\."))
    amount.fill("4")
    assert axe.complaints(page) == []
    dialog.get_by_role("button", name="Pay it back").click()
    expect(page.get_by_text("$4.00 is on its way back to you.")).to_be_visible()
    expect(page.get_by_role("link", name="Credit $6.00")).to_be_visible()
    page.get_by_role("button", name="Pay back unused credit").click()
    page.get_by_role("dialog").get_by_role("button", name="Pay it back").click()
    expect(page.get_by_role("link", name="Credit $0.00")).to_be_visible()
    refunds = page.get_by_role("table", name="Your refunds").locator("tbody tr")
    expect(refunds).to_have_count(2)
    expect(refunds.first).to_contain_text("Paid back")
    assert axe.complaints(page) == []


def test_a_receipt_is_printed_alone_and_says_what_was_paid_for_which_credit(guest: Guest) -> None:
    guest.person.sign_up().top_up()
    (paid,) = guest.person.get("/api/receipts").json["items"]
    page = guest.sign_in("/money/receipts")
    page.get_by_role("table", name="Your payments").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Receipt")
    paper = page.get_by_role("region", name="Kinvo")
    for told in (
        paid["id"],
        paid["payment_intent"][-8:],
        "ada@example.org",
        "Kinvo call credit",
        paid["seller"],
    ):
        expect(paper).to_contain_text(told)
    lines = paper.locator("dl").last.locator("div")
    expect(lines).to_have_text(["Kinvo call credit$10.00", "Tax$0.00", "Paid in all$10.00"])
    ink = "getComputedStyle(document.body).color"
    light = page.evaluate(ink)
    page.emulate_media(media="print", color_scheme="dark")
    expect(paper).to_be_visible()
    for hidden in ("navigation", "contentinfo", "banner"):
        expect(page.get_by_role(hidden)).to_have_count(0)
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    assert page.evaluate(ink) == light
    page.emulate_media(media="screen", color_scheme="light")
    guest.open("/money/receipts/ord_unknown")
    expect(page.get_by_text("There is no such receipt")).to_be_visible()


def test_the_mail_of_a_payment_leads_to_its_receipt_by_way_of_signing_in(guest: Guest) -> None:
    guest.person.sign_up().top_up()
    errands.sweep(list(holds.overdue(clock.epoch_seconds(clock.now()))))
    mail = guest.mailbox.to("ada@example.org")[-1]
    assert mail.subject.startswith("Your receipt from Kinvo")
    path = guest.link_for("ada@example.org")
    page = guest.open(path)
    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Receipt")
    expect(page.get_by_role("region", name="Kinvo")).to_contain_text(path.rpartition("/")[2])
