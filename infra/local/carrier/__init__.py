"""A stand-in for the carrier (Twilio): its REST API, its webhooks and the other side of each call.

It follows the carrier's public API document and client libraries, and proves nothing about the carrier
beyond them. A call that is only simulated sleeps nowhere: its times are counted on the service's virtual
clock. Access tokens, a webhook's patience of 15 s and delayed callbacks go by real time; so does a browser's
call, whose sound and signalling are `infra.local.voice`'s.

The last four digits of the dialled number decide the other side:

    ...0001  busy
    ...0002  nobody answers, until the Dial's timeout
    ...0003  the call fails
    ...0004  rings for 2 s, then is canceled
    ...0005  as others, but hangs up after 5 s; ...0010 to ...0099 after that many seconds
    ...0006  as others, but the last callback is lost; ...0007 each comes twice; ...0008 all come at the end,
             last first; ...0009 each comes 2 s late
    ...0440  as others, but sounds a tone of 440 Hz instead of an echo
    others   ring for 2 s, answer, echo, and talk as long as asked or until the Dial's timeLimit

A number or a caller ID that is not E.164 fails without a leg or a callback. A call that asks for the code of
a new caller ID rings for two minutes, until somebody answers it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from infra.local.carrier import tokens
from infra.local.carrier.account import Account
from infra.local.carrier.callbacks import Callbacks, check_faults
from infra.local.carrier.calls import KIND, Calls
from infra.local.carrier.code_calls import CodeCalls, NoCodeCall
from infra.local.carrier.faults import none_planted
from infra.local.carrier.held import HeldCalls
from infra.local.carrier.legs import Legs
from infra.local.carrier.lines import Line, Lines
from infra.local.carrier.rest import Rest
from infra.local.carrier.sessions import NoCall, Sessions
from infra.local.carrier.tokens import Grant, TokenRefused
from infra.local.carrier.webhooks import Webhooks
from infra.local.exchange import Answered, Asked, Deliver
from infra.local.store import Document, Store

__all__ = ["Carrier", "Grant", "Line", "NoCall", "NoCodeCall", "TokenRefused"]


class Carrier:
    """One account at the carrier. `now` is the service's virtual clock, `deliver` posts the webhooks."""

    def __init__(
        self,
        store: Store,
        deliver: Deliver,
        *,
        account_sid: str,
        auth_token: str,
        api_key_sid: str,
        api_key_secret: str,
        app_sid: str,
        voice_url: str,
        fallback_url: str,
        now: Callable[[], datetime],
        real_time: Callable[[], float] = time.time,
    ) -> None:
        self.account = Account(
            account_sid, auth_token, api_key_sid, api_key_secret, app_sid, voice_url, fallback_url
        )
        self.faults = none_planted()
        self._store = store
        lines = Lines()
        calls = self._calls = Calls(store, account_sid, now, lines)
        webhooks = Webhooks(self.account, deliver, real_time)
        self._callbacks = Callbacks(store, webhooks, real_time)
        legs = Legs(store, calls, self._callbacks, now)
        self._sessions = Sessions(
            store, self.account, now, calls=calls, legs=legs, lines=lines, webhooks=webhooks
        )
        self._held = HeldCalls(calls, self._sessions, lines)
        self._code_calls = CodeCalls(store, self.account, now, calls=calls, callbacks=self._callbacks)
        self._rest = Rest(
            store,
            self.account,
            calls=calls,
            sessions=self._sessions,
            code_calls=self._code_calls,
            faults=self.faults,
        )

    def answer(self, asked: Asked) -> Answered:
        """The REST API's answer; TimeoutError (then a host answers nothing) where such a fault is planted."""
        return self._rest.answer(asked)

    def place_call(
        self,
        token: str,
        to: str,
        talk_seconds: int,
        faults: Collection[str] = (),
        params: Mapping[str, str] | None = None,
    ) -> Document:
        """Calls `to` as the browser SDK would, and talks; back when both legs are over and callbacks sent.

        Answers {call_sid, twiml, outcome, duration_seconds}: the client leg's sid, the first TwiML, and the
        dialled leg's final status and talk; the outcome is `refused` when the TwiML does not dial. `params`
        are more parameters from the browser. Faults: lose_completed (the last callback never comes),
        duplicate (each comes twice), reorder (all come at the end, last first), delay (each waits for a
        deliver_due 2 real seconds later).
        Raises TokenRefused for a token that the carrier would not accept, ValueError for an unknown fault.
        """
        sid = self.start_call(token, to, faults, params)["call_sid"]
        while self._sessions.is_talking(sid):
            self._sessions.end_talk(sid, talk_seconds)
        return self._sessions.report(sid)

    def start_call(
        self, token: str, to: str, faults: Collection[str] = (), params: Mapping[str, str] | None = None
    ) -> Document:
        """As place_call, but an answered call stays live, with the outcome `in-progress`.

        It ends by end_call, by REST, or in deliver_due once the virtual clock has passed its time limit.
        """
        check_faults(faults)
        grant = tokens.check(token, self.account)
        sid = self._sessions.start(grant, {**(params or {}), "To": to}, faults)
        return self._sessions.report(sid)

    def end_call(self, call_sid: str, talk_seconds: int | None = None) -> Document:
        """The far end of a live call hangs up: after `talk_seconds`, or by default at the virtual now.

        `call_sid` is the client leg's. A call that is over stays as it is. Answers as place_call. Raises
        NoCall.
        """
        self._sessions.end_talk(call_sid, talk_seconds)
        return self._sessions.report(call_sid)

    def admit(self, token: str) -> Grant:
        """What a browser with this token may do. Raises TokenRefused."""
        return tokens.check(token, self.account)

    def hold_call(self, token: str, params: Mapping[str, str], line: Line) -> None:
        """A browser's call, in real time and with sound; back when it is over. Raises TokenRefused."""
        self._held.hold(self.admit(token), {"To": "", **params}, line)

    def hang_up(self, call_sid: str) -> None:
        """The browser, or what is left of it, ends its call; one that is over or unknown stays as it is."""
        call = self._calls.get(call_sid)
        if call and self._calls.is_live(call_sid):
            self._sessions.hang_up(call)

    def abandon(self) -> None:
        """Ends the browsers' calls that an earlier process held: their sound went with it."""
        self._held.abandon()

    def note_digits(self, call_sid: str, digits: str) -> None:
        """Digits that a browser dials into its call. Raises NoCall."""
        self._sessions.note_digits(call_sid, digits)

    def look(self, call_sid: str) -> Document:
        """A call so far: as place_call answers, and `live` and the `digits` dialled into it. Or NoCall."""
        return self._sessions.look(call_sid)

    def deliver_due(self) -> int:
        """What the carrier does in its own time, for a host to call each second; how many callbacks it sent.

        Ends calls that have reached their time limit and code calls that nobody answered, sends delayed
        callbacks and those of calls that REST ended, and goes on with what their TwiML says next.
        """
        self._sessions.expire()
        self._code_calls.expire()
        sent = self._callbacks.send_due()
        self._sessions.resume()
        return sent

    def calls(self) -> list[Document]:
        """Every leg as the API shows it, oldest first; a deleted one is only its sid."""
        return self._store.all(KIND)

    def answer_code(self, name: str, digits: str | None, faults: Collection[str] = ()) -> Document:
        """Whoever is called types `digits` into the newest code call of this friendly name, or sid.

        None: nobody answers. Answers {phone, verified, call_sid}, once the callback was sent; faults as of
        place_call. Raises NoCodeCall, or ValueError for an unknown fault.
        """
        return self._code_calls.answer(name, digits, faults)

    def add_caller_id(self, phone_number: str, friendly_name: str = "") -> Document:
        """A verified caller ID, as after its code call was answered rightly."""
        return self._code_calls.add(phone_number, friendly_name)

    def caller_ids(self) -> list[Document]:
        """Every verified caller ID as the API shows it, oldest first."""
        return self._code_calls.standing()
