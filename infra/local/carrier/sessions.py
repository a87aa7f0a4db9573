"""A browser's call from the click to its last verb: the client's leg, and the TwiML that it obeys.

Its times are virtual: `at` is how far the call has come, and may lie ahead of the clock's now; a call with
a line really waits, and is as far as the clock. The TwiML after a Dial is taken up by whoever takes `next`
first, so that a hang-up by REST and the call's own thread never both do; with a line it is the call's thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from infra.local.carrier import far_end, twiml
from infra.local.carrier.account import Account
from infra.local.carrier.calls import API_VERSION, Calls
from infra.local.carrier.legs import Legs, moment
from infra.local.carrier.lines import Line, Lines
from infra.local.carrier.tokens import Grant
from infra.local.carrier.webhooks import Webhooks
from infra.local.store import Document, Store

SESSION = "session"
UNFINISHED = "unfinished"
MOST_DOCUMENTS = 10

logger = logging.getLogger(__name__)


class NoCall(LookupError):
    """There never was a call of this sid, or it was deleted."""


class Sessions:
    def __init__(
        self,
        store: Store,
        account: Account,
        now: Callable[[], datetime],
        *,
        calls: Calls,
        legs: Legs,
        lines: Lines,
        webhooks: Webhooks,
    ) -> None:
        self._store = store
        self._account = account
        self._now = now
        self._calls = calls
        self._legs = legs
        self._lines = lines
        self._webhooks = webhooks

    def start(
        self,
        grant: Grant,
        params: Mapping[str, str],
        faults: Collection[str] = (),
        line: Line | None = None,
    ) -> str:
        """The client leg's sid, once its call is over or someone has answered.

        Parameters signed into the token win over the browser's, and the carrier's own over both.
        """
        params = {**params, **grant.params}
        at = self._now() if line else self._now().replace(microsecond=0)
        sid: str = self._calls.open(f"client:{grant.identity}", params["To"], "ringing", at)["sid"]
        if line:
            self._lines.put(sid, line)
        progress = {"at": at.isoformat(), "picked_up_at": None, "twiml": None, "documents": 0}
        dialled = {"child": None, "outcome": "refused", "next": None}
        more = {"params": params, "faults": list(faults), "line": line is not None, "digits": ""}
        self._store.put(SESSION, sid, {**progress, **dialled, **more})
        if line:
            line.open(sid)
        self._follow(sid, self._account.voice_url, {})
        return sid

    def note_digits(self, sid: str, digits: str) -> None:
        """What the browser has dialled into the call, which whoever answers hears."""
        with self._store.change():
            self._amend(sid, digits=self._session(sid)["digits"] + digits)

    def look(self, sid: str) -> Document:
        """As `report`, with whether it goes on, and the digits that the browser has dialled into it."""
        digits = self._session(sid).get("digits", "")
        return {**self.report(sid), "live": self._calls.is_live(sid), "digits": digits}

    def report(self, sid: str) -> Document:
        """What became of a call; `outcome` and the duration are the dialled leg's."""
        session = self._session(sid)
        leg = self._legs.get(session["child"]) if session["child"] else {}
        return {
            "call_sid": sid,
            "twiml": session["twiml"] or "",
            "outcome": leg.get("status", session["outcome"]),
            "duration_seconds": leg.get("duration_seconds", 0),
        }

    def is_talking(self, sid: str) -> bool:
        return bool(self.report(sid)["outcome"] == "in-progress")

    def is_held(self, sid: str) -> bool:
        """Whether the call began on a line."""
        session = self._store.get(SESSION, sid)
        return bool(session and session.get("line"))

    def end_talk(self, sid: str, talk_seconds: int | None) -> None:
        """The far end hangs up after so long, by default now; the time limit may have ended it before."""
        child = self._session(sid)["child"]
        if child and self._legs.cut(child, talk_seconds, later=False) and not self._lines.of(sid):
            self.carry_on(sid)

    def hang_up(self, call: Document) -> None:
        """Ends a leg by REST.

        Callbacks wait in the outbox, since whoever asks by REST may be the one who has to receive them.
        """
        if call["parent_call_sid"]:
            self._legs.cut(call["sid"], later=True)
            self._leave(call["parent_call_sid"])
            return
        with self._store.change():
            child = self._session(call["sid"])["child"]
            if child:
                self._legs.cut(child, later=True)
            self._amend(call["sid"], at=max(self._at(call["sid"]), self._now()).isoformat())
            self._close(call["sid"], "canceled")

    def expire(self) -> None:
        """Ends each talk whose time limit the virtual clock has passed; its callbacks go to the outbox."""
        for leg in self._legs.overdue():
            if self._legs.cut(leg["sid"], leg["limit_seconds"], later=True):
                self._leave(leg["parent"])

    def resume(self) -> None:
        """Goes on with the TwiML of each client leg whose dialled leg ended without it."""
        for unfinished in self._store.all(UNFINISHED):
            if self._store.delete(UNFINISHED, unfinished["sid"]):
                self.carry_on(unfinished["sid"])

    def forget(self, sid: str) -> None:
        """Drops what was kept of a client leg beside its call."""
        session = self._store.get(SESSION, sid)
        if session and session["child"]:
            self._legs.forget(session["child"])
        self._store.delete(SESSION, sid)
        self._store.delete(UNFINISHED, sid)

    def _follow(self, sid: str, url: str, extra: Mapping[str, str]) -> None:
        session = self._session(sid)
        found = self._webhooks.instructions(url, {**self._voice_params(sid), **extra})
        told = session["twiml"] if session["twiml"] is not None else found.text
        documents = session["documents"] + 1
        self._amend(sid, twiml=told, documents=documents)
        if found.failed or documents > MOST_DOCUMENTS:
            self._close(sid, "failed")
        else:
            self._obey(sid, found.text, found.url, 0)

    def _obey(self, sid: str, text: str, url: str, first: int) -> None:
        for position, verb in enumerate(twiml.parse(text, url)[first:], first + 1):
            match verb:
                case twiml.Say(words):
                    self._pick_up(sid)
                    self._say(sid, words)
                case twiml.Pause(seconds):
                    self._pick_up(sid)
                    self._wait(sid, seconds, sid)
                case twiml.Reject(reason):
                    self._close(sid, "busy" if reason == "busy" else "no-answer")
                case twiml.Hangup():
                    self._close(sid, "completed")
                case twiml.Dial():
                    after = {"text": text, "url": url, "position": position, "action": verb.action}
                    self._amend(sid, next=after)
                    self._dial(sid, verb)
                    if not self.is_talking(sid):
                        self.carry_on(sid)
                    return
            if not self._calls.is_live(sid):
                return
        self._close(sid, self.report(sid)["outcome"] if self._session(sid)["child"] else "completed")

    def _dial(self, sid: str, dial: twiml.Dial) -> None:
        if not self._calls.is_live(sid):
            return
        if not dial.answer_on_bridge:
            self._pick_up(sid)
        if not far_end.is_dialable(dial.number) or not far_end.is_dialable(dial.caller_id):
            # As with the carrier, no leg comes to be and no callback tells of it.
            logger.warning("call %s: the number or the callerId is not E.164", sid)
            self._amend(sid, outcome="failed", child=None)
            return
        end = far_end.of(dial.number, dial.timeout_seconds)
        if end.talk_seconds:
            dial = replace(dial, limit_seconds=min(dial.limit_seconds, end.talk_seconds))
        at, line = self._at(sid), self._lines.of(sid)
        with self._store.change():  # a hang-up comes before, or finds the leg
            if not self._calls.is_live(sid):
                return
            child = self._legs.open(sid, dial, at, [*self._session(sid)["faults"], *end.faults])
            self._amend(sid, child=child)
        self._legs.step(child, "queued", "initiated", at)
        if end.rings:
            self._legs.step(child, "ringing", "ringing", at)
            if line:
                line.ring()
        at = self._wait(sid, end.ring_seconds, child)
        if end.status != "in-progress":
            self._legs.end(child, end.status, at, 0, later=False)
        elif self._legs.step(child, "in-progress", "answered", at):
            self._pick_up(sid)
            if line:
                line.talk(end.sound)

    def _wait(self, sid: str, seconds: int, leg: str) -> datetime:
        """How far the call is after so long; with a line it really waits, until `leg` has ended."""
        line = self._lines.of(sid)
        if line:
            line.wait(seconds, lambda: not self._calls.is_live(leg))
            at = max(self._at(sid), self._now())
        else:
            at = self._at(sid) + timedelta(seconds=seconds)
        self._amend(sid, at=at.isoformat())
        return at

    def _say(self, sid: str, words: str) -> None:
        line = self._lines.of(sid)
        if line and self._calls.is_live(sid):
            line.say(words)

    def carry_on(self, sid: str) -> None:
        """What comes after a Dial: its action's document, or else the verbs that follow."""
        after = self._take_next(sid)
        if after is None or not self._calls.is_live(sid):
            return
        if not after["action"]:
            self._obey(sid, after["text"], after["url"], after["position"])
            return
        report, child = self.report(sid), self._session(sid)["child"]
        dialled = {"DialCallStatus": report["outcome"]}
        if child:
            dialled |= {"DialCallSid": child, "DialCallDuration": str(report["duration_seconds"])}
        self._follow(sid, after["action"], dialled)

    def _pick_up(self, sid: str) -> None:
        at = self._at(sid)
        if self._session(sid)["picked_up_at"] is None and self._calls.move(sid, "in-progress", at):
            self._amend(sid, picked_up_at=at.isoformat())

    def _close(self, sid: str, unanswered_status: str) -> None:
        """Ends the client leg: completed if it was ever picked up."""
        at, picked_up_at = self._at(sid), self._session(sid)["picked_up_at"]
        seconds = int((at - moment(picked_up_at)).total_seconds()) if picked_up_at else 0
        self._calls.finish(sid, "completed" if picked_up_at else unanswered_status, at, seconds)

    def _leave(self, sid: str) -> None:
        """Leaves what comes after the Dial to the call's own thread, or else to `resume`."""
        if not self._lines.of(sid):
            self._store.put(UNFINISHED, sid, {"sid": sid})

    def _voice_params(self, sid: str) -> dict[str, str]:
        call = self._calls.get(sid) or {}
        return {
            **self._session(sid)["params"],
            "AccountSid": self._account.account_sid,
            "ApiVersion": API_VERSION,
            "ApplicationSid": self._account.app_sid,
            "CallSid": sid,
            "CallStatus": call["status"],
            "Direction": "inbound",
            "From": call["from"],
            "Caller": call["from"],
            "To": call["to"],
            "Called": call["to"],
        }

    def _take_next(self, sid: str) -> Document | None:
        with self._store.change():
            after: Document | None = self._session(sid)["next"]
            self._amend(sid, next=None)
        return after

    def _session(self, sid: str) -> Document:
        session = self._store.get(SESSION, sid)
        if session is None:
            raise NoCall(f"no call {sid}")
        return session

    def _amend(self, sid: str, **fields: object) -> None:
        with self._store.change():
            self._store.put(SESSION, sid, {**self._session(sid), **fields})

    def _at(self, sid: str) -> datetime:
        session = self._session(sid)
        own = moment(session["at"])
        return max(own, moment(self._legs.get(session["child"])["at"])) if session["child"] else own
