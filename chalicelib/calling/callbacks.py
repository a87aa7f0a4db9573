"""What the carrier posts about a call, as far as we read it; it sends more, all of it signed."""

from __future__ import annotations

from typing import Annotated

import msgspec

AccountSid = Annotated[str, msgspec.Meta(description="Our account at Twilio; another one's is refused.")]
CallSid = Annotated[str, msgspec.Meta(description="Twilio's id of this side of the call.")]


class CallStarted(msgspec.Struct):
    """A browser asks to be connected, or our answer to that could not be used."""

    AccountSid: AccountSid
    CallSid: CallSid
    From: Annotated[
        str, msgspec.Meta(description="`client:` and the account id that the token was issued to.")
    ]
    To: Annotated[
        str, msgspec.Meta(description="What the browser dialled, in E.164 if it is to be connected.")
    ]
    call_id: Annotated[str, msgspec.Meta(description="The call that the token was issued for.")]
    signature: Annotated[str, msgspec.Meta(description="Ours over account, call and caller ID.")]
    caller_id: Annotated[str, msgspec.Meta(description="The caller ID that the token was issued for.")] = ""


class CallEnded(msgspec.Struct):
    """The dialled side has ended."""

    AccountSid: AccountSid
    CallSid: CallSid
    ParentCallSid: Annotated[str, msgspec.Meta(description="The browser's side.")]
    CallStatus: Annotated[
        str, msgspec.Meta(description="`completed`, `busy`, `no-answer`, `failed` or `canceled`.")
    ]
    CallDuration: Annotated[str, msgspec.Meta(description="Seconds since the answer.")] = "0"
    Timestamp: Annotated[str, msgspec.Meta(description="When, as RFC 2822 writes it.")] = ""
