"""The audit chain of a subject: whole after everything, and any tampering is seen."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core import tables
from chalicelib.privacy import audit, certificates, manifest, register, rules
from chalicelib.privacy.audit import Head
from chalicelib.privacy.audit_models import AuditEntry
from infra import privacy
from tests.harness.killpoints import Case, survive
from tests.privacy.requested import Requested, lose

FIELDS = ("at", "actor", "what", "about", "previous", "digest")


def chain(account_id: str = "acc_1", length: int = 4) -> list[AuditEntry]:
    for number in range(length):
        audit.append(account_id, f"did {number}", "req_1", "operator:ops")
    return audit.entries(account_id)


def test_a_deletion_leaves_one_whole_chain_that_its_certificate_signs(requested: Requested) -> None:
    requested.finish()
    account_id = requested.now().account_id
    told = [(entry.actor, entry.what) for entry in audit.entries(account_id)]
    assert told[0] == ("person", "deletion received")
    erased = [what.partition(":")[0] for _, what in told if what.startswith("erased")]
    assert set(erased) == {f"erased {row.name}" for row in manifest.rows()}
    assert told[-1] == ("service", "fulfilled")
    [head] = certificates.signed_heads(account_id)
    assert head.number == len(told) - 1
    assert audit.check(account_id, head) == []


def test_a_restart_and_a_cancellation_are_entries(requested: Requested) -> None:
    lose(f"{requested.id}-1")
    register.raise_attempt(requested.now())
    requested.cancel()
    told = [(entry.actor, entry.what) for entry in audit.entries(requested.now().account_id)]
    assert told[1:] == [("service", "restarted"), ("person", "cancelled")]


@pytest.mark.parametrize("field", FIELDS)
def test_a_changed_entry_is_seen(stage: object, field: str) -> None:
    entry = chain()[1]
    setattr(entry, field, "another")
    entry.save()
    assert audit.check("acc_1")


def test_an_entry_that_was_taken_out_or_put_in_its_place_is_seen(stage: object) -> None:
    entries = chain()
    entries[2].delete()
    assert audit.check("acc_1") == ["Entry 4 does not follow entry 2."]
    entries[3].number, entries[3].sk = 3, AuditEntry.key(3)
    entries[3].save()
    assert any("Entry 3" in sentence for sentence in audit.check("acc_1"))


def test_a_chain_that_was_cut_off_or_written_anew_is_seen_by_the_certificate(stage: object) -> None:
    entries = chain()
    signed = Head(entries[-1].number, entries[-1].digest)
    assert audit.check("acc_1", signed) == []
    entries[3].delete()
    assert audit.check("acc_1") == [], "the chain alone cannot tell"
    assert audit.check("acc_1", signed) == ["Entry 4 is not the one that a certificate has signed."]
    audit.append("acc_1", "something else", "req_1")
    assert audit.check("acc_1", signed) == ["Entry 4 is not the one that a certificate has signed."]


def test_what_has_reached_its_time_may_go_from_the_front(stage: object) -> None:
    entries = chain()
    entries[0].delete()
    assert audit.check("acc_1", Head(1, entries[0].digest), Head(4, entries[3].digest)) == []


def test_of_two_that_write_at_once_both_are_in_the_chain(
    stage: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = audit.head

    def another_comes_first(account_id: str) -> Head:
        seen = head(account_id)
        monkeypatch.setattr(audit, "head", head)
        audit.append(account_id, "first", "req_1")
        return seen

    monkeypatch.setattr(tables, "pause", lambda _: None)
    monkeypatch.setattr(audit, "head", another_comes_first)
    audit.append("acc_1", "second", "req_1")
    assert [entry.what for entry in audit.entries("acc_1")] == ["first", "second"]
    assert audit.check("acc_1") == []


def test_killed_at_any_request_a_chain_stays_whole(stage: object) -> None:
    numbers = iter(range(1_000))

    def make() -> Case:
        account_id = f"acc_{next(numbers)}"
        return Case(lambda: audit.append(account_id, "did", "req_1"), lambda: audit.check(account_id))

    survive(make)


def test_the_command_lists_the_chain_and_fails_when_it_is_not_whole(
    stage: object, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = chain()
    assert privacy.main(["audit", "acc_1"]) == 0
    assert "The chain is whole." in capsys.readouterr().out
    entries[1].delete()
    assert privacy.main(["audit", "acc_1"]) == 1
    assert "does not follow" in capsys.readouterr().err


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 3), st.sampled_from(FIELDS), st.text(max_size=20))
def test_no_change_of_one_field_goes_unseen(number: int, field: str, value: str) -> None:
    """Without a table: the digest is over every field that is told."""
    told = {name: f"{name} {number}" for name in FIELDS if name != "digest"} | {"number": number}
    changed = told | ({field: value} if field != "digest" else {"number": number + 1})
    assert (rules.digest(told) == rules.digest(changed)) is (told == changed)
