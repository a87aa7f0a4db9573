"""What sign-up, sign-in and sessions take and give over HTTP."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from chalicelib.core import clock
from chalicelib.identity import details, rules
from chalicelib.policy import profile

Email = Annotated[str, Meta(max_length=rules.ADDRESS_LIMIT, extra_json_schema={"format": "email"})]
NewPassword = Annotated[
    str,
    Meta(
        min_length=rules.PASSWORD_MINIMUM,
        max_length=rules.PASSWORD_LIMIT,
        extra_json_schema={"format": "password", "writeOnly": True},
    ),
]
# Longer than a new one may be: accents may be typed apart on another keyboard.
Password = Annotated[
    str,
    Meta(max_length=4 * rules.PASSWORD_LIMIT, extra_json_schema={"format": "password", "writeOnly": True}),
]


PARENTS = "parental_consent"

# Letters, digits and slashes alone: nothing that a browser could read as another site.
ReturnTo = Annotated[
    str,
    Meta(
        max_length=128,
        pattern=r"^/([A-Za-z0-9_-]+/?)*$",
        description="The path of the site where the browser goes on.",
    ),
]


class NewAccount(Struct, frozen=True, forbid_unknown_fields=True):
    """All that sign-up asks for. The birth date is checked and never stored.

    What else the policy collects is added to it: `new_account`.
    """

    email: Email
    password: NewPassword
    birth_date: date
    policy_version: Annotated[str, Meta(max_length=64)]


class NewYoungAccount(NewAccount, frozen=True, forbid_unknown_fields=True):
    """All that sign-up asks for. The birth date is checked and never stored.

    Who is too young to decide alone names a parent, who is asked by mail before the account opens.
    """

    parent_email: Email | None = None


Token = Annotated[str, Meta(min_length=1, max_length=128)]


class VerificationToken(Struct, frozen=True, forbid_unknown_fields=True):
    """The token of a verification mail's link."""

    token: Token


class ParentAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """The token of the link in a mail to a parent, and whether they allow the account."""

    token: Token
    agreed: bool


class Credentials(Struct, frozen=True, forbid_unknown_fields=True):
    email: Email
    password: Password


class ForgottenPassword(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the mail with a link to a new password goes."""

    email: Email


class PasswordReset(Struct, frozen=True, forbid_unknown_fields=True):
    """The token of the newest such mail's link."""

    token: Token
    password: NewPassword


class PasswordChange(Struct, frozen=True, forbid_unknown_fields=True):
    current_password: Password
    password: NewPassword


class AddressChange(Struct, frozen=True, forbid_unknown_fields=True):
    """The address wanted, and the account's password."""

    email: Email
    password: Password


class AddressToken(Struct, frozen=True, forbid_unknown_fields=True):
    """The token of the link that was mailed to the new address."""

    token: Token


class MeChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What this service's policy lets it keep of you beside address and password; each field alone."""


class Service(Struct, frozen=True):
    """What a client must know of the service's policy."""

    id: str
    title: str
    policy_version: str
    offers: list[str]
    currency: str


class Me(Struct, frozen=True):
    """The person behind this session. `status` is active, closed, or suspended while a deletion is under way.

    Who closed their account at `closed_at` can read it until `ends_at`.

    Of names, phone, address and country there is what the policy collects; null where nothing was given.
    """

    user_id: str
    account_id: str
    email: str
    status: str
    created_at: datetime
    policy_version: str
    csrf_token: str
    service: Service
    name: str | UnsetType | None = UNSET
    business_name: str | UnsetType | None = UNSET
    phone: str | UnsetType | None = UNSET
    billing_address: str | UnsetType | None = UNSET
    country: str | UnsetType | None = UNSET
    closed_at: datetime | None = None
    ends_at: datetime | None = None


class Login(Struct, frozen=True):
    csrf_token: str
    me: Me


class SessionDetail(Struct, frozen=True):
    """A browser that is signed in; `current` is the one that asks."""

    id: str
    created_at: datetime
    expires_at: datetime
    current: bool


class SessionList(Struct, frozen=True):
    items: list[SessionDetail]
    next_cursor: str | None = None


def new_account() -> type[Struct]:
    """NewAccount as the policy has it."""
    asks_parents = profile.offers(PARENTS)
    return details.sign_up_shape("NewAccount", NewYoungAccount if asks_parents else NewAccount)


def me_change() -> type[Struct]:
    """MeChange as the policy has it."""
    return details.change_shape("MeChange", MeChange)


def sign_up_schema() -> dict[str, Any]:
    """The JSON schema of NewAccount, with the policy version and the age that hold today."""
    schema: dict[str, Any] = msgspec.json.schema(new_account())["$defs"]["NewAccount"]
    active = profile.current()
    properties = schema["properties"]
    properties["policy_version"]["const"] = active.version
    rules_of = active.settings
    with_parent = rules_of.parental_consent_from if profile.offers(PARENTS) else None
    properties["birth_date"]["description"] = (
        f"You must be at least {rules_of.minimum_age}"
        f"{f', or {with_parent} with a parent,' if with_parent else ''} on {clock.now():%Y-%m-%d} (UTC). "
        "It is checked and not stored."
    )
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


class GoogleSignUp(Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody new says before they are sent to Google. The birth date is checked and never stored."""

    policy_version: Annotated[str, Meta(max_length=64)]
    birth_date: date
    return_to: ReturnTo = "/"


class GoogleReturn(Struct, frozen=True):
    """What Google sends a browser back with; it may say more, which nothing here needs."""

    state: Annotated[str, Meta(max_length=128, description="What we sent the browser to Google with.")] = ""
    code: Annotated[str, Meta(max_length=2048, description="What Google tells us who it is for.")] = ""
    error: Annotated[str, Meta(max_length=256, description="Why Google gives no code.")] = ""


class GoogleWish(Struct, frozen=True, forbid_unknown_fields=True):
    """Where to go on after signing in: one of the site's own paths."""

    return_to: ReturnTo = "/"


class GooglePage(Struct, frozen=True):
    """Where the browser is to go now."""

    url: str
