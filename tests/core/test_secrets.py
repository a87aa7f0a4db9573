"""The stage's secrets: complete or refused, kept for five minutes, and on through an outage."""

from __future__ import annotations

import json
from collections.abc import Iterator
from unittest import mock

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.core import aws, secrets
from chalicelib.core.secrets import LIFE_SECONDS
from chalicelib.core.settings import SettingsError
from tests.harness.environment import ENVIRONMENT, SECRETS
from tests.harness.killpoints import intercepted
from tests.harness.stage import Stage


class Vault:
    """Secrets Manager as `secrets` sees it: how often it was asked, and whether it is down."""

    def __init__(self) -> None:
        self.asked = 0
        self.down: Exception | None = None

    def look(self, _: int, operation: str) -> None:
        if operation == "GetSecretValue":
            self.asked += 1
            if self.down:
                raise self.down

    def put(self, document: object) -> None:
        boto3.client("secretsmanager").put_secret_value(
            SecretId=ENVIRONMENT["SECRETS_ID"], SecretString=json.dumps(document)
        )


@pytest.fixture
def vault(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vault]:
    """A process that has not asked for its secrets yet."""
    made = Vault()
    monkeypatch.setattr(secrets, "_cached", None)
    with intercepted(made.look):
        yield made


@pytest.fixture
def later() -> Iterator[mock.Mock]:
    """The process's own clock, in our hand."""
    with mock.patch("chalicelib.core.clock.monotonic", return_value=1000.0) as moment:
        yield moment


NOT_FOR_ALL = {"google_client_id", "google_client_secret"}


def test_a_missing_secret_is_named(vault: Vault) -> None:
    for name in SECRETS.keys() - NOT_FOR_ALL:
        vault.put({key: value for key, value in SECRETS.items() if key != name})
        with pytest.raises(SettingsError, match=name):
            secrets.current()


def test_what_only_some_services_need_is_missed_by_those(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in NOT_FOR_ALL:
        vault.put({key: value for key, value in SECRETS.items() if key != name})
        secrets.current()
        with pytest.raises(SettingsError, match=name):
            secrets.needed(name)
        monkeypatch.setattr(secrets, "_cached", None)
        monkeypatch.setattr(secrets, "_expected", set())
        secrets.expect(*NOT_FOR_ALL)
        with pytest.raises(SettingsError, match=name):
            secrets.current()
        monkeypatch.setattr(secrets, "_expected", set())


def test_an_empty_secret_is_refused(vault: Vault) -> None:
    for name, value in SECRETS.items():
        empties: list[object] = [[], [""], [value[0], ""]] if isinstance(value, list) else [""]
        for empty in empties:
            vault.put({**SECRETS, name: empty})
            with pytest.raises(SettingsError, match=name):
                secrets.current()


@pytest.mark.parametrize("document", ["{", "[]", '"canary"', json.dumps({**SECRETS, "more": "canary"})])
def test_a_secret_of_another_shape_is_refused_without_telling_it(document: str) -> None:
    vault = mock.Mock(**{"get_secret_value.return_value": {"SecretString": document}})
    with (
        mock.patch.object(aws, "client", return_value=vault),
        mock.patch.object(secrets, "_cached", None),
        pytest.raises(SettingsError) as refusal,
    ):
        secrets.current()
    assert str(refusal.value).startswith(f"The secret {ENVIRONMENT['SECRETS_ID']} is not complete")
    assert "canary" not in str(refusal.value)


def test_no_secret_shows_in_a_refusal(vault: Vault) -> None:
    vault.put({**SECRETS, "signing_keys": "canary"})
    with pytest.raises(SettingsError) as refusal:
        secrets.current()
    assert "canary" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_secrets_are_fetched_once_in_five_minutes(vault: Vault, later: mock.Mock) -> None:
    for moment in (1000.0, 1001.0, 1000.0 + LIFE_SECONDS - 0.1):
        later.return_value = moment
        secrets.current()
    assert vault.asked == 1
    vault.put({**SECRETS, "signing_keys": ["new", "signing"]})
    later.return_value = 1000.0 + LIFE_SECONDS
    assert secrets.current().signing_keys == ["new", "signing"]
    assert vault.asked == 2


@pytest.mark.parametrize(
    "down",
    [
        EndpointConnectionError(endpoint_url="https://secretsmanager"),
        ClientError({"Error": {"Code": "ThrottlingException"}}, "GetSecretValue"),
        ClientError({"Error": {"Code": "InternalServiceError"}}, "GetSecretValue"),
    ],
    ids=["unreachable", "throttled", "broken"],
)
def test_known_secrets_serve_on_through_an_outage(vault: Vault, later: mock.Mock, down: Exception) -> None:
    known = secrets.current()
    vault.down = down
    later.return_value += LIFE_SECONDS
    assert secrets.current() is known
    secrets.current()
    assert vault.asked == 2, "an outage is not met with a request for each of ours"
    vault.down = None
    later.return_value += LIFE_SECONDS
    vault.put({**SECRETS, "address_key": "new"})
    assert secrets.current().address_key == "new"


def test_a_process_that_never_had_them_fails_in_an_outage(vault: Vault) -> None:
    vault.down = EndpointConnectionError(endpoint_url="https://secretsmanager")
    with pytest.raises(EndpointConnectionError):
        secrets.current()


@pytest.mark.parametrize(
    ("key", "live"),
    [("sk_test_1", False), ("rk_test_1", False), ("sk_live_1", True), ("rk_live_1", True)],
)
def test_only_a_test_key_is_not_live(vault: Vault, key: str, live: bool) -> None:
    vault.put({**SECRETS, "stripe_api_key": key})
    assert secrets.current().livemode is live
