"""Addresses that mail came back from, or whose owners complained, are left in peace for a while."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.core import clock as service_clock
from chalicelib.core.errors import Busy
from chalicelib.providers import mail, suppressions
from chalicelib.providers.suppressions import Kind, Suppressed, Suppression
from tests.conftest import Clock
from tests.harness.killpoints import Case, intercepted, survive
from tests.harness.mailbox import Mailbox
from tests.harness.stage import Stage
from tests.providers.test_mail import VALUES

ADA = "Ada@Example.org"
KINDS: tuple[Kind, ...] = ("bounce", "complaint")
YEAR = timedelta(days=365)


def send(template: str) -> None:
    mail.send(ADA, template, **VALUES[template])


def stored() -> list[dict[str, Any]]:
    """All that lies in the table."""
    scanned = boto3.client("dynamodb").scan(TableName="vowline-local-sessions")
    return [dict(item) for item in scanned["Items"]]


OURS = [template for template in VALUES if template != "news"]
LAWFUL = {
    *suppressions.ASKED_BY_LAW,
    "account_closed",
    "deletion_received",
    "deletion_cancelled",
    "deletion_done",
    "export_ready",
    "request_acknowledged",
    "request_answered",
    "request_extended",
    "policy_changed",
}


@pytest.mark.parametrize("template", OURS)
def test_what_came_back_gets_no_mail_but_what_law_asks_for(mailbox: Mailbox, template: str) -> None:
    suppressions.note(ADA, "bounce", service_clock.now())
    if template in LAWFUL:
        send(template)
        assert [got.to for got in mailbox.all()] == [ADA]
    else:
        with pytest.raises(Suppressed) as refused:
            send(template)
        assert refused.value.permanent
        assert mailbox.all() == []


def test_who_complained_gets_everything_but_marketing(mailbox: Mailbox) -> None:
    suppressions.note(ADA, "complaint", service_clock.now())
    for template in OURS:
        send(template)
    with pytest.raises(Suppressed):
        suppressions.check(ADA, "news", mail.render("news", **VALUES["news"]).mail_class)


def test_every_template_named_here_exists() -> None:
    assert set(VALUES) >= suppressions.ASKED_BY_LAW


def test_an_address_is_one_however_it_is_typed_and_another_is_free(mailbox: Mailbox) -> None:
    suppressions.note(" ADA@example.ORG ", "bounce", service_clock.now())
    assert suppressions.of(ADA) == {"bounce"}
    assert suppressions.of("grace@example.org") == set()


def test_it_ends_by_the_profile_to_the_second(stage: Stage, clock: Clock) -> None:
    suppressions.note(ADA, "bounce", service_clock.now())
    clock.advance(YEAR - timedelta(minutes=1))
    assert suppressions.of(ADA) == {"bounce"}
    clock.advance(timedelta(minutes=1))
    assert suppressions.of(ADA) == set()


def test_the_address_itself_lies_nowhere(stage: Stage) -> None:
    for kind in KINDS:
        suppressions.note(ADA, kind, service_clock.now())
    [item] = stored()
    assert set(item) == {"token_hash", "bounce_ends_at", "complaint_ends_at", "expires_at"}
    assert "ada@" not in json.dumps(item).lower()


def test_one_kind_ends_without_the_other(stage: Stage, clock: Clock) -> None:
    suppressions.note(ADA, "complaint", service_clock.now())
    clock.advance(YEAR / 2)
    suppressions.note(ADA, "bounce", service_clock.now())
    clock.advance(YEAR / 2)
    assert suppressions.of(ADA) == {"bounce"}


def test_what_is_told_of_the_future_counts_from_now(stage: Stage, clock: Clock) -> None:
    suppressions.note(ADA, "bounce", service_clock.now() + 9 * YEAR)
    clock.advance(YEAR)
    assert suppressions.of(ADA) == set()


def test_what_is_told_when_it_is_over_changes_nothing(stage: Stage) -> None:
    suppressions.note(ADA, "bounce", service_clock.now() - 2 * YEAR)
    assert suppressions.of(ADA) == set()


def test_forgetting_lets_mail_through_again(mailbox: Mailbox) -> None:
    suppressions.note(ADA, "bounce", service_clock.now())
    assert [suppressions.count(ADA), suppressions.forget(ADA), suppressions.forget(ADA)] == [1, 1, 0]
    send("verify")
    assert len(mailbox.all()) == 1


NOTED = st.tuples(st.sampled_from(KINDS), st.integers(0, 700))


@given(told=st.lists(NOTED, min_size=1, max_size=5), orders=st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_any_order_and_however_often_the_latest_of_each_kind_counts(
    stage: Stage, told: Any, orders: Any
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    given_twice = [*told, *told]
    orders.shuffle(given_twice)
    suppressions.forget(ADA)
    for kind, days_ago in given_twice:
        suppressions.note(ADA, kind, now - timedelta(days=days_ago))
    item = Suppression.stored(Suppression.key(ADA))
    assert item
    for kind in KINDS:
        youngest = min((days for known, days in told if known == kind), default=None)
        expected = None if youngest is None else now - timedelta(days=youngest)
        seen = service_clock.from_epoch(item.ends_at(kind)) if item.ends_at(kind) else None
        assert (seen is None) == (expected is None)
        assert seen is None or expected is None or timedelta(365) <= seen - expected <= timedelta(366)


def test_of_two_at_once_neither_is_lost(stage: Stage) -> None:
    """The other kind is noted between the read and the write."""
    now = service_clock.now()
    met: list[str] = []

    def meet(_: int, operation: str) -> None:
        if operation == "PutItem" and not met:
            met.append(operation)
            suppressions.note(ADA, "complaint", now)

    with intercepted(before=meet):
        suppressions.note(ADA, "bounce", now)
    assert suppressions.of(ADA) == {"bounce", "complaint"}


def test_it_survives_every_death(stage: Stage) -> None:
    at = service_clock.now()

    def make() -> Case:
        suppressions.forget(ADA)
        suppressions.note(ADA, "complaint", at - timedelta(days=1))
        return Case(lambda: suppressions.note(ADA, "bounce", at), stored)

    assert survive(make) == ["GetItem", "PutItem"]


def test_while_the_table_does_not_answer_no_mail_goes(mailbox: Mailbox, monkeypatch: Any) -> None:
    """A mail too few can be sent again; one too many cannot be taken back."""

    def busy(*_: Any) -> None:
        raise Busy

    monkeypatch.setattr(Suppression, "living", busy)
    with pytest.raises(Busy):
        send("verify")
    assert mailbox.all() == []
