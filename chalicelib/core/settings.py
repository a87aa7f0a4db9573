"""The only reader of the environment: what is missing or wrong stops start-up with a sentence."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

LOCAL_ONLY = (
    "AWS_ENDPOINT_URL",
    "CLOCK_FILE",
    "DECK_FILE",
    "GOOGLE_BASE",
    "STRIPE_API_BASE",
    "TWILIO_API_BASE",
)


class SettingsError(Exception):
    """The deployment is not set up; the message says which setting and what it should be."""


@dataclass(frozen=True)
class Settings:
    """One stage's settings. Secrets are not here: see `core.secrets`."""

    stage: str
    profile: str
    public_url: str
    table_prefix: str
    secrets_id: str
    kms_key_id: str
    deletion_machine_arn: str
    mail_from: str
    controller: str
    privacy_mail: str
    rate_deck: str
    house_number: str
    bcrypt_cost: int
    exports_bucket: str
    clock_file: str | None
    stripe_api_base: str | None
    twilio_api_base: str | None
    deck_file: str | None = None
    packaging: bool = False
    google_base: str | None = None

    @property
    def local(self) -> bool:
        return self.stage == "local"

    @property
    def certificate_key_id(self) -> str:
        """The KMS key that signs certificates: its alias lies beside the other key's."""
        return f"{self.kms_key_id}-certificates"

    @property
    def live(self) -> bool:
        """Real customers and real money: neither a laptop nor a -dev stage."""
        return not self.local and not self.stage.endswith("-dev")


def load(environment: Mapping[str, str]) -> Settings:
    """Check the whole environment at once; raises SettingsError."""

    def need(name: str, pattern: str, meaning: str) -> str:
        value = environment.get(name, "")
        if not re.fullmatch(pattern, value):
            raise SettingsError(f"{name} must be {meaning}; it is {'missing' if not value else 'not'}.")
        return value

    stage = need("STAGE", r"[a-z][a-z0-9-]{1,30}", "the name of the stage")
    if stage != "local":
        for name in LOCAL_ONLY:
            if environment.get(name):
                raise SettingsError(f"{name} belongs to a laptop only; remove it from stage {stage}.")
    settings = Settings(
        stage=stage,
        profile=need("PROFILE", r"[a-z]+", "the name of a policy profile"),
        public_url=need("PUBLIC_URL", r"https?://[^/?#\s]+", "the public origin, without a path"),
        table_prefix=need("TABLE_PREFIX", r"[a-z0-9-]+-", "the tables' prefix, ending in a hyphen"),
        secrets_id=need("SECRETS_ID", r"\S+", "the name of the secret in Secrets Manager"),
        kms_key_id=need("KMS_KEY_ID", r"alias/\S+", "the alias of the KMS key"),
        deletion_machine_arn=need("DELETION_MACHINE_ARN", r"arn:\S+", "the deletion state machine's ARN"),
        mail_from=need("MAIL_FROM", r"[^@\s]+@[^@\s]+", "the address that mails come from"),
        controller=need(
            "CONTROLLER",
            r"[^\[\]<>{}\n]{8,300}",
            "who runs the service: name and postal address, no placeholder",
        ),
        privacy_mail=need("PRIVACY_MAIL", r"[^@\s]+@[^@\s]+", "the address for questions about privacy"),
        rate_deck=need("RATE_DECK", r"[a-z0-9-]+", "the name of a compiled rate deck"),
        house_number=need("HOUSE_NUMBER", r"\+[1-9]\d{6,14}", "our own number, in E.164"),
        bcrypt_cost=int(need("BCRYPT_COST", r"[4-9]|1[0-6]", "a bcrypt cost between 4 and 16")),
        exports_bucket=need("EXPORTS_BUCKET", r"[a-z0-9][a-z0-9-]{2,62}", "the bucket of people's files"),
        clock_file=environment.get("CLOCK_FILE") or None,
        stripe_api_base=environment.get("STRIPE_API_BASE") or None,
        twilio_api_base=environment.get("TWILIO_API_BASE") or None,
        deck_file=environment.get("DECK_FILE") or None,
        packaging=environment.get("AWS_CHALICE_CLI_MODE") == "true",
        google_base=environment.get("GOOGLE_BASE") or None,
    )
    _refuse_what_a_laptop_only_may(settings)
    return settings


def _refuse_what_a_laptop_only_may(settings: Settings) -> None:
    if settings.local:
        return
    if urlsplit(settings.public_url).scheme != "https":
        raise SettingsError("PUBLIC_URL must be https outside a laptop.")
    if settings.bcrypt_cost < 12:
        raise SettingsError("BCRYPT_COST must be at least 12 outside a laptop.")
    if settings.live and settings.rate_deck == "sample":
        raise SettingsError("RATE_DECK is the sample deck, whose prices are invented; deploy your own deck.")


@lru_cache(maxsize=1)
def current() -> Settings:
    """This process's settings, checked once."""
    return load(os.environ)
