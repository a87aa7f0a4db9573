"""Code calls: a number becomes a caller ID when whoever answers it types the code that was asked for."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from infra.local.carrier import far_end
from infra.local.carrier.account import Account
from infra.local.carrier.callbacks import Callbacks, check_faults
from infra.local.carrier.calls import API_VERSION, Calls
from infra.local.carrier.errors import error
from infra.local.carrier.legs import moment
from infra.local.carrier.moments import rfc2822
from infra.local.exchange import Answered
from infra.local.store import Document, Store

CODE_CALL = "code_call"
CALLER_ID = "outgoing_caller_ids"
CALLS_FROM = "+14157234000"
PATIENCE = timedelta(minutes=2)
TALK_SECONDS = 20
LONGEST_NAME = 64


class NoCodeCall(Exception):
    """No code call is under way under this name."""


class CodeCalls:
    """Calls that ask for a code. They end by `answer`, or unanswered in `expire`."""

    def __init__(
        self,
        store: Store,
        account: Account,
        now: Callable[[], datetime],
        *,
        calls: Calls,
        callbacks: Callbacks,
    ) -> None:
        self._store = store
        self._account = account
        self._now = now
        self._calls = calls
        self._callbacks = callbacks

    def place(self, form: Mapping[str, str]) -> Answered:
        """A validation request by REST: the call rings, and the answer has its code."""
        phone, name = form.get("PhoneNumber", ""), form.get("FriendlyName", "")
        if not far_end.is_dialable(phone) or len(name) > LONGEST_NAME:
            return error(400, 21401, "Invalid Phone Number")
        if any(standing["phone_number"] == phone for standing in self.standing()):
            return error(400, 21450, "Phone number is already validated for your account")
        at = self._now().replace(microsecond=0)
        call = self._calls.open(CALLS_FROM, phone, "ringing", at, direction="outbound-api")
        asked = {
            "sid": call["sid"],
            "phone": phone,
            "name": name or far_end.formatted(phone),
            "code": f"{secrets.randbelow(10**6):06}",
            "url": form.get("StatusCallback", ""),
            "at": at.isoformat(),
        }
        self._store.put(CODE_CALL, asked["sid"], asked)
        told = {"call_sid": asked["sid"], "account_sid": self._account.account_sid}
        shown = {"friendly_name": asked["name"], "validation_code": asked["code"]}
        return Answered.json(200, {**told, "phone_number": phone, **shown})

    def answer(self, name: str, digits: str | None, faults: Collection[str]) -> Document:
        """Type `digits` into the newest call under this friendly name or sid; None: nobody answers.

        Answers {phone, verified, call_sid}. Raises NoCodeCall.
        """
        check_faults(faults)
        waiting = [asked for asked in self._store.all(CODE_CALL) if name in (asked["name"], asked["sid"])]
        if not waiting or not self._store.delete(CODE_CALL, waiting[-1]["sid"]):
            raise NoCodeCall(f"no code call is under way for {name}")
        return self._end(waiting[-1], digits, faults, later=False)

    def expire(self) -> None:
        """Ends the calls that nobody answered; their callbacks go to the outbox."""
        for asked in self._store.all(CODE_CALL):
            over = self._now() >= moment(asked["at"]) + PATIENCE
            if over and self._store.delete(CODE_CALL, asked["sid"]):
                self._end(asked, None, (), later=True)

    def add(self, phone: str, name: str = "") -> Document:
        """A verified caller ID, as after its code call was answered rightly."""
        sid, now = f"PN{secrets.token_hex(16)}", rfc2822(self._now())
        caller_id = {
            "sid": sid,
            "date_created": now,
            "date_updated": now,
            "friendly_name": name or far_end.formatted(phone),
            "account_sid": self._account.account_sid,
            "phone_number": phone,
            "uri": f"/{API_VERSION}/Accounts/{self._account.account_sid}/OutgoingCallerIds/{sid}.json",
        }
        self._store.put(CALLER_ID, sid, caller_id)
        return caller_id

    def standing(self) -> list[Document]:
        """Caller IDs that are not deleted, of which nothing but the sid is left."""
        return [document for document in self._store.all(CALLER_ID) if "phone_number" in document]

    def _end(self, asked: Document, digits: str | None, faults: Collection[str], *, later: bool) -> Document:
        at = moment(asked["at"]) + timedelta(seconds=TALK_SECONDS)
        if digits is None:
            call = self._calls.finish(asked["sid"], "no-answer", at, 0)
        else:
            call = self._calls.finish(asked["sid"], "completed", at, TALK_SECONDS)
        verified = digits == asked["code"]
        told = _params(call or {}, "success" if verified else "failed", at)
        if verified:
            told["OutgoingCallerIdSid"] = self._added(asked)
        copies = 0 if "lose_completed" in faults or not asked["url"] else 2 if "duplicate" in faults else 1
        self._callbacks.send({"url": asked["url"], "faults": list(faults)}, [told] * copies, later=later)
        return {"phone": asked["phone"], "verified": verified, "call_sid": asked["sid"]}

    def _added(self, asked: Document) -> str:
        """A number has one caller ID, however many calls asked for its code at once."""
        for standing in self.standing():
            if standing["phone_number"] == asked["phone"]:
                return str(standing["sid"])
        return str(self.add(asked["phone"], asked["name"])["sid"])


def _params(call: Document, status: str, at: datetime) -> dict[str, str]:
    return {
        "AccountSid": call["account_sid"],
        "ApiVersion": API_VERSION,
        "CallSid": call["sid"],
        "CallStatus": call["status"],
        "CallDuration": call["duration"],
        "Direction": call["direction"],
        "From": call["from"],
        "Caller": call["from"],
        "To": call["to"],
        "Called": call["to"],
        "Timestamp": rfc2822(at),
        "VerificationStatus": status,
    }
