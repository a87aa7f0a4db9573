"""A file of calls: made part by part, killed anywhere, and nobody else's."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.calling import csv_export, exports, history
from chalicelib.calling.filters import CallFilter
from chalicelib.core import clock, files, runs, vault
from chalicelib.core.files import File
from chalicelib.core.requests import SignedIn
from tests.calling import past_calls
from tests.calling.exported import TINY, open_uploads, stored, work
from tests.conftest import Clock
from tests.harness.heard import hearing
from tests.harness.killpoints import Case, intercepted, refusal, refusing, survive
from tests.harness.stage import Stage

COUNT = 9


class Person:
    """Somebody with nine calls, five of them of an earlier month."""

    def __init__(self) -> None:
        now = clock.now()
        self.account_id = past_calls.account()
        at = [now - timedelta(minutes=n, days=40 if n > 3 else 0) for n in range(COUNT)]
        self.ids = past_calls.write(*(past_calls.record(self.account_id, moment) for moment in at))
        self.signed_in = SignedIn("ses", "usr", self.account_id, "active", now, "")

    def ask(self, wanted: CallFilter | None = None) -> File:
        return exports.start(self.signed_in, wanted or CallFilter())

    @property
    def rows(self) -> list[str]:
        """The ids in the one file there is."""
        [text] = stored(self.account_id).values()
        header, *rows = csv.reader(io.StringIO(text.decode(), newline=""))
        assert header == list(csv_export.COLUMNS)
        return [row[0] for row in rows]


@pytest.fixture
def person(stage: Stage) -> Person:
    return Person()


@pytest.fixture
def one_row_pages() -> Iterator[None]:
    """Each request brings a single call, as each brings a megabyte of them elsewhere."""
    read = history.read
    with mock.patch.object(history, "read", lambda *given, **more: read(*given, **more, limit=1)):
        yield


def test_a_file_has_every_call_once_in_however_many_parts(person: Person, one_row_pages: None) -> None:
    person.ask()
    with intercepted() as requests:
        assert work()["ready"] == 1
    assert requests.count("UploadPart") >= 3
    assert person.rows == person.ids
    export = exports.find(person.account_id)
    assert export
    assert (export.state, export.rows) == ("ready", COUNT)


def test_a_file_of_no_calls_has_its_header(person: Person) -> None:
    person.ask(CallFilter(country="FR"))
    assert work()["ready"] == 1
    assert person.rows == []


def test_a_file_holds_what_fits_its_filter(person: Person) -> None:
    first = (clock.now() - timedelta(days=20)).date()
    person.ask(CallFilter(from_=first))
    work()
    assert person.rows == person.ids[:4]


def test_when_the_time_is_up_the_next_minute_goes_on(person: Person, one_row_pages: None) -> None:
    person.ask()
    moments = iter(range(1000))
    with (
        mock.patch("chalicelib.core.clock.monotonic", side_effect=moments),
        mock.patch.object(runs, "PATIENCE_SECONDS", 2),
    ):
        minutes = 0
        while not work()["ready"]:
            minutes += 1
            assert minutes < 10
    assert minutes >= 2
    assert person.rows == person.ids


@pytest.mark.proof
@pytest.mark.usefixtures("one_row_pages")
def test_killed_at_any_request_the_file_is_whole_in_the_end(stage: Stage, clock: Clock) -> None:
    """The run that follows comes when the lease of the killed one is over."""

    def make() -> Case:
        person = Person()

        def act() -> None:
            person.ask()
            work(part_bytes=3 * TINY)
            clock.advance(timedelta(seconds=runs.LEASE_SECONDS + 1))
            work(part_bytes=3 * TINY)

        def outcome() -> object:
            export = exports.find(person.account_id)
            assert export
            right = person.rows == person.ids
            return export.state, export.rows, right, open_uploads(person.account_id)

        return Case(act, outcome)

    requests = survive(make)
    assert {"CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"} <= set(requests)


def test_the_end_of_its_time_is_the_end_of_the_file_wherever_it_is_killed(stage: Stage, clock: Clock) -> None:
    def make() -> Case:
        person = Person()
        person.ask()
        work()

        def act() -> None:
            clock.advance(files.LIFE)
            work()

        return Case(act, lambda: (stored(person.account_id), exports.find(person.account_id)))

    assert "DeleteObject" in survive(make)


def test_asked_twice_for_the_same_one_file_is_made(person: Person, clock: Clock) -> None:
    first = person.ask()
    assert person.ask().id == first.id
    work()
    assert person.ask().id == first.id
    clock.advance(exports.REUSE)
    assert person.ask().id != first.id


def test_another_wish_takes_the_place_of_the_one_before(person: Person) -> None:
    person.ask()
    work()
    later = person.ask(CallFilter(country="FR"))
    assert [key.endswith(f"{later.id}.csv") for key in stored(person.account_id)] == [False]
    work()
    assert [key.endswith(f"{later.id}.csv") for key in stored(person.account_id)] == [True]
    assert person.rows == []


def test_a_run_that_was_overtaken_stops(person: Person) -> None:
    """While it writes a part, another wish comes."""
    person.ask()
    add = vault.add

    def interrupted(*given: object) -> str:
        person.ask(CallFilter(country="FR"))
        return add(*given)  # type: ignore[arg-type]

    with mock.patch.object(vault, "add", interrupted):
        assert work()["overtaken"] == 1
    export = exports.find(person.account_id)
    assert export
    assert (export.state, export.rows) == ("waiting", 0)
    assert work()["ready"] == 1
    assert open_uploads(person.account_id) == 0


def test_two_runs_at_once_make_one_file(person: Person) -> None:
    person.ask()
    begin = vault.begin

    def meanwhile(*given: str) -> str:
        assert work() == {"ready": 0, "unfinished": 0, "ended": 0, "overtaken": 0, "failed": 0}
        return begin(*given)

    with mock.patch.object(vault, "begin", meanwhile):
        assert work()["ready"] == 1
    assert person.rows == person.ids


GONE = refusal("NoSuchUpload")
"""What S3 says of an upload that it has finished or given up; the stand-in takes a second finish kindly."""


def test_an_upload_that_was_given_up_is_begun_again(person: Person) -> None:
    person.ask()
    for operation in ("UploadPart", "CompleteMultipartUpload"):
        with intercepted(before=refusing(operation, GONE, 1)):
            assert work()["unfinished"] == 1
    assert work()["ready"] == 1
    assert person.rows == person.ids
    assert open_uploads(person.account_id) == 0


def test_a_file_that_a_dead_run_finished_is_ready(person: Person, clock: Clock) -> None:
    person.ask()
    lost = ConnectionError("the process died")
    with mock.patch.object(runs, "_be_made", side_effect=lost):
        assert work()["failed"] == 1
    clock.advance(timedelta(seconds=runs.LEASE_SECONDS + 1))
    with intercepted(before=refusing("CompleteMultipartUpload", GONE, 1)) as requests:
        assert work()["ready"] == 1
    assert "UploadPart" not in requests
    assert person.rows == person.ids


def test_one_that_fails_stops_no_other_and_is_tried_again(stage: Stage, clock: Clock) -> None:
    people = [Person(), Person()]
    for person in people:
        person.ask()
    error = refusal("InternalError")
    with hearing() as alarms, intercepted(before=refusing("UploadPart", error, 1)):
        done = work()
    assert (done["failed"], done["ready"]) == (1, 1)
    assert alarms.names == ["export-failed"]
    clock.advance(timedelta(seconds=runs.LEASE_SECONDS + 1))
    assert work()["ready"] == 1
    assert all(person.rows == person.ids for person in people)


def test_one_that_always_fails_is_given_up_loudly(person: Person, clock: Clock) -> None:
    person.ask()
    with mock.patch.object(runs, "MOST_RUNS", 2), hearing() as alarms:
        for _ in range(3):
            with intercepted(before=refusing("UploadPart", refusal("InternalError"), 1)):
                work()
            clock.advance(timedelta(seconds=runs.LEASE_SECONDS + 1))
    export = exports.find(person.account_id)
    assert export
    assert export.state == "failed"
    assert "export-given-up" in alarms.names
    assert person.ask().id != export.id, "asking again begins anew"


def test_an_erasure_leaves_neither_item_nor_file_nor_upload(person: Person) -> None:
    person.ask()
    work()
    vault.begin(f"{person.account_id}/calls/left.csv", "text/csv")
    other = Person()
    other.ask()
    work()
    assert exports.erase(person.account_id) == 3
    assert (exports.find(person.account_id), vault.count(person.account_id)) == (None, 0)
    assert exports.erase(person.account_id) == 0
    assert other.rows == other.ids


def test_a_files_name_tells_its_account_and_nothing_else(person: Person) -> None:
    export = person.ask(CallFilter(number="+4420"))
    work()
    assert list(stored(person.account_id)) == [f"{person.account_id}/calls/{export.id}.csv"]
