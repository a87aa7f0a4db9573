"""Mails about a person's account, sent while they wait."""

from __future__ import annotations

from chalicelib.core.errors import ProviderError, Refusal
from chalicelib.core.logs import log
from chalicelib.providers import mail
from chalicelib.providers.suppressions import Suppressed


def send(email: str, template: str, **values: object) -> None:
    """Write to an address; refuses with 503 when it may work later.

    One that mail never reaches is only logged, so that the answer is the same for every address.
    """
    try:
        mail.send(email, template, **values)
    except Suppressed:
        log.info("mail suppressed", extra={"template": template})
    except ProviderError as error:
        log.error("mail not sent", extra={"template": template, "code": error.code})
        if not error.permanent:
            sentence = "We can't send mail right now. Please try again in a few minutes."
            raise Refusal(503, "mail-unavailable", sentence, retry_after_seconds=60) from None
