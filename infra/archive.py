"""Zips for Lambda: the same files always make the same bytes, so that a release is known by its hash."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fnmatch import fnmatch
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ZIP_BYTES = 15_000_000
UNZIPPED_BYTES = 70_000_000


class TooLarge(Exception):
    """The zip is over our limits, which keep cold starts short; the message says by how much."""


def write(zip_file: Path, folders: Sequence[Path], without: Collection[str] = ()) -> None:
    """Zip the folders' contents as one tree, but for top-level names that fit a pattern of `without`.

    No file may be in two of the folders.
    """
    files = {
        file.relative_to(folder).as_posix(): file
        for folder in folders
        for file in folder.rglob("*")
        if file.is_file()
    }
    assert len(files) == sum(file.is_file() for folder in folders for file in folder.rglob("*"))
    with ZipFile(zip_file, "w", ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            if any(fnmatch(name.partition("/")[0], pattern) for pattern in without):
                continue
            entry = ZipInfo(name)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name].read_bytes())


def sizes(zip_file: Path) -> dict[str, tuple[int, int]]:
    """(unzipped, zipped) bytes of each top-level name, the largest first."""
    found: dict[str, tuple[int, int]] = {}
    with ZipFile(zip_file) as archive:
        for entry in archive.infolist():
            top = entry.filename.partition("/")[0]
            unzipped, zipped = found.get(top, (0, 0))
            found[top] = unzipped + entry.file_size, zipped + entry.compress_size
    return dict(sorted(found.items(), key=lambda item: item[1], reverse=True))


def table(zip_file: Path, rows: int = 12) -> str:
    """The sizes as text: the largest parts, the rest, and the sum against the limits. In MB of 10^6 bytes."""
    parts = list(sizes(zip_file).items())
    rest = [size for _, size in parts[rows:]]
    shown = [
        *parts[:rows],
        (f"{len(rest)} more", (sum(size[0] for size in rest), sum(size[1] for size in rest))),
    ]
    unzipped = sum(size[0] for _, size in parts)
    lines = [f"{'part':<24}{'unzipped':>10}{'zipped':>10}  MB"]
    lines += [f"{name:<24}{size[0] / 1e6:>10.1f}{size[1] / 1e6:>10.1f}" for name, size in shown]
    lines += [f"{'all':<24}{unzipped / 1e6:>10.1f}{zip_file.stat().st_size / 1e6:>10.1f}"]
    lines += [f"{'limit':<24}{UNZIPPED_BYTES / 1e6:>10.1f}{ZIP_BYTES / 1e6:>10.1f}"]
    return "\n".join(lines)


def check(zip_file: Path, allowance_bytes: int = 0) -> None:
    """Raises TooLarge over either limit; the zip may have so many bytes more."""
    zipped = zip_file.stat().st_size
    unzipped = sum(size[0] for size in sizes(zip_file).values())
    if zipped > ZIP_BYTES + allowance_bytes or unzipped > UNZIPPED_BYTES:
        raise TooLarge(
            f"The package has {zipped / 1e6:.1f} MB zipped and {unzipped / 1e6:.1f} MB unzipped; "
            f"the limits are {ZIP_BYTES / 1e6:.0f} and {UNZIPPED_BYTES / 1e6:.0f} MB."
        )
