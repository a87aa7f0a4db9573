"""The stage's secrets: one document in Secrets Manager, cached for a bounded time."""

from __future__ import annotations

from typing import Annotated

import msgspec

from chalicelib.core import aws, clock, settings

Word = Annotated[str, msgspec.Meta(min_length=1)]
Words = Annotated[list[Word], msgspec.Meta(min_length=1)]


class Secrets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lists hold the current secret first, then those still accepted while it rotates.

    `origin_secrets` say that a request came through our distribution, which a laptop does without.
    """

    stripe_api_key: Word
    stripe_webhook_secrets: Words
    twilio_account_sid: Word
    twilio_auth_tokens: Words
    twilio_api_key_sid: Word
    twilio_api_key_secret: Word
    twilio_app_sid: Word
    password_pepper: Word
    address_key: Word
    signing_keys: Words
    google_client_id: Word | None = None
    google_client_secret: Word | None = None
    origin_secrets: Words | None = None

    @property
    def livemode(self) -> bool:
        """Whether Stripe moves real money with our key."""
        return not self.stripe_api_key.startswith(("sk_test_", "rk_test_"))


LIFE_SECONDS = 300
_expected: set[str] = set()
_cached: tuple[float, Secrets] | None = None


def current() -> Secrets:
    """Fetch, or reuse for five minutes. While Secrets Manager is down the old ones serve on."""
    global _cached  # noqa: PLW0603 - a process has one set of secrets
    if _cached and clock.monotonic() - _cached[0] < LIFE_SECONDS:
        return _cached[1]
    try:
        secrets = _fetch()
    except _transient_errors():
        if not _cached:
            raise
        secrets = _cached[1]
    _cached = (clock.monotonic(), secrets)
    return secrets


def expect(*names: str) -> None:
    """From now on a secret without these is not complete: what a profile offers may need them."""
    _expected.update(names)


def needed(name: str) -> str:
    """One that only some profiles need. Raises SettingsError where it is missing."""
    value = getattr(current(), name)
    if value is None:
        raise settings.SettingsError(f"The secret {settings.current().secrets_id} has no `{name}`.")
    return str(value)


def _fetch() -> Secrets:
    id = settings.current().secrets_id
    document = aws.client("secretsmanager").get_secret_value(SecretId=id)["SecretString"]
    try:
        secrets = msgspec.json.decode(document, type=Secrets)
    except msgspec.MsgspecError as error:
        # The library's message names the field, never a value.
        raise settings.SettingsError(f"The secret {id} is not complete: {error}.") from None
    if missing := sorted(name for name in _expected if getattr(secrets, name) is None):
        raise settings.SettingsError(f"The secret {id} is not complete: it has no {', '.join(missing)}.")
    return secrets


def _transient_errors() -> tuple[type[Exception], ...]:
    from botocore.exceptions import BotoCoreError, ClientError

    return (BotoCoreError, ClientError)
