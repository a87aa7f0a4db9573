"""How large a release is: the zip that Lambda loads, and what it unpacks to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from infra import archive, package, stages

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class ReleaseSize:
    """In MB of 10^6 bytes."""

    zip_megabytes: float
    unzipped_megabytes: float


def measure_release(stage: str = "kinvo-dev") -> ReleaseSize:
    """Package a release for arm64, and weigh it."""
    with TemporaryDirectory(prefix="vowline-release-") as folder:
        package.package_release(stages.load(stage), Path(folder))
        zip_file = Path(folder) / "deployment.zip"
        unzipped = sum(size for size, _ in archive.sizes(zip_file).values())
        return ReleaseSize(zip_file.stat().st_size / MEGABYTE, unzipped / MEGABYTE)
