"""What the routes of exports give over HTTP."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

from chalicelib.core import clock, files, vault
from chalicelib.core.files import File
from chalicelib.privacy import exports, transmissions
from chalicelib.privacy.models import Request
from chalicelib.privacy.shapes import Moment


class OpenTransmission(Struct, frozen=True):
    """An address that you handed on: until when it opens the file, and when it was first used."""

    created_at: Moment
    expires_at: Moment
    opened_at: Moment | None


class DataExport(Struct, frozen=True):
    """The file of a request: waiting, running, ready or failed. `rows` is how many entries it has so far.

    Whoever has the `link` can fetch the file until `link_expires_at`; the file itself goes at `expires_at`.
    """

    request_id: str
    state: str
    created_at: Moment
    expires_at: Moment
    rows: int
    link: str | None
    link_expires_at: Moment | None
    transmission: OpenTransmission | None


class Transmission(Struct, frozen=True):
    """An address for another service: it opens your file once, until `expires_at`, for whoever has it."""

    url: str
    expires_at: Moment


def data_export(request: Request, file: File) -> DataExport:
    link = exports.link(file)
    link_ends = clock.now() + timedelta(seconds=vault.LINK_SECONDS)
    return DataExport(
        request_id=request.id,
        state=files.state(file),
        created_at=clock.parse(file.created_at),
        expires_at=files.ends_at(file),
        rows=file.rows,
        link=link,
        link_expires_at=link_ends.replace(microsecond=0) if link else None,
        transmission=_transmission(request),
    )


def _transmission(request: Request) -> OpenTransmission | None:
    found = transmissions.find(request)
    if not found:
        return None
    return OpenTransmission(
        created_at=clock.parse(found.created_at),
        expires_at=clock.from_epoch(found.expires_at),
        opened_at=clock.parse(found.first_at) if found.first_at else None,
    )
