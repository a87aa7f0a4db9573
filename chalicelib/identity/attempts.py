"""How often strangers may try what needs no session: sign up, sign in, ask for mails, spend links.

Whoever is limited gets no further in the row of counters, so that a limited network uses up no address's
tries, nor a limited address everybody's. A known device has its own counter, beside one of all its
person's, and stands in no such row: it signs in while strangers try the same address from everywhere. From
an unknown one, the way in is a new password by mail, whose link lives at least as long as its address's
window, so that one of them always works, but while strangers use up the mails that all share.
"""

from __future__ import annotations

from chalicelib.core import throttles
from chalicelib.core.requests import Incoming
from chalicelib.core.throttles import Limit
from chalicelib.identity import devices
from chalicelib.identity.models import User

MINUTES = 60
HOUR = 3600
DAY = 24 * HOUR

SIGN_UP_SOURCE = Limit("sign-up-source", 20, HOUR, shared=True)
SIGN_UP_ADDRESS = Limit("sign-up-address", 5, HOUR)
SIGN_UP_ALL = Limit("sign-up-all", 1000, HOUR, shared=True)

SIGN_IN_DEVICE = Limit("sign-in-device", 10, 5 * MINUTES)
SIGN_IN_PERSON = Limit("sign-in-person", 30, 5 * MINUTES)
SIGN_IN_SOURCE = Limit("sign-in-source", 30, 5 * MINUTES, shared=True)
SIGN_IN_ADDRESS = Limit("sign-in-address", 10, 5 * MINUTES)
SIGN_IN_ALL = Limit("sign-in-all", 1000, 5 * MINUTES, shared=True)

FORGOT_SOURCE = Limit("forgot-source", 10, HOUR, shared=True)
FORGOT_ADDRESS = Limit("forgot-address", 3, HOUR)
FORGOT_ALL = Limit("forgot-all", 1000, HOUR, shared=True)

GOOGLE_SOURCE = Limit("google-source", 60, 5 * MINUTES, shared=True)

LINK_SOURCE = Limit("link-source", 60, 5 * MINUTES, shared=True)
PASSWORD_CHECKS = Limit("password-checks", 10, 15 * MINUTES)
PARENT_ADDRESS = Limit("parent-address", 3, HOUR)
NEW_ADDRESS_PERSON = Limit("new-address-person", 5, DAY)
NEW_ADDRESS_ADDRESS = Limit("new-address-address", 3, HOUR)


def sign_up(request: Incoming, email: str) -> None:
    """One more mail to this address, and one more bcrypt; refuses with 429, as all of these do."""
    throttles.take(SIGN_UP_SOURCE, request.source)
    throttles.take(SIGN_UP_ADDRESS, email.lower())
    throttles.take(SIGN_UP_ALL)


def sign_in(request: Incoming, email: str, user: User | None) -> None:
    """One more password for this address; `user` is whose it is, if anybody's."""
    device = devices.known(request, user)
    if user and device:
        throttles.take(SIGN_IN_DEVICE, device)
        throttles.take(SIGN_IN_PERSON, user.user_id)
    else:
        throttles.take(SIGN_IN_SOURCE, request.source)
        throttles.take(SIGN_IN_ADDRESS, email.lower())
        throttles.take(SIGN_IN_ALL)


def forgot(request: Incoming, email: str) -> None:
    """One more mail with a link for a new password."""
    throttles.take(FORGOT_SOURCE, request.source)
    throttles.take(FORGOT_ADDRESS, email.lower())
    throttles.take(FORGOT_ALL)


def go_to_google(request: Incoming) -> None:
    """One more browser that is sent to Google."""
    throttles.take(GOOGLE_SOURCE, request.source)


def use_link(request: Incoming) -> None:
    """One more token of a mail's link; nobody guesses one, so this only bounds what guessing costs us."""
    throttles.take(LINK_SOURCE, request.source)


def ask_parent(email: str) -> None:
    """One more mail to a parent, whose address a child has typed."""
    throttles.take(PARENT_ADDRESS, email.lower())


def check_password(user_id: str) -> None:
    """One more password typed by who is signed in already: a stolen session must not be good for guessing."""
    throttles.take(PASSWORD_CHECKS, user_id)


def change_address(user_id: str, email: str) -> None:
    """One more mail to an address that somebody says is theirs."""
    throttles.take(NEW_ADDRESS_PERSON, user_id)
    throttles.take(NEW_ADDRESS_ADDRESS, email.lower())
