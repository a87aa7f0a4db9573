"""What a deployment is asked for, since no file of the project can know it."""

from __future__ import annotations

import pytest

from tests.infra.package.described import DEPLOYED, Templates


@pytest.mark.parametrize("stage", DEPLOYED)
def test_what_only_the_operator_knows_is_asked_for(templates: Templates, stage: str) -> None:
    parameters = templates.read(stage)["Parameters"]
    assert {name for name, parameter in parameters.items() if "Default" not in parameter} == {
        *("AlarmEmail", "CertificateArn", "DomainName"),
        *("Controller", "HouseNumber", "MailFrom", "MailIdentity"),
        *("OriginSecret", "PrivacyMail", "PublicUrl"),
    }
