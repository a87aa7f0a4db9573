"""The certificate of a deletion: signed, without a person, opened by its link alone, checked offline."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.calling import personal_data as calling
from chalicelib.core import clock as service_clock
from chalicelib.core import keys, signatures
from chalicelib.identity import last_mail
from chalicelib.money import personal_data as money
from chalicelib.policy import profile
from chalicelib.privacy import certificates, manifest, rules
from chalicelib.privacy.certificate_models import Certificate
from chalicelib.providers import mail
from infra import certificate as command
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.lambda_door import Answer, ask
from tests.harness.mailbox import Mailbox
from tests.privacy.certified import certified
from tests.privacy.requested import Requested

ADA, LONDON = "ada@example.org", "+442071838750"
DONE = "Your account at Kinvo is deleted"
LINK = re.compile(r"http://127\.0\.0\.1:8000(/api/privacy/certificates/([\w-]{43}))")


@pytest.fixture(autouse=True)
def new_key() -> None:
    """Each stage makes a key of its own."""
    signatures.public_key.cache_clear()


@pytest.fixture
def left(browser: Browser, clock: Clock) -> Requested:
    """Ada paid, called and left."""
    browser.sign_up(ADA).top_up().call(LONDON, 60)
    answer = browser.sign_in().post("/api/privacy/requests", {"type": "deletion", "waive_grace": True})
    requested = Requested(browser, clock, answer.json)
    requested.finish()
    return requested


def links(mailbox: Mailbox) -> list[str]:
    """Where the last mails' links lead."""
    return [
        found[1] for sent in mailbox.to(ADA) if sent.subject == DONE for found in LINK.finditer(sent.text)
    ]


def fetch(path: str, accept: str = "application/json") -> Answer:
    return ask("GET", path, headers={"accept": accept})


def test_the_last_mails_link_opens_it_without_a_session(left: Requested, mailbox: Mailbox) -> None:
    [path] = links(mailbox)
    told = fetch(path).json
    assert told["request"] == left.id
    assert (told["service"], told["policy"]) == ("kinvo", profile.current().version)
    assert told["requested_at"] == left.answer["received_at"]
    assert service_clock.parse(told["completed_at"]) <= service_clock.now()
    done = {(line["store"], line["category"]): (line["action"], line["count"]) for line in told["actions"]}
    assert done["cdrs", "call_record"] == ("deleted", 1)
    assert done["users", "account"] == ("deleted", 1)
    confirmed = {(line["processor"], line["category"]): line["count"] for line in told["processors"]}
    assert confirmed == {("twilio", "call_record"): 1, ("stripe", "ledger"): 1}
    assert {line["store"] for line in told["kept"]} == {"balances", "payments", "registry", "logs"}


def test_stores_are_tables_and_buckets_of_the_policy(left: Requested) -> None:
    told = json.loads(str(certificates.newest(left.id)))
    places = {store.id for store in profile.current().store}
    assert {line["store"] for line in told["actions"]} <= places
    assert {line["at"] for line in told["residues"]} == {"stripe", "balances", "logs", "twilio"}


def test_it_names_no_person_and_no_account(left: Requested, mailbox: Mailbox) -> None:
    request = left.now()
    written = str(certificates.newest(left.id))
    for word in (ADA, LONDON, request.account_id, request.user_id, "@", "+44"):
        assert word not in written


def test_it_is_checked_offline_by_the_public_key(
    left: Requested, mailbox: Mailbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, key = tmp_path / "certificate.json", tmp_path / "key.pem"
    file.write_text(fetch(links(mailbox)[0]).text)
    key.write_text(fetch("/api/privacy/certificate-key", "*/*").text)
    capsys.readouterr()
    command.main(["verify", str(file), "--key", str(key)])
    said = capsys.readouterr().out
    assert f"The signature is right: {left.id}" in said
    assert "twilio confirmed 1 of call_record" in said


@pytest.mark.parametrize(
    "field", ["request", "service", "policy", "completed_at", "actions", "kept", "residues", "audit"]
)
def test_a_change_of_any_field_is_seen(stage: object, field: str) -> None:
    told = issued()
    told[field] = "another"
    with pytest.raises(command.NotRight, match="was changed"):
        command.verify(json.dumps(told), signatures.public_key())


def test_a_line_less_or_a_field_more_is_seen(stage: object) -> None:
    told = issued()
    with pytest.raises(command.NotRight):
        command.verify(json.dumps({**told, "kept": told["kept"][1:]}), signatures.public_key())
    with pytest.raises(command.NotRight):
        command.verify(json.dumps({**told, "more": 1}), signatures.public_key())
    # Spaces and the order of names are no part of what it says.
    again = dict(reversed(told.items()))
    assert command.verify(json.dumps(again, indent=2), signatures.public_key()) == told


def test_another_key_does_not_fit_and_one_of_several_does(stage: object) -> None:
    told = json.dumps(issued())
    other = other_key()
    with pytest.raises(command.NotRight, match="another key"):
        command.verify(told, other)
    assert command.verify(told, other + signatures.public_key())


@pytest.mark.parametrize(
    ("certificate", "sentence"),
    [
        ("no json", "no JSON"),
        ("[]", "no certificate"),
        ("{}", "no signature"),
        ('{"signature": {"algorithm": "none", "value": ""}}', "no signature"),
        ('{"signature": {"algorithm": "ECDSA_SHA_256", "value": "%"}}', "damaged"),
    ],
)
def test_what_is_no_certificate_is_said_to_be_none(certificate: str, sentence: str) -> None:
    with pytest.raises(command.NotRight, match=sentence):
        command.verify(certificate, other_key())


def test_a_file_without_a_key_is_said_to_have_none(stage: object) -> None:
    with pytest.raises(command.NotRight, match="no public key"):
        command.verify(json.dumps(issued()), "")


def test_what_cannot_be_checked_ends_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"no\.such"):
        command.main(["verify", str(tmp_path / "no.such"), "--key", str(tmp_path / "key")])


