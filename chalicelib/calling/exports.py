"""A call history that is too long for one answer: a file made apart, in parts, and fetched by a short link.

A person has one at a time.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta

import msgspec

from chalicelib.calling import csv_export, history
from chalicelib.calling.filters import CallFilter
from chalicelib.core import clock, files, runs
from chalicelib.core.files import File, Kind, Part
from chalicelib.core.requests import SignedIn
from chalicelib.core.subjects import Subject

REUSE = timedelta(minutes=10)


def find(account_id: str) -> File | None:
    """The account's export, from a consistent read, as long as its file lives."""
    return files.find(CALLS, account_id)


def start(signed_in: SignedIn, wanted: CallFilter) -> File:
    """Have a file made of the calls that fit, in place of the account's last one.

    Asked again for the same, it answers the one that is being made or has just been.
    """
    subject = Subject(signed_in.user_id, signed_in.account_id)
    return files.start(CALLS, subject, msgspec.json.encode(wanted).decode(), _is_fresh)


def link(export: File) -> str | None:
    """Where its file can be fetched for vault.LINK_SECONDS; None before it is ready."""
    return files.link(CALLS, export, "calls.csv")


def work() -> dict[str, int]:
    """Each minute: go on with every file of calls, and erase those that have had their time."""
    return runs.work(CALLS)


def erase(account_id: str) -> int:
    """Forget the account's export and delete its files; how many there were."""
    return files.erase(CALLS, account_id)


def count(account_id: str) -> int:
    """How many files and open uploads there are, and the export itself."""
    return files.count(CALLS, account_id)


def parts(export: File) -> Iterator[Part]:
    """The file's parts behind the last one: as many calls as fill each."""
    chunks = history.read(
        export.account_id, msgspec.json.decode(export.wanted, type=CallFilter), after=export.after
    )
    after, rows, last = export.after, export.rows, False
    text = io.StringIO()
    if after is None:
        text.write(csv_export.HEAD)
    while not last:
        last = True
        for chunk in chunks:
            after = chunk.reached
            rows += len(chunk.lines)
            csv_export.write(text, chunk.lines)
            if text.tell() >= files.PART_BYTES:
                last = False
                break
        yield Part(text.getvalue().encode(), after, rows, last)
        text = io.StringIO()


def _is_fresh(export: File) -> bool:
    return export.state in files.WORKING or (
        files.is_whole(export) and clock.now() - clock.parse(export.created_at) < REUSE
    )


CALLS = Kind("calls", 0, "csv", "text/csv; charset=utf-8", parts)
