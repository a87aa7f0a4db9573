"""The stage's secrets: one document in Secrets Manager, cached for a bounded time."""

from __future__ import annotations

import time

import msgspec

from chalicelib.core import aws, settings


class Secrets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lists hold the current secret first, then those still accepted while it rotates."""

    stripe_api_key: str
    stripe_webhook_secrets: list[str]
    twilio_account_sid: str
    twilio_auth_tokens: list[str]
    twilio_api_key_sid: str
    twilio_api_key_secret: str
    twilio_app_sid: str
    password_pepper: str
    address_key: str
    signing_keys: list[str]

    def __post_init__(self) -> None:
        if not all(getattr(self, name) for name in self.__struct_fields__):
            raise ValueError("no secret may be empty")

    @property
    def livemode(self) -> bool:
        """Whether Stripe moves real money with our key."""
        return not self.stripe_api_key.startswith(("sk_test_", "rk_test_"))


LIFE_SECONDS = 300
_cached: tuple[float, Secrets] | None = None


def current() -> Secrets:
    """Fetch, or reuse for five minutes. While Secrets Manager is down the old ones serve on."""
    global _cached  # noqa: PLW0603 - a process has one set of secrets
    if _cached and time.monotonic() - _cached[0] < LIFE_SECONDS:
        return _cached[1]
    try:
        secrets = _fetch()
    except _transient_errors():
        if not _cached:
            raise
        secrets = _cached[1]
    _cached = (time.monotonic(), secrets)
    return secrets


def _fetch() -> Secrets:
    id = settings.current().secrets_id
    document = aws.client("secretsmanager").get_secret_value(SecretId=id)["SecretString"]
    try:
        return msgspec.json.decode(document, type=Secrets)
    except msgspec.MsgspecError as error:
        # The library's message names the field, never a value.
        raise settings.SettingsError(f"The secret {id} is not complete: {error}.") from None


def _transient_errors() -> tuple[type[Exception], ...]:
    from botocore.exceptions import BotoCoreError, ClientError

    return (BotoCoreError, ClientError)
