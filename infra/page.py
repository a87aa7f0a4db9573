"""The page, into the bucket behind CloudFront: `python -m infra.page --stage kinvo`."""

from __future__ import annotations

import argparse
import mimetypes
import sys
import time
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra import stack, stages
from infra.stages import ROOT

WEB = ROOT / "web" / "first"


def publish(session: boto3.Session, bucket: str, distribution: str, folder: Path = WEB) -> list[str]:
    """Upload every file, delete what is no longer there, drop what CloudFront remembers; returns the keys.

    A page is asked for afresh each time; what it loads may be kept for an hour.
    """
    s3 = session.client("s3")
    files = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
    # Pages last: none may name a script that is not there yet.
    for key in sorted(files, key=lambda key: (key.endswith(".html"), key)):
        s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=files[key].read_bytes(),
            ContentType=mimetypes.guess_type(key)[0] or "application/octet-stream",
            CacheControl="no-cache" if key.endswith(".html") else "public, max-age=3600",
        )
    for listed in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for entry in listed.get("Contents", []):
            if entry["Key"] not in files:
                s3.delete_object(Bucket=bucket, Key=entry["Key"])
    session.client("cloudfront").create_invalidation(
        DistributionId=distribution,
        InvalidationBatch={"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": str(time.time_ns())},
    )
    return sorted(files)


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m infra.page", description="Publish the page.")
    arguments.add_argument("--stage", required=True, help="a stage that is deployed")
    stage = arguments.parse_args().stage
    session = boto3.Session()
    try:
        outputs = stack.outputs(session.client("cloudformation"), f"vowline-{stages.load(stage).name}")
        keys = publish(session, outputs["PageBucket"], outputs["DistributionId"])
    except (stages.UnknownStage, BotoCoreError, ClientError) as error:
        sys.exit(str(error))
    print(f"{len(keys)} files are published; CloudFront shows them within minutes.")


if __name__ == "__main__":
    main()
