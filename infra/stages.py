"""Stages: what .chalice/config.json says of each, and the template's parameters that follow from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.policy import calendar, profile
from chalicelib.policy.profile import Profile
from infra import front

ROOT = Path(__file__).resolve().parent.parent


class UnknownStage(Exception):
    """No such stage; the message says which there are."""


@dataclass(frozen=True)
class Stage:
    """One stage and the environment of its functions, as far as it is known before deployment."""

    name: str
    environment: Mapping[str, str]

    @property
    def local(self) -> bool:
        return self.name == "local"

    @property
    def live(self) -> bool:
        """Real customers and real money."""
        return not self.local and not self.name.endswith("-dev")

    def parameters(self) -> dict[str, str]:
        """The template's parameters that this stage decides itself; the others are asked for."""
        policy = profile.load(self.environment["PROFILE"])
        rules = policy.settings
        decided = {
            "Prefix": self.environment["TABLE_PREFIX"],
            "ServiceName": self.environment["POWERTOOLS_SERVICE_NAME"],
            "KeyAliasName": self.environment["KMS_KEY_ID"],
            "Protected": _yes_or_no(self.live),
            "Deployed": _yes_or_no(not self.local),
            "PersonBackupDays": str(calendar.duration(rules.person_backup).days),
            "LogDays": str(calendar.duration(rules.logs).days),
            "ExportDays": str(_export_days(policy)),
            "HomeRegion": rules.region,
        }
        if not self.local:
            decided["ContentPolicy"] = front.content_policy(policy)
        if self.local:
            decided |= {
                "PublicUrl": self.environment["PUBLIC_URL"],
                "MailFrom": self.environment["MAIL_FROM"],
                "MailIdentity": self.environment["MAIL_FROM"],
                "Controller": self.environment["CONTROLLER"],
                "PrivacyMail": self.environment["PRIVACY_MAIL"],
                "HouseNumber": self.environment["HOUSE_NUMBER"],
            }
        return decided


def load(name: str, override: Mapping[str, str] | None = None) -> Stage:
    """A stage of .chalice/config.json; `override` wins over its environment. Raises UnknownStage."""
    config = configuration()
    if name not in config["stages"]:
        raise UnknownStage(
            f"There is no stage {name}; .chalice/config.json has {', '.join(config['stages'])}."
        )
    environment = config["environment_variables"] | config["stages"][name]["environment_variables"]
    return Stage(name, environment | dict(override or {}))


def configuration() -> dict[str, Any]:
    """Chalice's own configuration file."""
    loaded: dict[str, Any] = json.loads((ROOT / ".chalice" / "config.json").read_text())
    return loaded


def _export_days(policy: Profile) -> int:
    """What the inventory says of the bucket of files; a day for a policy that has none."""
    lives = [store.life for store in policy.store if store.id == "exports" and store.life]
    return calendar.duration(lives[0]).days if lives else 1


def _yes_or_no(value: bool) -> str:
    return "true" if value else "false"
