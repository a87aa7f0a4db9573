"""Consents: asked for by the policy's words, given and withdrawn at any time, by account or by browser."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.core import clock, keys, metrics, throttles
from chalicelib.core.errors import Refusal, not_found
from chalicelib.core.logs import log
from chalicelib.core.requests import Incoming, SignedIn
from chalicelib.core.throttles import Limit
from chalicelib.policy import consent, profile
from chalicelib.policy.consent import SALE, Choice, Question, Standing
from chalicelib.privacy import choices, visitors
from chalicelib.privacy.models import Receipt

HOUR = 3600
VISITOR_SOURCE = Limit("visitor-consents-source", 60, HOUR, shared=True)
VISITORS_ALL = Limit("visitor-consents-all", 5000, HOUR, shared=True)
HISTORY = 50


@dataclass(frozen=True)
class Chooser:
    """Who asks: an account, or a browser by its number; with neither, one that has chosen nothing yet.

    `signalled` says that the browser opts out of sale by itself.
    """

    account_id: str | None
    token: str | None
    signalled: bool

    @property
    def holder(self) -> str | None:
        return self.account_id or (visitors.holder(self.token) if self.token else None)


def chooser(request: Incoming, signed_in: SignedIn | None) -> Chooser:
    """Who is signed in counts as themselves, whatever their browser chose before."""
    account_id = signed_in.account_id if signed_in else None
    return Chooser(account_id, None if account_id else visitors.token(request), request.opts_out)


def standing(who: Chooser) -> Standing:
    """What they have chosen, and what their browser says of itself."""
    kept = choices.standing(who.holder) if who.holder else Standing()
    return Standing(kept.choices, who.signalled)


def history(who: Chooser, purpose: str) -> list[Receipt]:
    """What was chosen about a purpose, newest first."""
    return choices.history(who.holder, "consent", purpose, HISTORY) if who.holder else []


def asked(purpose: str) -> Question:
    """How consent to a purpose is asked for. Refuses what is not known, or needs none."""
    policy = profile.current()
    found = consent.question(policy, purpose)
    if found:
        return found
    if not consent.purpose_of(policy, purpose):
        raise not_found("purpose")
    raise Refusal(409, "not-by-consent", "This purpose does not rest on your consent, so it can't be given.")


def choose(who: Chooser, purpose: str, granted: bool, source: str) -> tuple[Standing, str | None]:
    """Give or withdraw consent; again, it changes nothing and writes no second receipt.

    Returns what stands, and the Set-Cookie header for a visitor, who gets a number with their first choice.
    """
    question = asked(purpose)
    if purpose == SALE and granted and who.signalled:
        sentence = "Your browser tells every site not to sell data about you. Switch that off first."
        raise Refusal(409, "opted-out-by-browser", sentence)
    if who.account_id:
        _check_unopposed(who.account_id, purpose, granted)
        said = choices.record(who.account_id, _decision(question, granted), source=source)
        return Standing(said.choices, who.signalled), None
    token = who.token or keys.fresh_token()
    ends_at = visitors.forgotten_at()
    said = choices.record(
        visitors.holder(token), _decision(question, granted), source=visitors.SOURCE, ends_at=ends_at
    )
    return Standing(said.choices, who.signalled), visitors.cookie(token)


def _check_unopposed(account_id: str, purpose: str, granted: bool) -> None:
    if granted and choices.standing(account_id).stands("objection", purpose):
        raise Refusal(409, "objected", "You objected to this. Take your objection back, and then allow it.")


def withdraw(account_id: str, purpose: str, source: str) -> None:
    """End an account's consent to a purpose, on whatever way the word came. May be repeated.

    Refuses nothing: what was never asked for, or is closed, needs no end.
    """
    question = consent.question(profile.current(), purpose)
    held = choices.find(account_id)
    if question and not (held and held.closed_at):
        choices.record(account_id, _decision(question, granted=False), source=source)


def limit(request: Incoming, signed_in: SignedIn | None) -> None:
    """One more choice by who has no session; each leaves a receipt for years."""
    if not signed_in:
        throttles.take(VISITOR_SOURCE, request.source)
        throttles.take(VISITORS_ALL)


def arrive(account_id: str, request: Incoming) -> None:
    """Somebody signs in: their browser's choices and its signal become theirs.

    Never keeps anybody out: what could not be written is written at the next sign-in.
    """
    if not profile.offers("consents"):
        return
    try:
        visitors.tie(account_id, request)
        heed(account_id, request)
    except Refusal as refusal:
        log.warning("choices not tied", extra={"account": account_id, "type": refusal.type})


def heed(account_id: str, request: Incoming) -> None:
    """The Global Privacy Control of who signs in: an opt-out where data may be sold, counted everywhere."""
    if not request.opts_out:
        return
    sale = consent.question(profile.current(), SALE)
    log.info("opt-out signal", extra={"account": account_id, "sale": sale is not None})
    metrics.count("OptOutSignals")
    if sale:
        choices.record(account_id, _decision(sale, granted=False), source="signal")


def _decision(question: Question, granted: bool) -> choices.Decide:
    """The choice, unless it is the last word already, on the same words."""

    def decide(said: Standing) -> list[Choice]:
        last = said.last("consent", question.purpose)
        same = last and last.stands == granted and (not granted or last.question == question.version)
        return [] if same else [Choice("consent", question.purpose, granted, clock.now(), question.version)]

    return decide
