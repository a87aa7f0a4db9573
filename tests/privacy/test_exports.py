"""A person's data as one file: whole, theirs alone, made part by part, killed anywhere."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest import mock

import jsonschema  # type: ignore[import-untyped]
import pytest

from chalicelib.calling.quality import CallQuality
from chalicelib.core import clock as service_clock
from chalicelib.core.subjects import Subject
from chalicelib.numbers import shelves
from chalicelib.numbers.rules import OwnNumber, State
from chalicelib.policy import profile
from chalicelib.privacy import contents, exports, holds, omissions, register, sheets
from chalicelib.privacy.kinds import kinds
from chalicelib.privacy.rules import EXPORTS
from tests.app.surface.scene import CALLED, OWN, played
from tests.calling import past_calls
from tests.harness.browser import Browser
from tests.harness.offering import obeying
from tests.harness.stage import Stage
from tests.privacy.asked import Asked, work
from tests.privacy.planting import plant


@pytest.fixture
def ada(browser: Browser) -> Browser:
    """Ada has five calls over two months."""
    browser.sign_up()
    now = service_clock.now()
    moments = [now - timedelta(minutes=n) for n in range(3)]
    past_calls.write(*(past_calls.record(browser.account_id, moment) for moment in moments))
    return browser


@pytest.mark.parametrize("type", EXPORTS)
def test_who_asks_for_their_data_gets_it_within_minutes(ada: Browser, type: str) -> None:
    asked = Asked(ada, type)
    assert asked.state() == "in_progress"
    assert (asked.see()["state"], asked.see()["link"]) == ("waiting", None)
    assert work()["ready"] == 1
    seen = asked.see()
    assert (seen["state"], asked.state()) == ("ready", "fulfilled")
    archive = asked.fetch()
    assert archive.index["request"]["type"] == type
    assert [row["email"] for row in archive.rows("account")] == [asked.email]
    assert len(archive.rows("calls")) == 3
    assert seen["rows"] == sum(one.get("rows", 0) for one in archive.index["files"] if ".json" in one["path"])


def test_all_that_is_hers_is_in_it_and_nothing_of_anothers() -> None:
    with played() as scene:
        ada, eve = Asked(scene.ada), Asked(scene.eve)
        work()
        hers, others, session_ids = ada.fetch(), eve.fetch(), scene.session_ids()
    told = hers.everything()
    for own in (*scene.sids, *scene.call_ids, *scene.refund_ids, *scene.request_ids, *scene.order_ids):
        assert own in told, own
    for own in (CALLED, OWN, scene.caller_id, scene.account_id, scene.user_id, "ada@example.org"):
        assert own in told, own
        assert own not in others.everything()
    for session_id in session_ids:
        assert session_id in told
    for theirs in (eve.email, eve.account_id, eve.user_id, eve.id):
        assert theirs not in told


def test_no_file_holds_what_opens_an_account() -> None:
    with played() as scene:
        asked = Asked(scene.ada)
        work()
        told = asked.fetch().everything()
        [user] = [one for one in scene.items("users") if one.get("email") == asked.email]
        for secret in ("password_hash", str(user["password_hash"]), *scene.ada.cookies.values()):
            assert secret not in told
        for session in scene.items("sessions"):
            assert str(session["token_hash"]) not in told
            assert str(session.get("secret_hash", "no secret")) not in told


def test_json_and_csv_say_the_same_and_fit_their_schema() -> None:
    with played() as scene:
        asked = Asked(scene.ada)
        work()
        archive, told = asked.fetch(), contents.of("access")
    for extract in told:
        rows, schema = archive.rows(extract.name), archive.schema(extract.name)
        jsonschema.validate(rows, schema, cls=jsonschema.Draft202012Validator)
        cells = archive.cells(extract.name)
        assert len(cells) == len(rows)
        for row, line in zip(rows, cells, strict=True):
            assert list(line) == sheets.columns(extract.fields)
            for name, value in row.items():
                cell = line[name.removesuffix("_micros")]
                assert _same(name, value, cell), name


def _same(name: str, value: Any, cell: str) -> bool:
    """Whether a spreadsheet's cell says what JSON says."""
    if isinstance(value, str):
        return cell in (value, f"'{value}")
    if isinstance(value, int) and name.endswith("_micros"):
        return Decimal(cell) * 1_000_000 == value
    if isinstance(value, int) and name.endswith(("_at", "_until")):
        return clock_of(cell) == value
    return bool(json.loads(cell) == value)


def clock_of(cell: str) -> int:
    """A time's seconds since 1970; of none 0."""
    return service_clock.epoch_seconds(service_clock.parse(cell)) if cell else 0


def test_a_spreadsheet_begins_with_when_it_was_and_ends_with_what_only_we_need(ada: Browser) -> None:
    asked = Asked(ada)
    work()
    archive = asked.fetch()
    heads = {name: list(archive.cells(name)[0]) for name in ("account", "calls")}
    assert heads["calls"][:1] == ["started_at"]
    assert heads["calls"][-1] == "expires_at"
    at = heads["calls"].index("cost")
    assert heads["calls"][at + 1] == "currency"
    assert "business_name" not in heads["account"], "this policy collects none"
    assert "business_name" not in archive.schema("account")["items"]["properties"]


def test_every_field_is_explained(ada: Browser) -> None:
    asked = Asked(ada)
    work()
    schema = asked.fetch().schema("calls")
    unexplained = {name for name, told in schema["items"]["properties"].items() if "description" not in told}
    assert unexplained <= {"expires_at", *CallQuality.__struct_fields__}