def test_a_browser_gets_the_same_as_a_page(left: Requested, mailbox: Mailbox) -> None:
    page = fetch(links(mailbox)[0], "text/html,application/xhtml+xml")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'sha256-" in page.headers["content-security-policy"]
    for said in (
        left.id,
        "Your account at Kinvo is deleted",
        "Your calls: 1 entry deleted",
        "Twilio: Your calls (1)",
    ):
        assert said in page.text
    assert "Held as it is" not in page.text


def test_no_other_link_opens_anything(left: Requested, mailbox: Mailbox) -> None:
    [path] = links(mailbox)
    for wrong in (
        path[:-1],
        path + "A",
        path[:-1] + ("A" if path[-1] != "A" else "B"),
        "/api/privacy/certificates/x",
    ):
        assert fetch(wrong).status == 404
    assert left.browser.get(f"/api/privacy/certificates/{left.id}").status == 404


def test_only_the_links_fingerprint_is_stored_and_nobody_can_make_it_again(
    left: Requested, mailbox: Mailbox
) -> None:
    [path] = links(mailbox)
    secret = path.rpartition("/")[2]
    client = boto3.client("dynamodb")
    stored = json.dumps(
        [client.scan(TableName=name) for name in client.list_tables()["TableNames"]], default=str
    )
    assert secret not in stored
    assert keys.fingerprint(secret) in stored
    assert last_mail.capability(left.id) is None


def test_its_time_is_the_requests(left: Requested, mailbox: Mailbox) -> None:
    [path] = links(mailbox)
    left.clock.advance(timedelta(days=3 * 365))
    assert fetch(path).status == 200
    left.clock.advance(timedelta(days=3))
    assert fetch(path).status == 404


def test_a_mail_that_is_tried_again_has_the_same_link(
    browser: Browser, clock: Clock, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_up(ADA)
    answer = browser.post("/api/privacy/requests", {"type": "deletion", "waive_grace": True})
    requested = Requested(browser, clock, answer.json)
    send = mail.send

    def send_and_die(*arguments: Any, **values: Any) -> None:
        send(*arguments, **values)
        monkeypatch.setattr(mail, "send", send)
        raise ConnectionError

    requested.until("in_progress")
    requested.step("close")
    for row in manifest.rows():
        requested.step("erase", row.name)
    monkeypatch.setattr(mail, "send", send_and_die)
    with pytest.raises(ConnectionError):
        requested.step("certify")
    first = fetch(links(mailbox)[0]).text
    clock.advance(timedelta(hours=1))
    assert requested.step("certify")["outcome"] == "certified"
    assert len(links(mailbox)) == 2
    assert len(set(links(mailbox))) == 1
    assert fetch(links(mailbox)[0]).text == first


def test_of_two_that_sign_at_once_one_is_kept(stage: object) -> None:
    request = certified()
    certificates.issue(request, None)
    first = certificates.newest(request.id)
    certificates.issue(request, None)
    assert certificates.newest(request.id) == first
    assert len(list(Certificate.query(f"REQUEST#{request.id}"))) == 1


def test_the_newest_attempts_certificate_is_shown(stage: object) -> None:
    request, capability = certified(), keys.fresh_token()
    certificates.issue(request, capability)
    request.attempt, request.kept = 12, []
    certificates.issue(request, None)
    assert json.loads(str(certificates.open_by(capability)))["kept"] == []


def test_every_row_of_a_processor_and_its_store_are_known_to_the_policy() -> None:
    stores = {store.id for store in profile.current().store}
    processors = {processor.id for processor in profile.current().processor}
    for row in manifest.rows():
        assert (row.store or row.name) in stores
        assert row.processor is None or row.processor in processors
    named = {row.name: row.processor for row in (*calling.ROWS, *money.ROWS)}
    assert (named["calls"], named["stripe_customers"]) == ("twilio", "stripe")


def test_what_is_done_late_moves_the_ends_of_what_runs_out() -> None:
    received = service_clock.parse("2027-01-01T00:00:00Z")
    early = {line["at"]: line["until"] for line in manifest.residues(received, received)}
    late = {line["at"]: line["until"] for line in manifest.residues(received, received + timedelta(days=19))}
    assert early["balances"] == "2027-02-14T00:00:00Z"
    assert late["balances"] == "2027-02-24T00:00:00Z"
    assert early["stripe"] is late["stripe"] is None
    assert late["twilio"] == "2027-02-03T00:00:00Z"


@given(st.dictionaries(st.text(), st.recursive(st.none() | st.integers() | st.text(), st.lists)))
def test_two_documents_have_one_text_only_when_they_are_equal(document: dict[str, Any]) -> None:
    text = rules.canonical(document)
    assert json.loads(text) == document
    assert rules.canonical(json.loads(text)) == text
    assert rules.canonical(dict(reversed(document.items()))) == text


def issued() -> dict[str, Any]:
    request = certified()
    certificates.issue(request, None)
    told: dict[str, Any] = json.loads(str(certificates.newest(request.id)))
    return told


def other_key() -> str:
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    return public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()
