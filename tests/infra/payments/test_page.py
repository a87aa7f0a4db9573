"""The hosted page, as a browser sees it."""

from __future__ import annotations

from .conftest import World


def page(world: World, checkout_id: str, query: str = "") -> str:
    answered = world.get(f"/pay/{checkout_id}", query)
    assert answered.status == 200
    assert answered.headers["content-type"] == "text/html; charset=utf-8"
    return answered.body.decode()


def test_the_page_says_what_is_paid_to_whom_and_offers_three_ways(world: World) -> None:
    html = page(world, world.order(123_456).id)
    assert "Calling credit" in html
    assert "1,234.56 USD" in html
    assert "Vowline" in html
    assert all(f'value="{action}"' in html for action in ("pay", "decline", "back"))


def test_pay_leads_to_the_success_address_with_the_sessions_id(world: World) -> None:
    session = world.order()
    answered = world.press(session.id, "pay")
    assert answered.status == 303
    assert answered.headers["location"] == f"https://vowline.test/done?session={session.id}"
    assert world.client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_decline_shows_the_page_again_and_says_so(world: World) -> None:
    session = world.order()
    answered = world.press(session.id, "decline")
    assert (answered.status, answered.headers["location"]) == (303, f"/pay/{session.id}?declined")
    assert "was declined" in page(world, session.id, "declined")
    assert "was declined" not in page(world, session.id)
    assert world.press(session.id, "pay").status == 303


def test_go_back_leads_to_the_cancel_address_and_leaves_the_session_open(world: World) -> None:
    session = world.order()
    assert world.press(session.id, "back").headers["location"] == "https://vowline.test/back"
    assert world.client.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_names_are_escaped(world: World) -> None:
    product = {"name": '<script>alert("x")</script>'}
    data = {"currency": "usd", "unit_amount": 500, "product_data": product}
    html = page(world, world.order(line_items=[{"quantity": 1, "price_data": data}]).id)
    assert "<script" not in html
    assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;" in html


def test_a_finished_session_offers_nothing(world: World) -> None:
    session = world.order()
    world.payments.pay(session.id, "succeeded")
    html = page(world, session.id)
    assert "is complete" in html
    assert "<button" not in html
    assert world.press(session.id, "pay").status == 400


def test_an_unknown_session_or_button_is_refused_without_echoing_markup(world: World) -> None:
    answered = world.get("/pay/<b>")
    assert answered.status == 404
    assert b"<b>" not in answered.body
    assert world.press(world.order().id, "steal").status == 400


def test_the_page_loads_nothing_from_elsewhere(world: World) -> None:
    answered = world.get(f"/pay/{world.order().id}")
    assert answered.headers["content-security-policy"].startswith("default-src 'none'")
    assert b"http" not in answered.body.replace(b"http-equiv", b"")
