"""Mails about money. Whoever has no address any more gets none."""

from __future__ import annotations

from chalicelib.core.errors import ProviderError
from chalicelib.core.logs import log
from chalicelib.identity import accounts
from chalicelib.money.rates import MICROS
from chalicelib.providers import mail
from chalicelib.providers.suppressions import Suppressed


def send(account_id: str, template: str, **values: object) -> None:
    """Write to the account's person; raises ProviderError when it should be tried again later."""
    person = accounts.behind(account_id)
    if person is None:
        log.info("nobody to write to", extra={"account_id": account_id, "template": template})
        return
    try:
        mail.send(person.email, template, **values)
    except Suppressed:
        log.info("mail suppressed", extra={"template": template})
    except ProviderError as error:
        if not error.permanent:
            raise
        log.error("mail not sent", extra={"template": template, "code": error.code})


def amount(amount_micros: int, currency: str) -> str:
    """An amount as people read it: two digits of cents, more only where there are more."""
    whole, part = divmod(abs(amount_micros), MICROS)
    sign = "-" if amount_micros < 0 else ""
    return f"{sign}{whole}.{f'{part:06}'.rstrip('0').ljust(2, '0')} {currency}"
