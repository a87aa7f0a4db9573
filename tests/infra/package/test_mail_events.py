"""How SES tells what became of a mail: one topic, one function, and no list of addresses."""

from __future__ import annotations

import pytest

from tests.infra.package.described import DEPLOYED, Templates, resources


@pytest.mark.parametrize("stage", DEPLOYED)
def test_what_comes_back_is_told_to_one_function_and_by_ses_alone(templates: Templates, stage: str) -> None:
    template = templates.read(stage)
    [events] = resources(template, "AWS::SES::ConfigurationSetEventDestination").values()
    assert events["EventDestination"]["MatchingEventTypes"] == ["bounce", "complaint"]
    assert events["EventDestination"]["SnsDestination"] == {"TopicARN": {"Ref": "MailTopic"}}
    [mails] = resources(template, "AWS::SES::ConfigurationSet").values()
    assert mails["SuppressionOptions"] == {"SuppressedReasons": []}, "no list of addresses is kept elsewhere"
    topic = resources(template, "AWS::SNS::Topic")["MailTopic"]
    assert topic["KmsMasterKeyId"] == {"Ref": "Key"}
    [policy] = resources(template, "AWS::SNS::TopicPolicy").values()
    [statement] = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "ses.amazonaws.com"}
    source = statement["Condition"]["StringEquals"]["aws:SourceArn"]["Fn::Sub"]
    assert source.endswith(f":configuration-set/{mails['Name']['Fn::Sub']}")
    permission = resources(template, "AWS::Lambda::Permission")["MailPermission"]
    assert permission["SourceArn"] == {"Ref": "MailTopic"}
