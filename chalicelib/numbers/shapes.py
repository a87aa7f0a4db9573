"""Caller IDs as the API tells them."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from chalicelib.numbers.rules import OwnNumber


class NewCallerId(msgspec.Struct, forbid_unknown_fields=True):
    """A number of your own, in E.164."""

    phone: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class CallerId(msgspec.Struct):
    """A number of yours. While it is pending, answer our call to it and type the `code`.

    One that failed is shown until its call is over for certain; it can be added again.
    """

    id: str
    phone: str
    state: Literal["pending", "verified", "failed"]
    code: str | None


class CallerIdList(msgspec.Struct):
    """Your numbers, oldest first, at most ten that are verified or pending."""

    items: list[CallerId]
    next_cursor: str | None = None


class CodeCallEnded(msgspec.Struct):
    """A code call has ended, as far as we read it; the carrier sends more, all of it signed."""

    AccountSid: Annotated[str, msgspec.Meta(description="Our account at Twilio; another one's is refused.")]
    CallSid: Annotated[str, msgspec.Meta(description="Twilio's id of the code call.")]
    To: Annotated[str, msgspec.Meta(description="The number that was called, in E.164.")]
    VerificationStatus: Annotated[str, msgspec.Meta(description="`success` or `failed`.")]
    OutgoingCallerIdSid: Annotated[
        str, msgspec.Meta(description="Twilio's id of the caller ID, once it is verified.")
    ] = ""


def show(number: OwnNumber) -> CallerId:
    return msgspec.convert(
        {"id": number.id, "phone": number.phone, "state": number.state.value, "code": number.code}, CallerId
    )
