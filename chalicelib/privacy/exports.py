"""A person's data as one file: a ZIP of every room's rows, as JSON and as CSV, made apart for a request.

It is told to the person when it is whole, and the request is fulfilled with that; a day later it is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import msgspec

from chalicelib.core import clock, files, runs
from chalicelib.core.errors import ProviderError, Refusal
from chalicelib.core.extracts import Extract
from chalicelib.core.files import File, Kind, Part
from chalicelib.core.subjects import Subject
from chalicelib.policy import profile
from chalicelib.privacy import audit, contents, notices, papers, register, rules
from chalicelib.privacy.archive import Member, Segment
from chalicelib.privacy.models import Request
from chalicelib.privacy.rules import OutOfTurn
from chalicelib.privacy.sheets import Sheet

ROWS = 10_000
"""In one file of the archive: its text is in memory as a whole."""


class Place(msgspec.Struct):
    """How far an export has come: the next extract, the place in it and the number of its next file.

    `offset` is how many bytes there are, `members` what they hold.
    """

    extract: str
    after: str | None = None
    number: int = 1
    offset: int = 0
    rows: int = 0
    members: list[Member] = []


def begin(request: Request) -> File:
    """Have a request's file made; again it answers the one under way, and replaces one that was given up."""
    with suppress(OutOfTurn):
        register.move(request, "in_progress")
    return files.start(DATA, register.subject_of(request), request.id, _will_do, slot=request.id)


def find(request: Request) -> File:
    """A request's file, made or in the making; refuses where its day is over, and what was cancelled."""
    file = files.find(DATA, request.account_id, request.id)
    if not file or request.state == "cancelled":
        raise Refusal(404, "export-gone", "This file is gone by now. Please ask for your data again.")
    return file


def link(file: File) -> str | None:
    """Where it can be fetched for vault.LINK_SECONDS; None before it is whole."""
    return files.link(DATA, file, f"{profile.current().id}-data.zip")


def work() -> dict[str, int]:
    """Each minute: go on with every export, and erase those that have had their time."""
    return runs.work(DATA)


def count(subject: Subject) -> int:
    """How many files, uploads and items of exports there are, and requests that still want one."""
    found = list(_requested(subject))
    items = sum(files.find(DATA, subject.account_id, request.id) is not None for request in found)
    return files.count(DATA, subject.account_id) + items + sum(map(_is_open, found))


def erase(subject: Subject) -> int:
    """Forget every export of a person and what still wants one; how many there were."""
    erased = 0
    for request in _requested(subject):
        if _is_open(request):
            with suppress(OutOfTurn):
                register.move(request, "cancelled", actor=audit.SERVICE)
                erased += 1
        erased += files.erase(DATA, subject.account_id, request.id)
    return erased + files.erase(DATA, subject.account_id)


def parts(file: File) -> Iterator[Part]:
    """The archive's parts behind the last one."""
    request = register.get(file.account_id, file.wanted)
    assert request, "an export is begun for a request"
    told = contents.of(request.type)
    place = msgspec.json.decode(file.after, type=Place) if file.after else Place(told[0].name)
    by_name = {extract.name: extract for extract in told}
    last = False
    while not last:
        segment = Segment(place.offset, clock.parse(file.created_at))
        while place.extract and segment.size < files.PART_BYTES:
            _write(by_name[place.extract], register.subject_of(request), segment, place)
            if place.number == 0:
                _go_to_next(place, told)
        if last := not place.extract:
            _explain(request, told, segment, place)
        place.offset += segment.size
        yield Part(segment.taken(), msgspec.json.encode(place).decode(), place.rows, last)


def _write(extract: Extract, subject: Subject, segment: Segment, place: Place) -> None:
    """The next two files of an extract, unless there are no more rows; number 0: it is done with."""
    sheet, done = Sheet(extract.fields), True
    for batch in extract.read(subject, place.after):
        sheet.add(batch.rows)
        place.after = batch.after
        if sheet.rows >= ROWS:
            done = batch.after is None
            break
    if sheet.rows:
        name = extract.name if place.number == 1 else f"{extract.name}-{place.number}"
        for ending, body in (("json", sheet.json()), ("csv", sheet.csv())):
            path = f"{extract.category}/{name}.{ending}"
            place.members.append(segment.add(path, body, sheet.rows))
        place.rows += sheet.rows
    place.number = 0 if done else place.number + 1


def _go_to_next(place: Place, told: list[Extract]) -> None:
    names = [extract.name for extract in told] + [""]
    place.extract = names[names.index(place.extract) + 1]
    place.after, place.number = None, 1


def _explain(request: Request, told: list[Extract], segment: Segment, place: Place) -> None:
    """Schemas, the page for people, the index of all of it, and the archive's own directory."""
    earlier = [member for member in place.members if member.at < place.offset]
    for extract in told:
        schema = msgspec.json.format(msgspec.json.encode(contents.schema(extract)), indent=2)
        place.members.append(segment.add(papers.schema_path(extract.name), schema))
    place.members.append(segment.add(papers.README, papers.readme(request, place.members)))
    segment.add(papers.INDEX, papers.index(request, place.members))
    segment.finish(earlier)


def _tell(file: File) -> bool:
    """Mail that it is ready, then close the request. False: the mail may still get through later."""
    request = register.get(file.account_id, file.wanted)
    if not request or not _is_open(request):
        return True
    try:
        notices.export_ready(request, files.ends_at(file))
    except ProviderError:
        return False
    with suppress(OutOfTurn):
        register.move(request, "fulfilled")
    return True


def _requested(subject: Subject) -> Iterator[Request]:
    before = None
    while found := register.page(subject.account_id, 50, before):
        before = found[-1].id
        yield from (request for request in found if request.type in rules.EXPORTS)


def _is_open(request: Request) -> bool:
    return rules.is_open(register.state_of(request))


def _lives(file: File) -> bool:
    """One that was cancelled does not."""
    request = register.get(file.account_id, file.wanted)
    return request is not None and request.state != "cancelled"


def _will_do(file: File) -> bool:
    return file.state in (*files.WORKING, "made")


DATA = Kind("data", 1, "zip", "application/zip", parts, _tell, _lives)
