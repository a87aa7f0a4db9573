"""What the page shows follows the policy: what is offered, what sign-up asks for, who is asked."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from chalicelib.identity import shapes
from tests.harness.offering import obeying
from tests.web.conftest import Visit
from tests.web.fake_house import TOKEN


def obey(visit: Visit, id: str) -> Page:
    """The page of another service, with the schema that its real sign-up answers."""
    with obeying(id):
        visit.house.obey(id, shapes.sign_up_schema())
    return visit.open()


def fill_core(page: Page, born: str = "1990-12-10") -> None:
    page.get_by_role("button", name="Create an account").click()
    main = page.get_by_role("main")
    main.get_by_label("Email", exact=True).fill("ada@example.com")
    main.get_by_label("Password").fill("correct horse")
    main.get_by_label("Birth date").fill(born)


def test_sign_up_asks_for_what_the_policy_collects_and_the_account_page_changes_it(visit: Visit) -> None:
    page = obey(visit, "zenvoip")
    fill_core(page)
    main = page.get_by_role("main")
    page.get_by_role("button", name="Create account").click()
    expect(main.get_by_label("Your name")).to_be_focused()
    main.get_by_label("Your name").fill("Ada Lovelace")
    main.get_by_label("Phone number").fill("+44 20 7946 0958")
    main.get_by_label("Billing address").fill("12 St James's Square\nLondon")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Check your mail")).to_be_focused()
    told = {
        "name": "Ada Lovelace",
        "phone": "+44 20 7946 0958",
        "billing_address": "12 St James's Square\nLondon",
    }
    assert {name: value for name, value in visit.house.details.items() if value} == told
    visit.house.verified = True
    visit.house.details = dict(told)
    visit.house.sign_in("ada@example.com", "correct horse")
    page.context.add_cookies([{"name": "vowline", "value": "a session", "url": visit.origin}])
    visit.open("/account")
    about = page.get_by_role("form", name="About you")
    expect(about.get_by_label("Billing address")).to_have_value(told["billing_address"])
    about.get_by_label("Company").fill("Engines Ltd")
    about.get_by_role("button", name="Save").click()
    expect(about.get_by_role("status")).to_have_text("Saved.")
    assert visit.house.details["business_name"] == "Engines Ltd"


def test_a_young_person_names_a_parent_who_is_then_written_to(visit: Visit) -> None:
    page = obey(visit, "kiwiphone")
    fill_core(page, born="2010-12-10")
    main = page.get_by_role("main")
    expect(main).to_contain_text("18 or older, or 16 with a parent who agrees")
    main.get_by_label("Your name").fill("Ada")
    main.get_by_label("Country where you live").select_option("United Kingdom")
    page.get_by_role("button", name="Create account").click()
    expect(main.get_by_label("A parent's email")).to_be_focused()
    main.get_by_label("A parent's email").fill("annabella@example.org")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Check your mail")).to_be_focused()
    assert visit.house.details == {"name": "Ada", "country": "GB", "parent_email": "annabella@example.org"}
    visit.open(f"/verify?token={TOKEN}")
    page.get_by_role("button", name="Confirm my address").click()
    expect(page.get_by_role("status")).to_contain_text("We have written to your parent.")


@pytest.mark.parametrize(
    ("button", "agreed", "title"),
    [
        ("I am a parent, and I agree", True, "The account is open"),
        ("I do not agree", False, "No account was opened"),
    ],
)
def test_a_parent_answers_by_a_click_and_never_by_opening_the_link(
    visit: Visit, button: str, agreed: bool, title: str
) -> None:
    obey(visit, "kiwiphone")
    page = visit.open(f"/parent?token={TOKEN}")
    expect(page.get_by_role("heading", name="May your child use Kiwiphone?")).to_be_visible()
    assert page.url == f"{visit.origin}/parent", "the token stays out of the history"
    assert visit.house.answered is None
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", name=title)).to_be_focused()
    assert visit.house.answered is agreed


def test_an_address_is_confirmed_by_a_click_and_never_by_opening_the_link(visit: Visit) -> None:
    page = visit.open(f"/verify?token={TOKEN}")
    expect(page.get_by_role("button", name="Confirm my address")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert not visit.house.verified
    page.get_by_role("button", name="Confirm my address").click()
    expect(page.get_by_role("heading", name="Your address is confirmed")).to_be_focused()
    assert visit.house.verified


def test_where_google_alone_opens_accounts_no_password_is_asked_for(visit: Visit) -> None:
    page = obey(visit, "ownnumber")
    main = page.get_by_role("main")
    expect(main.get_by_role("link", name="Sign in with Google")).to_have_attribute("href", "/api/auth/google")
    expect(main.get_by_label("Password")).to_be_hidden()
    expect(main.get_by_role("link", name="Forgot your password?")).to_be_hidden()
    page.get_by_role("button", name="Create an account").click()
    expect(main.get_by_label("Email")).to_have_count(0)
    main.get_by_label("Birth date").fill("1990-12-10")
    page.get_by_role("button", name="Continue with Google").click()
    expect(page).to_have_title("Google")


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("expired", "That took too long"),
        ("cancelled", "without choosing an account"),
        ("failed", "did not confirm who you are"),
        ("unavailable", "does not answer right now"),
        ("unverified", "has not confirmed the address"),
        ("sign-up", "Please create an account first."),
        ("sign-in-first", "has an account here already"),
        ("closing", "is being deleted"),
    ],
)
def test_who_comes_back_from_google_is_told_why_nobody_is_signed_in(
    visit: Visit, reason: str, sentence: str
) -> None:
    obey(visit, "ownnumber")
    page = visit.open(f"/?google={reason}")
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text(sentence)
    assert page.url == f"{visit.origin}/"


@pytest.mark.parametrize(
    ("reason", "sentence"), [("linked", "with Google, too"), ("taken", "another account")]
)
def test_who_is_signed_in_is_told_what_came_of_linking(visit: Visit, reason: str, sentence: str) -> None:
    page = visit.sign_in(f"/?google={reason}")
    expect(page.get_by_role("main").get_by_text(sentence)).to_be_visible()


def test_a_service_without_calls_shows_none_and_asks_for_no_credit(visit: Visit) -> None:
    page = obey(visit, "kiwiphone")
    main = page.get_by_role("main")
    expect(main.get_by_role("heading", name="Your Kiwiphone account.")).to_be_visible()
    expect(main.get_by_text("Prepaid")).to_be_hidden()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    visit.sign_in()
    expect(page.get_by_role("heading", name="Account", exact=True)).to_be_visible()
    expect(page.get_by_role("navigation").get_by_role("link", name="Calls")).to_be_hidden()
    expect(page.get_by_role("navigation").get_by_role("link", name="Credit")).to_be_hidden()
    assert not [url for url in asked if url.endswith(("/api/balance", "/api/calls"))]
