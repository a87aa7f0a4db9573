"""Stages: two for every policy, which differ by name alone and follow what the policy says."""

from __future__ import annotations

import pytest

from chalicelib.policy import profile
from infra import stages, templates
from infra.policy.lints.settings import LOG_DAYS

DEPLOYED = [name for name in stages.configuration()["stages"] if name != "local"]


def test_every_policy_has_a_stage_for_trying_and_one_for_customers() -> None:
    assert sorted(DEPLOYED) == sorted(name + end for name in profile.known() for end in ("", "-dev"))


@pytest.mark.parametrize("name", DEPLOYED)
def test_a_stage_is_its_policys_and_all_that_it_names_is_its_own(name: str) -> None:
    stage = stages.load(name)
    assert stage.environment["PROFILE"] == name.removesuffix("-dev")
    assert stage.live == (not name.endswith("-dev"))
    assert stage.environment["RATE_DECK"] == (name if stage.live else "sample")
    own = ("STAGE", "POWERTOOLS_SERVICE_NAME", "TABLE_PREFIX", "SECRETS_ID", "KMS_KEY_ID")
    assert all(name in stage.environment[variable] for variable in own)
    kinvo = stages.load("kinvo-dev" if name.endswith("-dev") else "kinvo").environment
    assert stage.environment.keys() == kinvo.keys()
    assert all(stage.environment[key] == kinvo[key] for key in kinvo.keys() - {*own, "PROFILE", "RATE_DECK"})


@pytest.mark.parametrize("name", DEPLOYED)
def test_a_template_says_of_backups_logs_and_region_what_the_policy_says(name: str) -> None:
    parameters = templates.join(stages.load(name))["Parameters"]
    rules = profile.load(name.removesuffix("-dev")).settings
    assert parameters["PersonBackupDays"]["Default"] == rules.person_backup.strip("PD")
    assert parameters["LogDays"]["Default"] == rules.logs.strip("PD")
    assert parameters["LogDays"]["Default"] in parameters["LogDays"]["AllowedValues"]
    assert parameters["ExportDays"]["Default"] == "1"
    assert parameters["HomeRegion"]["Default"] == rules.region


def test_the_lengths_that_a_policy_may_give_logs_are_the_templates() -> None:
    allowed = templates.join(stages.load("kinvo"))["Parameters"]["LogDays"]["AllowedValues"]
    assert allowed == [str(days) for days in LOG_DAYS]


@pytest.mark.parametrize("name", DEPLOYED)
def test_a_stack_elsewhere_than_the_policy_promises_is_refused(name: str) -> None:
    home = templates.join(stages.load(name))["Rules"]["AtHome"]
    assert home["RuleCondition"] == {"Fn::Equals": [{"Ref": "Deployed"}, "true"]}
    (assertion,) = home["Assertions"]
    assert assertion["Assert"] == {"Fn::Equals": [{"Ref": "AWS::Region"}, {"Ref": "HomeRegion"}]}