def test_a_formula_is_text_and_numbers_stay_numbers(ada: Browser) -> None:
    odd = past_calls.record(ada.account_id, to="=cmd|' /C calc'!A0", cost_micros=-5)
    past_calls.write(odd)
    asked = Asked(ada)
    work()
    archive = asked.fetch()
    [line] = [line for line in archive.cells("calls") if line["call_id"] == odd.call_id]
    assert (line["to"], line["cost"]) == ("'=cmd|' /C calc'!A0", "-0.000005")
    assert {line["to"] for line in archive.cells("calls")} == {"'=cmd|' /C calc'!A0", past_calls.LONDON}
    [row] = [row for row in archive.rows("calls") if row["call_id"] == odd.call_id]
    assert row["to"] == "=cmd|' /C calc'!A0"


def test_it_says_for_people_what_it_is_and_what_is_missing(ada: Browser) -> None:
    asked = Asked(ada, "portability")
    work()
    archive = asked.fetch()
    text = archive.text("README.txt")
    for said in (
        asked.id,
        "to take elsewhere",
        "Your password",
        "Why",
        "index.json",
        "privacy@vowline.example",
    ):
        assert said in text or said == "Why"
    assert "{" not in text
    assert [one["id"] for one in archive.index["categories"]] == [
        category.id for category in contents.categories("portability")
    ]
    assert "The address of a last mail" in {one["what"] for one in archive.index["left_out"]}


def test_a_legal_hold_leaves_no_trace_in_it(ada: Browser) -> None:
    hold = holds.place(ada.account_id, "2026/17", ["call_record"], "operator:counsel")
    asked = Asked(ada)
    holds.release(ada.account_id, hold.id, "operator:counsel")
    work()
    archive = asked.fetch()
    assert [row["what"] for row in archive.rows("audit_trail")] == ["access received", "in_progress"]
    for trace in (hold.id, "hold set", "hold released", "operator:counsel"):
        assert trace not in archive.everything()


def test_what_the_policy_does_not_give_out_is_left_out(ada: Browser) -> None:
    without = mock.patch.object(
        contents, "_given", lambda category, type: category.id != "call_record" or type != "portability"
    )
    with without:
        asked = Asked(ada, "portability")
        work()
        archive = asked.fetch()
        assert archive.rows("calls") == []
        assert "Your calls" in {one["what"] for one in archive.index["left_out"]}
        assert "schema/calls.schema.json" not in archive.names


NOTHING = {
    "audit_trail",
    "choices",
    "choices_made",
    "handed_on",
    "mail_suppression",
    "mailed_links",
    "mailings",
    "policies_accepted",
    "policies_told",
}
"""What Ada of the scene has none of."""


def test_what_is_read_page_by_page_is_read_once() -> None:
    """Each extract gives the same rows when it goes on behind every single place."""
    with played() as scene:
        subject = Subject(scene.user_id, scene.account_id)
        for extract in contents.extracts():
            whole = list(extract.read(subject, None))
            assert whole or extract.name in NOTHING, extract.name
            for number, batch in enumerate(whole[:-1]):
                rest = list(extract.read(subject, batch.after))
                assert [one.rows for one in rest] == [one.rows for one in whole[number + 1 :]], extract.name


def test_every_stored_field_is_told_or_left_out_for_a_reason() -> None:
    told = {name for extract in contents.extracts() for name in extract.fields}
    told |= {"numbers"}  # one row a number
    for kind in kinds():
        for name in kind.model.get_attributes() if kind.category else ():
            reason = omissions.reason(kind.model.__name__, name)
            assert name in told or reason, f"{kind.model.__name__}.{name} is in no export"


def test_what_is_left_out_is_something_that_we_have() -> None:
    models = {kind.model.__name__: kind.model.get_attributes() for kind in kinds()}
    inside = {"CallerIds": set(OwnNumber.__dataclass_fields__)}
    for field in [field for one in omissions.OMISSIONS for field in one.fields]:
        model, name = field.split(".")
        known = [models[model]] if model != "*" else list(models.values())
        assert name == "*" or any(name in {*one, *inside.get(model, ())} for one in known), field


def test_a_number_that_is_anothers_looks_like_any_in_the_file(browser: Browser) -> None:
    """Who could tell by their own data that somebody else has a number could try out whose it is."""
    browser.sign_up()
    theirs = OwnNumber("cid_1", OWN, State.PENDING, 2_000_000_000, "123456", (), None, 1)
    with mock.patch.object(shelves, "read", return_value=shelves.Shelf("acc", {"cid_1": theirs}, 1)):
        asked = Asked(browser)
        work()
        archive = asked.fetch()
    [row] = archive.rows("caller_ids")
    assert "fails_at" not in row
    assert row["state"] == "failed"
    jsonschema.validate([row], archive.schema("caller_ids"), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize("id", profile.known())
def test_under_every_policy_people_get_their_file(id: str, stage: Stage) -> None:
    """Also where there are no calls, of which other files are made."""
    with obeying(id):
        planted = plant(stage)
        request, _ = register.receive(
            Subject(planted.user_id, planted.account_id), "access", waive_grace=False
        )
        exports.begin(request)
        assert work()["ready"] == 1
        assert exports.link(exports.find(register.reload(request)))


def test_who_handed_a_file_on_is_told_so(ada: Browser) -> None:
    first = Asked(ada, "portability")
    work()
    assert first.offer().status == 201
    asked = Asked(ada)
    work()
    [row] = asked.fetch().rows("handed_on")
    assert (row["request_id"], "secret_hash" in row) == (first.id, False)
