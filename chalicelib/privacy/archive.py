"""A ZIP that is written in parts, by processes that know of each other only what a member says.

Each part holds whole members; the last one ends with the directory of all. So nothing that can't be written
down, such as a compressor or an unfinished checksum, is under way between two parts.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import msgspec

LEVEL = 1
"""Of compression: the next ones take twice as long for a tenth less."""
DESCRIBED = 0x08
"""The flag of a member whose sizes follow it, as all are that were written without going back."""


class Member(msgspec.Struct, frozen=True, array_like=True):
    """A file in the archive: what it holds, and what the directory must know of it."""

    path: str
    rows: int
    sha256: str
    size: int
    packed: int
    crc: int
    at: int


class Segment:
    """The bytes of an archive from `offset` on."""

    def __init__(self, offset: int, made_at: datetime) -> None:
        self._bytes = _Behind(offset)
        self._zip = ZipFile(self._bytes, "w", ZIP_DEFLATED, compresslevel=LEVEL)
        self._made_at = made_at

    @property
    def size(self) -> int:
        return len(self._bytes.getbuffer())

    def add(self, path: str, body: bytes, rows: int = 0) -> Member:
        """Write a whole file."""
        info = self._info(path)
        self._zip.writestr(info, body)
        digest = hashlib.sha256(body).hexdigest()
        return Member(path, rows, digest, info.file_size, info.compress_size, info.CRC, info.header_offset)

    def finish(self, earlier: Iterable[Member]) -> None:
        """Write the directory: of the members of earlier segments, and of this one's."""
        self._zip.filelist[:0] = [self._written(member) for member in earlier]
        self._zip.close()

    def taken(self) -> bytes:
        return self._bytes.getvalue()

    def _info(self, path: str) -> ZipInfo:
        info = ZipInfo(path, self._made_at.timetuple()[:6])
        info.compress_type = ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        return info

    def _written(self, member: Member) -> ZipInfo:
        info = self._info(member.path)
        info.flag_bits = DESCRIBED
        info.file_size, info.compress_size = member.size, member.packed
        info.CRC, info.header_offset = member.crc, member.at
        return info


class _Behind(io.BytesIO):
    """What is written to it lies behind `offset` bytes that are elsewhere, so there is no going back."""

    def __init__(self, offset: int) -> None:
        super().__init__()
        self._offset = offset

    def tell(self) -> int:
        return self._offset + super().tell()

    def seek(self, *_: int) -> int:
        raise io.UnsupportedOperation("seek")
