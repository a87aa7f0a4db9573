"""Start-up: one sentence for whatever is missing or wrong, and nothing of a laptop's in the cloud."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.core.settings import LOCAL_ONLY, SettingsError, load
from tests.harness.environment import ENVIRONMENT

DEPLOYED = {
    **{name: value for name, value in ENVIRONMENT.items() if name not in LOCAL_ONLY},
    "STAGE": "kinvo",
    "PUBLIC_URL": "https://kinvo.example",
    "BCRYPT_COST": "12",
    "RATE_DECK": "kinvo-2026",
}
WRONG = {
    "STAGE": ["Kinvo", "-", "local stage", "x" * 40],
    "PROFILE": ["../kinvo", "Kinvo", "kinvo.toml"],
    "PUBLIC_URL": [
        "kinvo.example",
        "https://kinvo.example/",
        "https://kinvo.example/api",
        "ftp://kinvo.example",
    ],
    "TABLE_PREFIX": ["vowline", "Vowline-", "-a"],
    "SECRETS_ID": ["two words"],
    "KMS_KEY_ID": ["two words"],
    "DELETION_MACHINE_ARN": ["deletion", "arn:"],
    "MAIL_FROM": ["hello", "a b@example.org"],
    "CONTROLLER": ["Kinvo", "[Company], [Address]", "<name>, 1 Example Street", "x" * 301],
    "PRIVACY_MAIL": ["privacy", "a b@example.org"],
    "RATE_DECK": ["../sample", "Sample", "sample.deck"],
    "HOUSE_NUMBER": ["2025550100", "+02025550100", "+1", "+1202555010012345", "+1202555o100"],
    "EXPORTS_BUCKET": ["two words", "Exports", "x", "-exports"],
    "BCRYPT_COST": ["3", "17", "ten", "-12", "1e1", "012"],
}


def refused(environment: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as refusal:
        load(environment)
    return str(refusal.value)


def test_a_laptop_and_a_deployed_stage_start() -> None:
    assert load(ENVIRONMENT).local
    assert not load(ENVIRONMENT).live
    assert load(DEPLOYED).live
    assert not load({**DEPLOYED, "STAGE": "kinvo-dev"}).live


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("environment", [ENVIRONMENT, DEPLOYED], ids=["laptop", "deployed"])
def test_a_missing_setting_is_named_in_one_sentence(environment: dict[str, str], name: str) -> None:
    without = {key: value for key, value in environment.items() if key != name}
    for told in (refused(without), refused({**environment, name: ""})):
        assert told.startswith(f"{name} must be ")
        assert told.endswith("missing.")
        assert "\n" not in told


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in WRONG for value in WRONG[name]])
def test_a_wrong_setting_is_named_and_its_value_kept_back(name: str, value: str) -> None:
    told = refused({**DEPLOYED, name: value})
    assert told.startswith(f"{name} must be ")
    assert told.endswith("it is not.")


@pytest.mark.parametrize("name", LOCAL_ONLY)
def test_what_belongs_to_a_laptop_is_refused_elsewhere(name: str) -> None:
    assert load({**ENVIRONMENT, name: "/tmp/x"}).local
    for stage in ("kinvo", "kinvo-dev"):
        told = refused({**DEPLOYED, "STAGE": stage, name: "http://127.0.0.1:8001"})
        assert told.startswith(f"{name} belongs to a laptop only")
    assert load({**DEPLOYED, name: ""}).live


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"PUBLIC_URL": "http://kinvo.example"}, "PUBLIC_URL"),
        ({"BCRYPT_COST": "11"}, "BCRYPT_COST"),
        ({"RATE_DECK": "sample"}, "RATE_DECK"),
    ],
)
def test_what_is_good_enough_for_a_laptop_is_not_for_customers(changed: dict[str, str], named: str) -> None:
    assert refused({**DEPLOYED, **changed}).startswith(named)


def test_a_stage_without_customers_may_use_the_sample_deck() -> None:
    assert load({**DEPLOYED, "STAGE": "kinvo-dev", "RATE_DECK": "sample"}).rate_deck == "sample"


@pytest.mark.parametrize(
    "changed", [{"STAGE": ""}, {"PROFILE": "nobody"}], ids=["no stage", "no such profile"]
)
def test_the_functions_do_not_even_load_without_their_settings(changed: dict[str, str]) -> None:
    """Lambda then reports the sentence at the first start of a deployment, not at a customer's request."""
    root = Path(__file__).parents[2]
    environment = {**os.environ, **ENVIRONMENT, **changed, "PYTHONPATH": str(root)}
    started = subprocess.run(
        [sys.executable, "-c", "import app"],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode != 0
    assert f"SettingsError: {next(iter(changed))} must " in started.stderr
