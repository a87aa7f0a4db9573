"""What must be true of each who left: one outcome, nothing of them left, and books that balance."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial

import httpx

from bench.executions.leavers import Leaver, Records
from bench.simulator.checks import demand
from infra.local.visitor import wait_for

ENDED = {"SUCCEEDED", "FAILED", "ABORTED", "TIMED_OUT"}
GONE_FROM = ("users", "sessions", "cdrs")


def check_all(leavers: Sequence[Leaver], records: Records) -> None:
    """Raises Violation."""
    states = records.states()
    for leaver in leavers:
        about = f"{leaver.request_id} ({leaver.trouble})"
        state = states.get(leaver.request_id)
        demand(state == leaver.should_end, f"{about} is {state}, told {leaver.told}")
        ends = records.ends(leaver.request_id)
        demand(ends == [leaver.should_end], f"{about} ended as {ends}")
        statuses = partial(records.executions, leaver.request_id)
        # One that was cut off when its request was closed already is not taken up again.
        found = wait_for(statuses, lambda found: "RUNNING" not in found)
        demand(bool(found) and set(found) <= ENDED, f"{about}: {found}")
        _check_books(leaver.account_id, records, about)
        if leaver.should_end == "fulfilled":
            _check_gone(leaver, records, about)
        else:
            demand(leaver.login() == httpx.codes.OK, f"{about} can't sign in any more")
            status = leaver.who.sign_in().raise_for_status() and leaver.who.get("/api/me").json()["status"]
            demand(status == "active", f"{about} is {status}")


def _check_gone(leaver: Leaver, records: Records, about: str) -> None:
    demand(leaver.login() == httpx.codes.UNAUTHORIZED, f"{about} can sign in")
    for table in GONE_FROM:
        items = [json.dumps(item, default=str) for item in records.all(table)]
        left = [item for item in items if leaver.account_id in item or leaver.who.email in item]
        demand(not left, f"{about}: {table} still has {len(left)}")
    told = [mail for mail in leaver.who.mails() if mail["subject"].endswith("is deleted")]
    demand(bool(told), f"{about}: nobody was told")


def _check_books(account_id: str, records: Records, about: str) -> None:
    found = [item for item in records.all("balances") if item["account_id"] == account_id]
    booked = sum(int(item["amount_micros"]) for item in found if item["sk"].startswith("ENTRY#"))
    for item in found:
        if item["sk"] == "BAL":
            held = sum(int(hold["amount"]) for hold in item["holds"].values())
            total = int(item["available_micros"]) + held
            demand(total == booked, f"{about}: {total} on the balance, {booked} booked")
