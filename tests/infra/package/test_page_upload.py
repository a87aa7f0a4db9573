"""The page goes into its bucket whole, and nothing old stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra import page

ORIGIN = {"Id": "page", "DomainName": "page.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
DISTRIBUTION: Any = {
    "CallerReference": "one",
    "Comment": "",
    "Enabled": True,
    "Origins": {"Quantity": 1, "Items": [ORIGIN]},
    "DefaultCacheBehavior": {"TargetOriginId": "page", "ViewerProtocolPolicy": "https-only"},
}


@pytest.fixture
def session() -> Iterator[boto3.Session]:
    with mock_aws():
        made = boto3.Session(region_name="us-east-1")
        made.client("s3").create_bucket(Bucket="page")
        yield made


@pytest.fixture
def distribution(session: boto3.Session) -> str:
    made = session.client("cloudfront").create_distribution(DistributionConfig=DISTRIBUTION)
    return str(made["Distribution"]["Id"])


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(name)


def test_every_file_is_served_as_what_it_is(
    session: boto3.Session, distribution: str, tmp_path: Path
) -> None:
    write(tmp_path, "index.html", "app/main.js", "style.css")
    assert page.publish(session, "page", distribution, tmp_path) == ["app/main.js", "index.html", "style.css"]
    s3 = session.client("s3")
    found = {}
    for key in ("index.html", "app/main.js", "style.css"):
        served = s3.get_object(Bucket="page", Key=key)
        assert served["Body"].read().decode() == key
        found[key] = (served["ContentType"], served["CacheControl"])
    assert found == {
        "index.html": ("text/html", "no-cache"),
        "app/main.js": ("text/javascript", "public, max-age=3600"),
        "style.css": ("text/css", "public, max-age=3600"),
    }


def test_what_has_its_hash_in_its_name_is_kept_for_a_year_and_the_front_is_the_stages_own(
    session: boto3.Session, distribution: str, tmp_path: Path
) -> None:
    write(tmp_path, "index.html", "assets/main-1a2b.js", ".vite/manifest.json")
    keys = page.publish(session, "page", distribution, tmp_path, b"<p>told of its service")
    assert keys == ["assets/main-1a2b.js", "index.html"]
    s3 = session.client("s3")
    served = s3.get_object(Bucket="page", Key="assets/main-1a2b.js")
    assert served["CacheControl"] == "public, max-age=31536000, immutable"
    assert s3.get_object(Bucket="page", Key="index.html")["Body"].read() == b"<p>told of its service"


def test_what_is_no_part_of_the_page_any_more_goes_and_is_forgotten(
    session: boto3.Session, distribution: str, tmp_path: Path
) -> None:
    write(tmp_path, "index.html", "old.js")
    page.publish(session, "page", distribution, tmp_path)
    (tmp_path / "old.js").unlink()
    page.publish(session, "page", distribution, tmp_path)
    listed = session.client("s3").list_objects_v2(Bucket="page")["Contents"]
    assert [entry["Key"] for entry in listed] == ["index.html"]
    made = session.client("cloudfront").list_invalidations(DistributionId=distribution)
    assert made["InvalidationList"]["Quantity"] == 2
