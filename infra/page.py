"""The page, into the bucket behind CloudFront: `python -m infra.page --stage kinvo`."""

from __future__ import annotations

import argparse
import mimetypes
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.policy import profile
from infra import client, front, stack, stages

FOR_EVER = "public, max-age=31536000, immutable"


def publish(
    session: boto3.Session, bucket: str, distribution: str, folder: Path, index: bytes | None = None
) -> list[str]:
    """Upload every file, delete what is no longer there, drop what CloudFront remembers; returns the keys.

    A page is asked for afresh each time; what has its hash in its name is kept for a year, the rest an hour.
    `index` takes index.html's place.
    """
    s3 = session.client("s3")
    files = {key: file.read_bytes() for key, file in _files(folder)}
    if index is not None:
        files["index.html"] = index
    # Pages last: none may name a script that is not there yet.
    for key in sorted(files, key=lambda key: (key.endswith(".html"), key)):
        s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=files[key],
            ContentType=mimetypes.guess_type(key)[0] or "application/octet-stream",
            CacheControl=_kept(key),
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


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file by its key, without what the build keeps for itself."""
    for file in folder.rglob("*"):
        parts = file.relative_to(folder).parts
        if file.is_file() and not any(part.startswith(".") for part in parts):
            yield "/".join(parts), file


def _kept(key: str) -> str:
    if key.endswith(".html"):
        return "no-cache"
    return FOR_EVER if key.startswith("assets/") else "public, max-age=3600"


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m infra.page", description="Publish the page.")
    arguments.add_argument("--stage", required=True, help="a stage that is deployed")
    chosen = arguments.parse_args()
    session = boto3.Session()
    try:
        stage = stages.load(chosen.stage)
        outputs = stack.outputs(session.client("cloudformation"), f"vowline-{stage.name}")
        client.build()
        index = front.dressed(profile.load(stage.environment["PROFILE"]))
        keys = publish(session, outputs["PageBucket"], outputs["DistributionId"], client.DIST, index)
    except (stages.UnknownStage, client.BuildFailed, BotoCoreError, ClientError) as error:
        sys.exit(str(error))
    print(f"{len(keys)} files are published; CloudFront shows them within minutes.")


if __name__ == "__main__":
    main()
