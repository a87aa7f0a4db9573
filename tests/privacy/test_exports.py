"""A person's data as one file: whole, theirs alone, made part by part, killed anywhere."""

from __future__ import annotations

import json
from datetime import timedelta
from unittest import mock

import jsonschema  # type: ignore[import-untyped]
import pytest

from chalicelib.calling.quality import CallQuality
from chalicelib.core import clock as service_clock
from chalicelib.core.subjects import Subject
from chalicelib.privacy import contents
from chalicelib.privacy.kinds import kinds
from chalicelib.privacy.rules import EXPORTS
from tests.app.surface.scene import CALLED, OWN, played
from tests.calling import past_calls
from tests.harness.browser import Browser
from tests.privacy.asked import Asked, work


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
        archive = asked.fetch()
    for extract in contents.of("access"):
        rows, schema = archive.rows(extract.name), archive.schema(extract.name)
        jsonschema.validate(rows, schema, cls=jsonschema.Draft202012Validator)
        cells = archive.cells(extract.name)
        assert len(cells) == len(rows)
        for row, line in zip(rows, cells, strict=True):
            assert list(line) == list(extract.fields)
            for name, value in row.items():
                plain = value if isinstance(value, str) else json.dumps(value)
                kept = line[name] if isinstance(value, str | int) else json.dumps(json.loads(line[name]))
                assert kept in (plain, f"'{plain}", str(value)), name


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
    assert (line["to"], line["cost_micros"]) == ("'=cmd|' /C calc'!A0", "-5")
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
    "mail_suppression",
    "mailed_links",
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


UNTOLD = {
    "Address",
    "Certificate",
    "CertificateLink",
    "Claim",
    "Closing",
    "Counter",
    "GoogleAttempt",
    "GoogleIdentity",
    "LegalHold",
    "Mailed",
    "Opening",
    "ParentLink",
    "Residue",
    "SealedAddress",
    "Tombstone",
    "Transmission",
    "Verification",
}
"""Fingerprints, legal holds, and what there is only before an account or after it."""
TECHNICAL = {"pk", "sk", "due_shard", "due_at", "sweep_shard", "sweep_at", "upload_id", "tags", "after"}
SECRET = {"token_hash", "secret_hash", "password_hash", "headers"}


def test_every_stored_field_is_told_or_left_out_for_a_reason() -> None:
    told = {name for extract in contents.extracts() for name in extract.fields}
    told |= {"numbers", "version"}  # one row a number
    for kind in kinds():
        if kind.category and kind.model.__name__ not in UNTOLD:
            missing = set(kind.model.get_attributes()) - told - TECHNICAL - SECRET
            assert not missing, f"{kind.model.__name__}: {missing} is in no export"
