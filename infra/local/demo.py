"""`make demo`: the whole story in the terminal, each step checked, against a running service."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

import httpx

from infra.local.visitor import PASSWORD, Visitor, wait_for

LONDON = "+442079460958"
LONDON_BUSY = "+442079460001"
MARRAKESH = "+212612345678"
PREMIUM = "+19002345678"
Step = Callable[[Visitor], str]


class Broken(Exception):
    """A step did not come out as promised; the message says what was seen."""


def expect(seen: Any, wanted: Any, what: str) -> None:
    if seen != wanted:
        raise Broken(f"{what}: expected {wanted!r}, saw {seen!r}")


def money(micros: int) -> str:
    return f"{micros / 1_000_000:.4f} USD"


def books_balance(who: Visitor) -> None:
    """What is free and held is what the entries add up to."""
    balance = who.balance()
    entries = who.get("/api/ledger", limit="100").json()["items"]
    total = sum(entry["amount"]["amount_micros"] for entry in entries)
    held = balance["available"]["amount_micros"] + balance["held"]["amount_micros"]
    expect(held, total, "available + held against the sum of the entries")


def sign_up(who: Visitor) -> str:
    """Sign up, follow the mail, sign in"""
    expect(who.sign_up().status_code, 202, "sign-up")
    subject = wait_for(who.mails, bool)[0]["subject"]
    expect(who.verify().status_code, 204, "verification")
    expect(who.sign_in().status_code, 200, "sign-in")
    return f"{who.email}, mail “{subject}”"


def refuse_without_credit(who: Visitor) -> str:
    """A call without credit is refused"""
    answer = who.post("/api/calls/token")
    expect((answer.status_code, answer.json()["type"]), (402, "no-credit"), "token without credit")
    return str(answer.json()["detail"])


def top_up(who: Visitor) -> str:
    """Top up 5 USD through the hosted checkout"""
    paid = who.top_up(5_000_000)
    expect(who.available_micros(), 5_000_000, "credit")
    return f"order {paid['id']} is paid by {paid['payment_intent']}"


def quote(who: Visitor) -> str:
    """A quote before dialling"""
    offer = who.get("/api/quote", to=LONDON).json()
    minutes = offer["affordable_seconds"] // 60
    return f"{LONDON} ({offer['description']}) {money(offer['price_micros'])} a minute, {minutes} minutes"


def call(who: Visitor) -> str:
    """A call of 125 seconds to London"""
    expect(who.call(LONDON, 125)["outcome"], "completed", "call")
    newest = wait_for(lambda: who.get("/api/calls").json()["items"], bool)[0]
    expect(newest["duration_seconds"], 125, "duration")
    books_balance(who)
    return str(newest["arithmetic"])


def busy(who: Visitor) -> str:
    """A busy number costs nothing"""
    before = who.available_micros()
    expect(who.call(LONDON_BUSY, 60)["outcome"], "busy", "call")
    expect(who.available_micros(), before, "credit")
    return f"still {money(before)}"


def refuse_premium(who: Visitor) -> str:
    """A premium number is refused, by quote and by voice"""
    answer = who.get("/api/quote", to=PREMIUM)
    expect(answer.status_code, 422, "quote")
    expect(who.call(PREMIUM, 60)["outcome"], "refused", "call")
    return str(answer.json()["detail"])


def sweep_lost_callback(who: Visitor) -> str:
    """A lost callback is swept once the clock has moved"""
    expect(who.call(LONDON, 60, "lose_completed")["outcome"], "completed", "call")
    held = who.balance()["held"]["amount_micros"]
    if not held:
        raise Broken("the hold is gone although nobody told how the call ended")
    who.advance("PT3H")
    wait_for(who.balance, lambda balance: balance["held"]["amount_micros"] == 0)
    newest = who.get("/api/calls").json()["items"][0]
    expect((newest["state"], newest["duration_seconds"]), ("charged", 60), "swept call")
    books_balance(who)
    return f"{money(held)} were held, {money(newest['cost']['amount_micros'])} charged"


def spend_to_the_end(who: Visitor) -> str:
    """A call is cut where the credit ends, and the next one refused"""
    cut = who.call(MARRAKESH, 100_000)
    expect(cut["outcome"], "completed", "call")
    if who.available_micros() < 0:
        raise Broken(f"overspent: {who.available_micros()} micros")
    refused = who.call(MARRAKESH, 60)
    expect(refused["outcome"], "refused", "call beyond the balance")
    books_balance(who)
    return f"cut after {cut['duration_seconds']} s, {money(who.available_micros())} left"


def export(who: Visitor) -> str:
    """The history as a spreadsheet"""
    lines = who.get("/api/calls.csv").text.strip().splitlines()
    expect(len(lines) - 1, len(who.get("/api/calls").json()["items"]), "rows")
    return f"{len(lines) - 1} calls; {lines[1]}"


def cancel_deletion(who: Visitor) -> str:
    """A deletion is asked for, suspends the account, and is cancelled in its grace"""
    asked = who.post("/api/privacy/requests", {"type": "deletion"})
    if asked.status_code == 403:  # the clock has moved: this sign-in is no longer fresh
        expect(asked.json()["type"], "sign-in-again", "stale sign-in")
        who.sign_in()
        asked = who.post("/api/privacy/requests", {"type": "deletion"})
    expect(asked.status_code, 201, "request")
    wait_for(lambda: who.get("/api/me").json()["status"], lambda status: status == "suspended")
    request = asked.json()["id"]
    expect(who.post(f"/api/privacy/requests/{request}/cancel").status_code, 200, "cancel")
    expect(who.get("/api/me").json()["status"], "active", "account after the cancel")
    return f"grace until {asked.json()['grace_ends_at']}, cancelled"


def delete(who: Visitor) -> str:
    """A deletion is done: the grace passes, everything goes but what law keeps"""
    who.sign_in()
    asked = who.post("/api/privacy/requests", {"type": "deletion"})
    expect(asked.status_code, 201, "request")
    wait_for(lambda: who.get("/api/me").json().get("status"), lambda status: status == "suspended")
    who.advance("P8D")
    mail = wait_for(who.mails, lambda mails: mails[0]["subject"].endswith("is deleted"))[0]
    expect(who.get("/api/me").status_code, 401, "session afterwards")
    again = who.post("/api/auth/login", {"email": who.email, "password": PASSWORD})
    expect(again.status_code, 401, "sign-in afterwards")
    return f"last mail “{mail['subject']}”\n\n" + "\n".join(
        f"      | {line}" for line in mail["text"].splitlines()
    )


STEPS: list[Step] = [
    sign_up,
    refuse_without_credit,
    top_up,
    quote,
    call,
    busy,
    refuse_premium,
    sweep_lost_callback,
    spend_to_the_end,
    export,
    cancel_deletion,
    delete,
]


WITHOUT_CALLS: list[Step] = [sign_up, cancel_deletion, delete]


def steps_at(who: Visitor) -> list[Step]:
    """What can be told of the service that runs; nothing where Google alone opens accounts."""
    offered = who.offered()
    if "password_sign_in" not in offered:
        sys.exit(f"This service knows no passwords: sign up with Google at {who.origin}/ instead.")
    return STEPS if {"calling", "credit"} <= offered else WITHOUT_CALLS


def main() -> None:
    origin = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    who = Visitor(origin)
    try:
        who.get("/api/health/live").raise_for_status()
    except httpx.HTTPError:
        sys.exit(
            f"Nothing answers at {origin}; start the service with `make run` first (PORT= for another port)."
        )
    started, steps = time.monotonic(), steps_at(who)
    for number, step in enumerate(steps, 1):
        print(f"{number:>2}. {step.__doc__}", flush=True)
        try:
            print(f"      {step(who)}", flush=True)
        except (Broken, TimeoutError, KeyError, httpx.HTTPError) as error:
            sys.exit(f"      not as promised: {error!r:.600}\ndemo: broken at step {number} of {len(steps)}")
    print(f"demo: {len(steps)} steps, all as promised, in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
