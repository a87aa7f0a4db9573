"""What every stage's merged template must hold: functions, logs, alarms, gateway and origin."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from pathlib import Path

import pytest

from chalicelib.core import metrics, requests
from chalicelib.core.doors import DOORS
from chalicelib.identity import attempts
from infra import check_template
from infra.stages import ROOT
from tests.harness.lambda_door import application
from tests.infra.package.described import DEPLOYED, STAGES, Templates, resources

FUNCTIONS = {"APIHandler", "Sweep", "Exports", "Daily", "Deletion", "MailEvents"}
KEY = {"Fn::GetAtt": ["Key", "Arn"]}
UNDELIVERED = {"Fn::GetAtt": ["Undelivered", "Arn"]}


@pytest.mark.parametrize("stage", STAGES)
def test_cfn_lint_has_nothing_to_say(templates: Templates, stage: str) -> None:
    assert check_template.lint(templates.file(stage)) == []


def test_cfn_lint_is_really_asked(tmp_path: Path) -> None:
    file = tmp_path / "broken.json"
    table = {"Type": "AWS::DynamoDB::Table", "Properties": {"BillingMode": "FREE"}}
    file.write_text(json.dumps({"Resources": {"Table": table}}))
    assert "FREE" in " ".join(check_template.lint(file))


@pytest.mark.parametrize("stage", STAGES)
def test_there_are_the_six_functions(templates: Templates, stage: str) -> None:
    functions = resources(templates.read(stage), "AWS::Serverless::Function")
    assert set(functions) == FUNCTIONS
    for function in functions.values():
        assert function["Architectures"] == (["x86_64"] if stage == "local" else ["arm64"])
        assert function["Tracing"] == "Active"


@pytest.mark.parametrize("stage", STAGES)
def test_every_function_but_the_api_leaves_a_failed_event_in_the_queue(
    templates: Templates, stage: str
) -> None:
    """But for those that have somebody's address in them."""
    functions = resources(templates.read(stage), "AWS::Serverless::Function")
    assert "DestinationConfig" not in functions["MailEvents"]["EventInvokeConfig"]
    for name, function in functions.items():
        if name not in ("APIHandler", "MailEvents"):
            failed = function["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]
            assert failed == {"Type": "SQS", "Destination": UNDELIVERED}
        for event in function.get("Events", {}).values():
            assert event["Properties"]["DeadLetterConfig"] == {"Arn": UNDELIVERED}


@pytest.mark.parametrize("stage", STAGES)
def test_the_queue_is_encrypted(templates: Templates, stage: str) -> None:
    (queue,) = resources(templates.read(stage), "AWS::SQS::Queue").values()
    assert queue["KmsMasterKeyId"] == KEY


@pytest.mark.parametrize("stage", STAGES)
def test_every_function_and_the_machine_log_with_an_end(templates: Templates, stage: str) -> None:
    groups = resources(templates.read(stage), "AWS::Logs::LogGroup")
    assert {group["LogGroupName"]["Fn::Sub"] for group in groups.values()} == {
        *(f"/aws/lambda/${{{name}}}" for name in FUNCTIONS),
        "/aws/vendedlogs/states/${Prefix}deletion",
        "/aws/apigateway/${Prefix}access",
    }
    assert all(group["RetentionInDays"] == {"Ref": "LogDays"} for group in groups.values())
    assert all(group["KmsKeyId"] == KEY for group in groups.values())


@pytest.mark.parametrize("stage", STAGES)
def test_the_machine_logs_no_data_and_is_traced(templates: Templates, stage: str) -> None:
    (machine,) = resources(templates.read(stage), "AWS::StepFunctions::StateMachine").values()
    assert machine["StateMachineType"] == "STANDARD"
    assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False
    assert machine["LoggingConfiguration"]["Level"] == "ALL"
    assert machine["TracingConfiguration"] == {"Enabled": True}


@pytest.mark.parametrize("stage", STAGES)
def test_functions_know_the_machine_by_name_so_that_nothing_goes_in_circles(
    templates: Templates, stage: str
) -> None:
    for function in resources(templates.read(stage), "AWS::Serverless::Function").values():
        known = function["Environment"]["Variables"]["DELETION_MACHINE_ARN"]["Fn::Sub"]
        assert known.endswith(":stateMachine:${Prefix}deletion")


@pytest.mark.parametrize("stage", STAGES)
def test_the_access_log_names_nobody(templates: Templates, stage: str) -> None:
    api = resources(templates.read(stage), "AWS::Serverless::Api")["RestAPI"]
    assert json.loads(api["AccessLogSetting"]["Format"]) == {
        "request_id": "$context.requestId",
        "status": "$context.status",
        "resource": "$context.resourcePath",
    }
    for settings in api["MethodSettings"]:
        assert (settings["DataTraceEnabled"], settings["LoggingLevel"]) == (False, "OFF")


@pytest.mark.parametrize("stage", STAGES)
def test_the_gateway_takes_less_of_what_strangers_may_ask_for(templates: Templates, stage: str) -> None:
    application()
    api = resources(templates.read(stage), "AWS::Serverless::Api")["RestAPI"]
    everything, *narrower = api["MethodSettings"]
    assert (everything["ResourcePath"], everything["HttpMethod"]) == ("/*", "*")
    limited = {(one["HttpMethod"], one["ResourcePath"][1:].replace("~1", "/")) for one in narrower}
    asked = {(door.method, door.path) for door in DOORS if door.path.startswith("/api/auth/")}
    assert {(method, path) for method, path in asked if method == "POST"} <= limited
    for settings in narrower:
        for kind in ("ThrottlingRateLimit", "ThrottlingBurstLimit"):
            assert 0 < settings[kind] < everything[kind]
    flood = min(settings["ThrottlingRateLimit"] for settings in narrower)
    for limit in (attempts.SIGN_IN_ALL, attempts.SIGN_UP_ALL, attempts.FORGOT_ALL):
        assert limit.count / limit.seconds < flood, "the application's own limits must be met first"


@pytest.mark.parametrize("stage", DEPLOYED)
def test_the_origin_proves_itself_with_a_secret_that_no_description_shows(
    templates: Templates, stage: str
) -> None:
    template = templates.read(stage)
    config = resources(template, "AWS::CloudFront::Distribution")["Distribution"]["DistributionConfig"]
    [api] = [origin for origin in config["Origins"] if origin["Id"] == "api"]
    [header] = api["OriginCustomHeaders"]
    assert header["HeaderName"].lower() == requests.ORIGIN_HEADER
    assert header["HeaderValue"] == {"Ref": "OriginSecret"}
    assert template["Parameters"]["OriginSecret"]["NoEcho"] is True


@pytest.mark.parametrize("stage", STAGES)
def test_the_stage_is_live_and_regional(templates: Templates, stage: str) -> None:
    api = resources(templates.read(stage), "AWS::Serverless::Api")["RestAPI"]
    assert (api["StageName"], api["EndpointConfiguration"]) == ("live", "REGIONAL")


@pytest.mark.parametrize("stage", STAGES)
def test_the_gateways_own_refusals_are_problems_with_our_headers(templates: Templates, stage: str) -> None:
    api = resources(templates.read(stage), "AWS::Serverless::Api")["RestAPI"]
    answers = api["DefinitionBody"]["x-amazon-apigateway-gateway-responses"]
    assert {name: answer.get("statusCode") for name, answer in answers.items()} == {
        "MISSING_AUTHENTICATION_TOKEN": 404,
        "THROTTLED": 429,
        "REQUEST_TOO_LARGE": 413,
        "UNSUPPORTED_MEDIA_TYPE": 415,
        "INTEGRATION_FAILURE": 502,
        "INTEGRATION_TIMEOUT": 504,
        "DEFAULT_4XX": 400,
        "DEFAULT_5XX": 500,
    }
    for answer in answers.values():
        problem = json.loads(answer["responseTemplates"]["application/json"])
        assert problem.keys() == {"type", "title", "status", "detail", "request_id"}
        assert problem["status"] == answer["statusCode"]
        assert problem["title"] == HTTPStatus(answer["statusCode"]).phrase
        headers = answer["responseParameters"]
        assert headers["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
        assert headers["gatewayresponse.header.X-Content-Type-Options"] == "'nosniff'"
        assert headers["gatewayresponse.header.Strict-Transport-Security"].startswith("'max-age=")
        assert headers["gatewayresponse.header.Cache-Control"] == "'no-store'"
        assert all(re.fullmatch("'[^']+'", value) for value in headers.values())


@pytest.mark.parametrize("stage", DEPLOYED)
def test_errors_throttles_undelivered_events_and_failed_deletions_raise_alarms(
    templates: Templates, stage: str
) -> None:
    alarms = resources(templates.read(stage), "AWS::CloudWatch::Alarm")
    assert all(alarm["AlarmActions"] == [{"Ref": "Alarms"}] for alarm in alarms.values())
    watched = {(alarm["MetricName"], json.dumps(alarm.get("Dimensions"))) for alarm in alarms.values()}
    for metric in ("Errors", "Throttles"):
        for name in FUNCTIONS:
            assert (metric, json.dumps([{"Name": "FunctionName", "Value": {"Ref": name}}])) in watched
    machine = [{"Name": "StateMachineArn", "Value": {"Ref": "DeletionMachine"}}]
    assert ("ExecutionsFailed", json.dumps(machine)) in watched
    assert "ApproximateNumberOfMessagesVisible" in {metric for metric, _ in watched}


@pytest.mark.parametrize("stage", DEPLOYED)
def test_an_error_in_any_functions_log_raises_an_alarm(templates: Templates, stage: str) -> None:
    template = templates.read(stage)
    filters = resources(template, "AWS::Logs::MetricFilter").values()
    assert {found["LogGroupName"]["Ref"] for found in filters} == {
        *(
            "ApiHandlerLogGroup",
            "SweepLogGroup",
            "ExportsLogGroup",
            "DailyLogGroup",
            "DeletionLogGroup",
            "MailEventsLogGroup",
        )
    }
    alarm = resources(template, "AWS::CloudWatch::Alarm")["LoggedErrors"]
    for found in filters:
        (metric,) = found["MetricTransformations"]
        assert (metric["MetricNamespace"], metric["MetricName"]) == (alarm["Namespace"], alarm["MetricName"])


@pytest.mark.parametrize("stage", DEPLOYED)
def test_every_metric_of_the_code_has_an_alarm_under_the_stages_name(
    templates: Templates, stage: str
) -> None:
    measured = {
        name
        for file in (ROOT / "chalicelib").rglob("*.py")
        for name in re.findall(r'metrics\.count\(\s*"(\w+)"', file.read_text())
    }
    template = templates.read(stage)
    alarms = {
        alarm["MetricName"]: alarm["Dimensions"]
        for alarm in resources(template, "AWS::CloudWatch::Alarm").values()
        if alarm["Namespace"] == "Vowline"
    }
    measured -= metrics.QUIET
    assert measured
    assert alarms == {name: [{"Name": "service", "Value": {"Ref": "ServiceName"}}] for name in measured}
    for function in resources(template, "AWS::Serverless::Function").values():
        said = function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]
        assert said == template["Parameters"]["ServiceName"]["Default"]


@pytest.mark.parametrize("stage", DEPLOYED)
def test_one_origin_sends_three_paths_to_the_stage_and_the_rest_to_the_page(
    templates: Templates, stage: str
) -> None:
    distribution = resources(templates.read(stage), "AWS::CloudFront::Distribution")["Distribution"]
    config = distribution["DistributionConfig"]
    origins = {origin["Id"]: origin for origin in config["Origins"]}
    assert origins["api"]["OriginPath"] == "/live"
    assert "OriginPath" not in origins["page"]
    assert origins["page"]["OriginAccessControlId"]
    assert config["DefaultCacheBehavior"]["TargetOriginId"] == "page"
    assert {way["PathPattern"] for way in config["CacheBehaviors"]} == {"/api/*", "/v1/*", "/.well-known/*"}
    for way in config["CacheBehaviors"]:
        assert way["TargetOriginId"] == "api"
        assert way["ViewerProtocolPolicy"] == "https-only"
        assert len(way["AllowedMethods"]) == 7
        # The identifiers of AWS's CachingDisabled and AllViewerExceptHostHeader.
        assert way["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
        assert way["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"
    assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"


@pytest.mark.parametrize("stage", DEPLOYED)
def test_nobody_reaches_the_pages_bucket_but_through_the_origin(templates: Templates, stage: str) -> None:
    template = templates.read(stage)
    bucket = resources(template, "AWS::S3::Bucket")["Page"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    allowed = [
        statement
        for statement in resources(template, "AWS::S3::BucketPolicy")["PagePolicy"]["PolicyDocument"][
            "Statement"
        ]
        if statement["Effect"] == "Allow"
    ]
    assert [statement["Principal"] for statement in allowed] == [{"Service": "cloudfront.amazonaws.com"}]
    assert "${Distribution}" in json.dumps(allowed[0]["Condition"])


def test_a_laptop_has_neither_origin_nor_alarms(templates: Templates) -> None:
    kinds = {resource["Type"] for resource in templates.read("local")["Resources"].values()}
    assert not {kind for kind in kinds if "CloudFront" in kind or "CloudWatch" in kind}


@pytest.mark.parametrize("stage", STAGES)
def test_peoples_files_are_private_encrypted_with_our_key_and_gone_in_a_day(
    templates: Templates, stage: str
) -> None:
    template = templates.read(stage)
    bucket = resources(template, "AWS::S3::Bucket")["ExportsBucket"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    [rule] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}
    [rule] = bucket["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["ExpirationInDays"], "Prefix" in rule) == (
        "Enabled",
        {"Ref": "ExportDays"},
        False,
    )
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert "VersioningConfiguration" not in bucket, "what is deleted is gone"
    [statement] = resources(template, "AWS::S3::BucketPolicy")["ExportsBucketPolicy"]["PolicyDocument"][
        "Statement"
    ]
    assert (statement["Effect"], statement["Condition"]) == (
        "Deny",
        {"Bool": {"aws:SecureTransport": "false"}},
    )
