"""The account page: whoever one wants to be, without a password."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

from infra.local.store import Document

STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 24rem; margin: 12vh auto; padding: 0 1rem;
       color: #1c2430; background: #f7f8fa; }
form { margin: 0 0 .75rem; }
button, input { font: inherit; width: 100%; box-sizing: border-box; padding: .7rem .9rem;
                border-radius: .5rem; border: 1px solid #b8c0cc;
                background: #fff; color: inherit; text-align: left; }
input { margin: .25rem 0 .75rem; }
button { cursor: pointer; }
button.go { background: #1a56db; border-color: #1a56db; color: #fff; text-align: center; }
small { display: block; color: #566070; }
@media (prefers-color-scheme: dark) {
  body { background: #14181f; color: #e6e9ee; }
  button, input { background: #1d232c; border-color: #3a4452; }
  small { color: #9aa5b4; }
}
"""


def accounts(wanted: Document, people: list[Document]) -> str:
    """HTML: those who were here before, a new one, or none."""
    query = urlencode(wanted)
    known = "".join(_known(query, person) for person in people)
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Choose an account</title><style>{STYLE}</style>
<h1>Choose an account</h1>
<p>This stands in for Google on your own machine: be whoever you like.</p>
{known}
<form method="post" action="?{escape(query)}">
  <label>Address <input name="email" type="email" required autocomplete="off" value="ada@example.org"></label>
  <label>Name <input name="name" autocomplete="off" value="Ada Lovelace"></label>
  <button class="go">Continue</button>
</form>
<form method="post" action="?{escape(query)}"><button name="choice" value="cancel">Cancel</button></form>
</html>"""


def _known(query: str, person: Document) -> str:
    email, name = escape(person["email"]), escape(person["name"])
    return f"""<form method="post" action="?{escape(query)}">
  <input type="hidden" name="name" value="{name}">
  <button name="email" value="{email}">{name}<small>{email}</small></button>
</form>"""
