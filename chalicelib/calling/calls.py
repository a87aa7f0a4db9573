"""A call's life: a token, the carrier's question whether to dial, and what it tells of the end."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import astuple, dataclass
from datetime import datetime
from functools import partial

from chalicelib.calling import quotes, records, rules, settlements
from chalicelib.calling.settlements import Doubtful
from chalicelib.core import clock, ids, keys, settings
from chalicelib.core.errors import ProviderError, Refusal
from chalicelib.core.logs import log
from chalicelib.money import holds, ledger
from chalicelib.money.holds import Hold
from chalicelib.money.rates import Rate
from chalicelib.numbers import caller_ids
from chalicelib.policy import permissions, profile
from chalicelib.providers import twilio
from chalicelib.providers.twilio import Leg

TOKEN_LIFE = rules.TOKEN_LIFE
PURPOSE = "call"
CATEGORY = "call"
"""What a call uses of its person: they may have restricted that since the token was made."""
WRONG_TOKEN = Refusal(403, "token", "This call can't be placed. Please reload the page and try again.")


@dataclass(frozen=True)
class Token:
    """What lets a browser place one call until `expires_at`. `call_id` was minted with it."""

    carrier: str
    token: str
    identity: str
    call_id: str
    expires_at: datetime


FOREIGN_NUMBER = Refusal(403, "caller-id", "You can only call with a number that you have verified.")


def issue_token(account_id: str, caller_id: str | None = None) -> Token:
    """One token for one call, which shows the number of this caller ID or else our own.

    Refusals: 402 without credit, 403 for any but a verified caller ID of this account, 409 suspended.
    """
    if caller_id is not None and not caller_ids.verified(account_id, caller_id):
        raise FOREIGN_NUMBER
    funds = ledger.funds(account_id)
    holds.check_open(funds)
    if funds.available_micros <= 0:
        raise Refusal(402, "no-credit", "You have no credit left. Please top up first.")
    call_id = ids.new("call", clock.now())
    params = {"call_id": call_id} | ({"caller_id": caller_id} if caller_id else {})
    params["signature"] = sign(account_id, call_id, caller_id)
    token = twilio.access_token(
        account_id, params, rules.known_seconds(profile.current().longest_call_seconds)
    )
    return Token("twilio", token, account_id, call_id, clock.now() + TOKEN_LIFE)


def sign(account_id: str, call_id: str, caller_id: str | None = None) -> str:
    """Ours over what a token is for: whatever carries it to us can make no other call of it."""
    return keys.sign(PURPOSE, _bound(account_id, call_id, caller_id))


def answer(form: dict[str, str]) -> str:
    """The carrier asks what to do with a call: TwiML that dials with a limit, or says why not."""
    try:
        account_id, call_id = _whose(form)
        hold = _hold(account_id, call_id, form)
    except Refusal as refusal:
        log.info("call refused", extra={"type": refusal.type})
        return twilio.say(refusal.detail)
    return twilio.dial(
        hold.detail["to"],
        hold.detail["from"],
        limit_seconds=hold.detail["limit"],
        ring_seconds=rules.RING_SECONDS,
        status_url=f"{settings.current().public_url}/api/webhooks/twilio/status/{account_id}/{call_id}",
    )


def give_up(form: dict[str, str]) -> str:
    """The carrier could not use our answer and will not dial: nothing is charged."""
    with suppress(Refusal):
        account_id, call_id = _whose(form)
        hold = holds.find(account_id, call_id)
        if hold and hold.detail["sid"] == form.get("CallSid"):
            settlements.settle(account_id, call_id, Leg("failed", 0, None, None))
    return twilio.say("We could not place your call. Nothing was charged; please try again.")


def hear(account_id: str, call_id: str, form: dict[str, str]) -> None:
    """A status callback: settles at the end, and ignores what is not an end, unclear, or not this call's.

    A duration that the call's limit forbids is asked of the carrier, or else left to the sweeper.
    """
    leg = twilio.read_leg(form)
    call_sid = form.get("ParentCallSid")
    if not (leg and call_sid and ids.valid("acc", account_id) and ids.valid("call", call_id)):
        log.warning("callback without effect", extra={"call": call_id})
        return
    try:
        settlements.settle(account_id, call_id, leg, call_sid)
    except Doubtful:
        truth = _ask(call_id, call_sid)
        if truth:
            settlements.settle(account_id, call_id, truth)


def end_all(account_id: str) -> bool:
    """End every live call and post its charge; False while the carrier has not ended them all yet."""
    for call_id, hold in holds.live_calls(account_id).items():
        try:
            twilio.end_call(hold.detail["sid"])
            leg = twilio.fetch_leg(hold.detail["sid"])
        except ProviderError as error:
            log.warning("call could not be ended", extra={"call": call_id, "code": error.code})
            continue
        if leg:
            settlements.settle(account_id, call_id, leg)
    return not holds.live_calls(account_id)


def _ask(call_id: str, call_sid: str) -> Leg | None:
    """What the carrier itself says of a doubtful end; None when it does not say."""
    try:
        leg = twilio.fetch_leg(call_sid)
    except ProviderError as error:
        log.warning("carrier not heard", extra={"call": call_id, "code": error.code})
        return None
    return leg if leg and leg.sid else None


def _whose(form: dict[str, str]) -> tuple[str, str]:
    """The account and call id that the token carried; what we did not sign together is not believed."""
    kind, _, account_id = form.get("From", "").partition(":")
    call_id = form.get("call_id", "")
    if kind != "client" or not ids.valid("acc", account_id) or not ids.valid("call", call_id):
        raise WRONG_TOKEN
    bound = _bound(account_id, call_id, form.get("caller_id"))
    if not keys.signed(PURPOSE, bound, form.get("signature", "")):
        raise WRONG_TOKEN
    return account_id, call_id


def _bound(account_id: str, call_id: str, caller_id: str | None) -> str:
    return "\0".join((account_id, call_id, caller_id or ""))


def _hold(account_id: str, call_id: str, form: dict[str, str]) -> Hold:
    """The hold of this call, placed now or by an earlier copy of the same webhook."""
    if records.find(account_id, call_id):
        raise Refusal(409, "call-ended", "This call has ended. Please dial again.")
    if not rules.call_id_is_current(ids.made_at(call_id), clock.now()):
        raise WRONG_TOKEN
    caller_number = _caller_number(account_id, form.get("caller_id", ""))
    dialled, rate = quotes.price(form.get("To", ""), caller_number)
    sid = form.get("CallSid", "")
    permissions.require(account_id, CATEGORY)
    placed = holds.place(
        account_id,
        call_id,
        partial(_plan, dialled.e164, caller_number, rate, sid),
        limit=profile.current().live_calls,
        high_risk=quotes.is_high_risk(dialled),
    )
    if placed.detail["sid"] != sid:
        raise WRONG_TOKEN
    return placed


def _caller_number(account_id: str, caller_id: str) -> str:
    """What the other side sees: a number that is verified and the account's own now, else ours."""
    chosen = caller_ids.verified(account_id, caller_id) if caller_id else None
    return chosen or settings.current().house_number


def _plan(to: str, caller_number: str, rate: Rate, sid: str, available_micros: int) -> Hold | None:
    now = clock.epoch_seconds(clock.now())
    planned = rules.plan(rate, available_micros, profile.current().longest_call_seconds, now)
    if planned is None:
        return None
    detail = {
        "sid": sid,
        "to": to,
        "from": caller_number,
        "limit": planned.limit_seconds,
        "at": now,
        "rate": list(astuple(rate)),
    }
    return Hold(planned.amount_micros, planned.due, detail)
