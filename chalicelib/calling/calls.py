"""A call's life: a token, the carrier's question whether to dial, and one settlement."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from functools import partial

from chalicelib.calling import quotes, records, rules
from chalicelib.calling.models import CallRecord
from chalicelib.calling.rules import Settlement
from chalicelib.core import clock, ids, settings, tables
from chalicelib.core.errors import Busy, ProviderError, Refusal
from chalicelib.core.logs import log
from chalicelib.core.tables import ConditionFailed, Transaction
from chalicelib.money import holds, ledger, rates
from chalicelib.money.funds import Funds
from chalicelib.money.holds import Hold
from chalicelib.money.ledger import HoldGone, Movement
from chalicelib.money.rates import Rate
from chalicelib.policy import profile
from chalicelib.providers import twilio
from chalicelib.providers.twilio import Leg

TOKEN_LIFE = timedelta(minutes=10)
WRONG_TOKEN = Refusal(403, "token", "This call can't be placed. Please reload the page and try again.")


@dataclass(frozen=True)
class Token:
    """What lets a browser place one call. `call_id` is that call's, minted with the token."""

    carrier: str
    token: str
    identity: str
    call_id: str
    expires_at: datetime


def issue_token(account_id: str) -> Token:
    """One token for one call. Refusals: 402 without credit, 409 suspended."""
    funds = ledger.funds(account_id)
    holds.check_open(funds)
    if funds.available_micros <= 0:
        raise Refusal(402, "no-credit", "You have no credit left. Please top up first.")
    call_id = ids.new("call", clock.now())
    token = twilio.access_token(account_id, {"call_id": call_id}, int(TOKEN_LIFE.total_seconds()))
    return Token("twilio", token, account_id, call_id, clock.now() + TOKEN_LIFE)


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
            settle(account_id, call_id, Leg("failed", 0, None, None))
    return twilio.say("We could not place your call. Nothing was charged; please try again.")


def hear(account_id: str, call_id: str, form: dict[str, str]) -> None:
    """A status callback: settles at the end, and ignores what is not an end, unclear, or not this call's."""
    leg = twilio.read_leg(form)
    call_sid = form.get("ParentCallSid")
    if leg and call_sid and ids.valid("acc", account_id) and ids.valid("call", call_id):
        settle(account_id, call_id, leg, call_sid)
    else:
        log.warning("callback without effect", extra={"call": call_id})


def settle(account_id: str, call_id: str, leg: Leg, call_sid: str | None = None) -> None:
    """Book the end of a call once, whatever came before: the table of settlements in `rules` says what.

    `call_sid`, where given, must be this call's; a stranger's ending changes nothing.
    """
    for _ in range(tables.TRIES):
        try:
            _settle(account_id, call_id, leg, call_sid)
        except (HoldGone, ConditionFailed):
            continue  # a rival settled between our look and our write: look again
        return
    raise Busy


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
            settle(account_id, call_id, leg)
    return not holds.live_calls(account_id)


def _whose(form: dict[str, str]) -> tuple[str, str]:
    """The account and call id that the token carried; whatever else the browser sent is not believed."""
    kind, _, account_id = form.get("From", "").partition(":")
    call_id = form.get("call_id", "")
    if kind != "client" or not ids.valid("acc", account_id) or not ids.valid("call", call_id):
        raise WRONG_TOKEN
    if not rules.call_id_is_current(ids.made_at(call_id), clock.now()):
        raise WRONG_TOKEN
    return account_id, call_id


def _hold(account_id: str, call_id: str, form: dict[str, str]) -> Hold:
    """The hold of this call, placed now or by an earlier copy of the same webhook."""
    if records.find(account_id, call_id):
        raise Refusal(409, "call-ended", "This call has ended. Please dial again.")
    dialled, rate = quotes.price(form.get("To", ""))
    sid = form.get("CallSid", "")
    placed = holds.place(
        account_id,
        call_id,
        partial(_plan, dialled.e164, rate, sid),
        limit=profile.current().live_calls,
    )
    if placed.detail["sid"] != sid:
        raise WRONG_TOKEN
    return placed


def _plan(to: str, rate: Rate, sid: str, available_micros: int) -> Hold | None:
    now = clock.epoch_seconds(clock.now())
    planned = rules.plan(rate, available_micros, profile.current().longest_call_seconds, now)
    if planned is None:
        return None
    detail = {
        "sid": sid,
        "to": to,
        "from": settings.current().house_number,
        "limit": planned.limit_seconds,
        "at": now,
        "rate": list(astuple(rate)),
    }
    return Hold(planned.amount_micros, planned.due, detail)


def _settle(account_id: str, call_id: str, leg: Leg, call_sid: str | None) -> None:
    funds = ledger.funds(account_id)
    hold = holds.among(funds, call_id)
    # With a hold there is no record but in an overlap of two webhooks, so the write looks for it.
    record = None if hold else records.find(account_id, call_id)
    known_sid = hold.detail["sid"] if hold else record.call_sid if record else None
    if known_sid is None or call_sid not in (None, known_sid):
        log.warning("ending of another call", extra={"call": call_id})
        return
    state = record.state if record else None
    todo = rules.settlement(held=hold is not None, record_state=state, billable=leg.duration_seconds > 0)
    if hold:
        _end(funds, call_id, hold, leg, todo)
    elif record and todo is Settlement.LATE:
        _charge_late(account_id, record, leg)


def _end(funds: Funds, call_id: str, hold: Hold, leg: Leg, todo: Settlement) -> None:
    """Post or void a hold together with its record; where the record is there already, only let go."""
    ended = records.compose(funds.account_id, call_id, hold, leg)
    charge = _charge("call", call_id, ended.cost_micros) if todo is Settlement.POST else None

    def join(transaction: Transaction) -> None:
        transaction.put("record", ended, CallRecord.call_id.does_not_exist())

    try:
        ledger.book(funds.account_id, charge, release=call_id, join=join, before=funds)
    except ConditionFailed as failed:
        if "record" not in failed.names:
            raise
        ledger.book(funds.account_id, None, release=call_id)


def _charge_late(account_id: str, record: CallRecord, leg: Leg) -> None:
    """The carrier says after all that a voided call was answered: charge it, by its frozen rate."""
    cost = rates.cost_micros(record.rate(), leg.duration_seconds)
    actions = [
        CallRecord.state.set("charged"),
        CallRecord.outcome.set(leg.outcome),
        CallRecord.duration_seconds.set(leg.duration_seconds),
        CallRecord.cost_micros.set(cost),
    ]
    key = CallRecord(record.month_key, record.call_id)

    def join(transaction: Transaction) -> None:
        transaction.update("record", key, actions, CallRecord.state == "voided")

    ledger.book(account_id, _charge("late_charge", record.call_id, cost), join=join)


def _charge(kind: str, call_id: str, cost_micros: int) -> Movement:
    return Movement(kind, call_id, ids.made_at(call_id), -cost_micros)
