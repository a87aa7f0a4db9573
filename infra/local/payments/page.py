"""The hosted page on which a person pays, declines or goes back."""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template

from infra.local.exchange import Answered, Asked
from infra.local.payments import amounts, buyers, checkouts, taxes
from infra.local.payments.errors import RefusedError
from infra.local.payments.state import State
from infra.local.store import Document

_PAGE = Template((Path(__file__).parent / "page.html").read_text())
_BUTTON = '<button name="action" value="{}" class="{}">{}</button>'
_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
}


def answer(state: State, payee: str, asked: Asked) -> Answered:
    """GET shows /pay/{checkout_id}; POST does what its button says and leads on."""
    try:
        session = checkouts.find(state, asked.path.removeprefix("/pay/"))
        if asked.method == "POST":
            return _act(state, session, dict(asked.form()).get("action", ""))
    except RefusedError as refusal:
        return _html(refusal.status, payee, f"<p>{escape(str(refusal))}</p>")
    if asked.method not in ("GET", "HEAD"):
        return Answered(405, headers={"allow": "GET, HEAD, POST"})
    return _html(200, payee, _show(state, session, payee, declined=asked.query == "declined"))


def _act(state: State, session: Document, action: str) -> Answered:
    if action == "pay":
        buyers.pay(state, session["id"], "succeeded")
        return _lead(session, session["success_url"])
    if action == "decline":
        buyers.pay(state, session["id"], "declined")
        return _lead(session, f"/pay/{session['id']}?declined")
    if action == "back" and session["cancel_url"]:
        return _lead(session, session["cancel_url"])
    return Answered(400, b"Unknown action", {"content-type": "text/plain"})


def _lead(session: Document, url: str) -> Answered:
    return Answered(303, headers={"location": url.replace("{CHECKOUT_SESSION_ID}", session["id"])})


def _show(state: State, session: Document, payee: str, *, declined: bool) -> str:
    if session["mode"] == "setup":
        return (
            f"<p>Save a card for {escape(payee)}.</p>{_choices(session, 'Save the card', declined=declined)}"
        )
    # As the buyer will pay it: the tax of the address that the page would ask for.
    priced, terms = taxes.settle(state, session, checkouts.terms(state, session["id"]))
    rows = "".join(
        _row(
            "td", f"{escape(item['description'])} &times; {item['quantity']}", item["amount_subtotal"], priced
        )
        for item in terms["line_items"]
    )
    if tax := priced["total_details"]["amount_tax"]:
        rows += _row("td", "Tax", tax, priced)
    rows += _row("th", f"To {escape(payee)}", priced["amount_total"], priced)
    choices = _choices(session, f"Pay {_written(priced['amount_total'], priced)}", declined=declined)
    return f"<table>{rows}</table>{choices}"


def _row(cell: str, label: str, amount: int, session: Document) -> str:
    return f"<tr><{cell}>{label}</{cell}><{cell}>{_written(amount, session)}</{cell}></tr>"


def _choices(session: Document, pay: str, *, declined: bool) -> str:
    if session["status"] != "open":
        return f"<p>This payment is {session['status']}. You can close this page.</p>"
    buttons = [_BUTTON.format("pay", "main", pay), _BUTTON.format("decline", "", "Decline the card")]
    if session["cancel_url"]:
        buttons.append(_BUTTON.format("back", "plain", "Go back"))
    notice = '<p role="alert">The card was declined. Nothing was charged.</p>' if declined else ""
    return f'{notice}<form method="post">{"".join(buttons)}</form>'


def _written(amount: int, session: Document) -> str:
    return escape(amounts.written(amount, session["currency"]))


def _html(status: int, payee: str, content: str) -> Answered:
    page = Answered.html(status, _PAGE.substitute(title=escape(f"Pay {payee}"), content=content))
    return Answered(page.status, page.body, {**page.headers, **_HEADERS})
