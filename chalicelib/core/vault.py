"""The private bucket of files that people asked for: written in parts, handed out by links, gone in a day.

A file's key begins with whose it is, an account's id, and says nothing else of a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib.core import aws, settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LINK_SECONDS = 300
LEAST_PART_BYTES = 5 * 1024 * 1024
"""S3 takes no smaller part but the last."""


class Gone(Exception):
    """There is no such upload: it was finished, or given up."""


def begin(key: str, media_type: str) -> str:
    """Open a file that is written in parts; answers the upload's id."""
    return _s3().create_multipart_upload(Bucket=_bucket(), Key=key, ContentType=media_type)["UploadId"]


def add(key: str, upload_id: str, number: int, part: bytes) -> str:
    """Store a part, from 1 on, in place of one of that number; answers its tag. Raises Gone."""
    try:
        answer = _s3().upload_part(
            Bucket=_bucket(), Key=key, UploadId=upload_id, PartNumber=number, Body=part
        )
    except ClientError as error:
        raise _told(error) from None
    return answer["ETag"]


def finish(key: str, upload_id: str, tags: Sequence[str]) -> None:
    """Make the file of its parts; from now on it can be read. Raises Gone."""
    parts: Any = [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(tags, start=1)]
    try:
        _s3().complete_multipart_upload(
            Bucket=_bucket(), Key=key, UploadId=upload_id, MultipartUpload={"Parts": parts}
        )
    except ClientError as error:
        raise _told(error) from None


def exists(key: str) -> bool:
    """Whether the file can be read."""
    return key in (found["Key"] for found in _files(key))


def link(key: str, name: str) -> str:
    """An address that opens this one file for LINK_SECONDS, to be saved under a name."""
    return _s3().generate_presigned_url(
        "get_object",
        Params={
            "Bucket": _bucket(),
            "Key": key,
            "ResponseContentDisposition": f'attachment; filename="{name}"',
            "ResponseCacheControl": "no-store",
        },
        ExpiresIn=LINK_SECONDS,
    )


def count(owner: str) -> int:
    """How many files and open uploads somebody has."""
    return sum(1 for _ in _files(f"{owner}/")) + sum(1 for _ in _uploads(f"{owner}/"))


def erase(owner: str) -> int:
    """Delete all of somebody's files and open uploads; how many there were."""
    erased = 0
    for found in _files(f"{owner}/"):
        _s3().delete_object(Bucket=_bucket(), Key=found["Key"])
        erased += 1
    for found in _uploads(f"{owner}/"):
        _s3().abort_multipart_upload(Bucket=_bucket(), Key=found["Key"], UploadId=found["UploadId"])
        erased += 1
    return erased


def _files(prefix: str) -> Iterator[Any]:
    for page in _s3().get_paginator("list_objects_v2").paginate(Bucket=_bucket(), Prefix=prefix):
        yield from page.get("Contents", [])


def _uploads(prefix: str) -> Iterator[Any]:
    for page in _s3().get_paginator("list_multipart_uploads").paginate(Bucket=_bucket(), Prefix=prefix):
        yield from page.get("Uploads", [])


def _told(error: ClientError) -> Exception:
    return Gone() if error.response["Error"]["Code"] == "NoSuchUpload" else error


def _bucket() -> str:
    return settings.current().exports_bucket


def _s3() -> S3Client:
    return aws.client("s3")
