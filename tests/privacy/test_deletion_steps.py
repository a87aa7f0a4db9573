"""The seven steps of a deletion, one by one, twice and in trouble."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.calling import calls
from chalicelib.core import clock as service_clock
from chalicelib.core.errors import ProviderError
from chalicelib.core.subjects import Erased, Row
from chalicelib.identity import last_mail
from chalicelib.money import ledger
from chalicelib.privacy import manifest, register
from chalicelib.providers import mail, stripe, twilio, twilio_caller_ids
from tests.harness.browser import Browser
from tests.harness.logged import logged
from tests.harness.mailbox import Mailbox
from tests.numbers.phones import Phones
from tests.privacy.requested import Requested

ADA = "ada@example.org"
LONDON = "+442071838750"


def erase_all(requested: Requested) -> None:
    for row in manifest.rows():
        while requested.step("erase", row.name)["outcome"] == "more":
            pass


def fail_mail(monkeypatch: pytest.MonkeyPatch, *, permanent: bool) -> None:
    def fail(to: str, template: str, **values: object) -> None:
        raise ProviderError("ses", "Down", permanent=permanent)

    monkeypatch.setattr(mail, "send", fail)


def test_plan_names_every_rooms_rows_and_changes_nothing(requested: Requested) -> None:
    before = requested.now().attribute_values
    planned = requested.step("plan")
    assert planned == requested.step("plan")
    assert planned["outcome"] == "planned"
    assert [row["name"] for row in planned["rows"]] == [row.name for row in manifest.rows()]
    assert requested.now().attribute_values == before


def test_plan_stops_on_any_error(requested: Requested, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> int:
        raise ProviderError("ses", "Down", permanent=False)

    row = manifest.rows()[0]
    monkeypatch.setattr(manifest, "rows", lambda: [Row(row.name, row.category, broken, row.erase)])
    with pytest.raises(ProviderError):
        requested.step("plan")


def test_suspend_puts_the_account_to_rest_and_writes_one_mail(requested: Requested, mailbox: Mailbox) -> None:
    before = len(mailbox.to(ADA))
    assert [requested.step("suspend"), requested.step("suspend")] == [{"outcome": "suspended"}] * 2
    assert requested.now().state == "grace"
    assert requested.browser.get("/api/me").json["status"] == "suspended"
    assert ledger.funds(requested.now().account_id).status == "suspended"
    (written,) = mailbox.to(ADA)[before:]
    assert "http://127.0.0.1:8000/privacy" in written.text


def test_suspend_is_tried_again_while_its_mail_does_not_go_out(
    requested: Requested, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        fail_mail(broken, permanent=False)
        with pytest.raises(ProviderError):
            requested.step("suspend")
    assert requested.now().state == "received"
    before = len(mailbox.to(ADA))
    assert requested.step("suspend")["outcome"] == "suspended"
    assert len(mailbox.to(ADA)) == before + 1


def test_suspend_goes_on_without_a_mail_that_can_never_arrive(
    requested: Requested, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_mail(monkeypatch, permanent=True)
    assert requested.step("suspend")["outcome"] == "suspended"
    assert requested.now().state == "grace"


def test_wait_asks_for_a_day_at_most_and_for_the_rest_at_the_end(requested: Requested) -> None:
    requested.until("grace")
    assert requested.step("wait") == {"outcome": "wait", "seconds": 86_400}
    requested.clock.advance(timedelta(days=6, hours=23))
    last = requested.step("wait")
    assert last["outcome"] == "wait"
    assert 3_590 <= last["seconds"] <= 3_600
    requested.clock.advance(timedelta(seconds=last["seconds"]))
    assert requested.step("wait")["outcome"] == "due"
    assert requested.step("wait")["outcome"] == "due"


def test_close_seals_the_address_closes_the_books_and_counts_once(requested: Requested) -> None:
    requested.until("in_progress")
    assert requested.step("close") == {"outcome": "closed"}
    counted = requested.now().counted
    assert counted["users"] == 1
    assert last_mail.unseal(requested.id) == ADA
    assert ledger.funds(requested.now().account_id).status == "closed"
    erase_all(requested)
    assert requested.step("close") == {"outcome": "closed"}
    assert requested.now().counted == counted
    assert last_mail.unseal(requested.id) == ADA


def test_close_comes_back_while_a_call_is_live(requested: Requested, monkeypatch: pytest.MonkeyPatch) -> None:
    requested.until("in_progress")
    with monkeypatch.context() as live:
        live.setattr(calls, "end_all", lambda account_id: False)
        later = requested.step("close")
    assert (later["outcome"], 0 < later["seconds"] <= 600) == ("later", True)
    assert requested.now().counted is None
    assert requested.step("close")["outcome"] == "closed"


def test_every_row_is_erased_and_may_be_erased_again(requested: Requested) -> None:
    requested.until("in_progress")
    requested.step("close")
    for row in manifest.rows():
        assert requested.step("erase", row.name)["outcome"] == "erased"
        assert requested.step("erase", row.name)["outcome"] == "erased"
    assert requested.step("verify") == {"outcome": "clean", "rows": []}
    assert requested.step("verify") == {"outcome": "clean", "rows": []}


def test_erase_hands_on_what_a_room_answers(requested: Requested, monkeypatch: pytest.MonkeyPatch) -> None:
    requested.until("in_progress")
    answers = iter(
        [Erased("more", 50), Erased("more"), Erased("later", 3, wait_seconds=900), Erased("erased", 1)]
    )
    row = Row("call_records", "call_record", lambda _: 0, lambda _: next(answers))
    monkeypatch.setattr(manifest, "rows", lambda: [row])
    told = [requested.step("erase", "call_records") for _ in range(3)]
    assert [one["outcome"] for one in told] == ["more", "later", "erased"]
    assert told[1]["seconds"] == 900


def test_erase_comes_back_when_a_provider_says_no(
    requested: Requested, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(_: object) -> Erased:
        raise ProviderError("stripe", "api_connection", permanent=False)

    requested.until("in_progress")
    monkeypatch.setattr(manifest, "rows", lambda: [Row("customers", "ledger", lambda _: 1, down)])
    later = requested.step("erase", "customers")
    assert later["outcome"] == "later"
    assert later["seconds"] > 0


@pytest.mark.parametrize("permanent", [True, False])
def test_what_a_processor_refuses_for_good_is_told_by_an_alarm(
    requested: Requested, monkeypatch: pytest.MonkeyPatch, *, permanent: bool
) -> None:
    """Whichever processor it is: no room keeps its refusals to itself."""
    requested.browser.top_up().call(LONDON, 60)
    Phones(requested.browser, requested.browser.stage).verify()

    def refuse(*_: object) -> None:
        raise ProviderError("any", "403", permanent=permanent)

    requested.until("in_progress")
    for module, name in ((stripe, "delete_customer"), (twilio, "delete_call"), (twilio_caller_ids, "delete")):
        monkeypatch.setattr(module, name, refuse)
    rows = ["calls", "caller_ids", "stripe_customers"]
    with logged() as lines:
        assert [requested.step("erase", row)["outcome"] for row in rows] == ["later"] * 3
    assert lines.getvalue().count("row-not-erased") == (3 if permanent else 0)


def test_an_unknown_row_fails_loudly(requested: Requested) -> None:
    requested.until("in_progress")
    with pytest.raises(KeyError):
        requested.step("erase", "everything")


def test_verify_sends_back_what_came_after_the_erasing(requested: Requested, mailbox: Mailbox) -> None:
    requested.until("in_progress")
    requested.step("close")
    requested.step("erase", "sessions")
    Browser(requested.browser.stage, mailbox).sign_in()
    for row in manifest.rows():
        if row.name != "sessions":
            requested.step("erase", row.name)
    assert requested.step("verify") == {
        "outcome": "leftover",
        "rows": [{"name": "sessions"}],
        "seconds": 60,
    }
    assert requested.now().state == "in_progress", "this one waits for nobody else"
    requested.step("erase", "sessions")
    assert requested.step("verify")["outcome"] == "clean"


def certified_up_to_the_mail(requested: Requested) -> None:
    requested.until("in_progress")
    requested.step("close")
    erase_all(requested)
    assert requested.step("verify")["outcome"] == "clean"


def test_certify_writes_what_was_done_and_what_is_kept(requested: Requested, mailbox: Mailbox) -> None:
    certified_up_to_the_mail(requested)
    assert [requested.step("certify"), requested.step("certify")] == [{"outcome": "certified"}] * 2
    request = requested.now()
    assert request.state == "fulfilled"
    assert request.due_shard is None
    assert {"store": "users", "category": "account", "action": "deleted", "count": 1} in request.actions
    kept = {line["store"]: line for line in request.kept}
    assert set(kept) == {"balances", "payments", "registry", "logs"}
    assert kept["balances"]["category"] == "ledger"
    in_seven_years = service_clock.parse(request.erased_at) + timedelta(days=7 * 365 + 2)
    assert abs(service_clock.parse(kept["balances"]["until"]) - in_seven_years) < timedelta(days=2)
    assert [line["at"] for line in request.residues] == ["stripe", "balances", "logs", "twilio"]
    assert [event.what for event in register.events(request.id)] == [
        "received",
        "grace",
        "in_progress",
        "fulfilled",
    ]
    subjects = [written.subject for written in mailbox.to(ADA)]
    assert subjects.count("Your account at Kinvo is deleted") == 1
    assert last_mail.unseal(request.id) is None


def test_what_was_asked_for_while_it_was_erased_is_open_for_nobody(requested: Requested) -> None:
    requested.until("in_progress")
    requested.step("close")
    assert requested.browser.post("/api/privacy/requests", {"type": "complaint"}).status == 201
    erase_all(requested)
    assert requested.step("certify")["outcome"] == "certified"
    assert register.open_one(requested.now().account_id, "complaint") is None


def test_the_last_mail_is_tried_for_three_days_then_the_address_goes(
    requested: Requested, monkeypatch: pytest.MonkeyPatch
) -> None:
    certified_up_to_the_mail(requested)
    fail_mail(monkeypatch, permanent=False)
    waited = timedelta()
    while (said := requested.step("certify"))["outcome"] == "later":
        assert last_mail.unseal(requested.id) == ADA
        assert requested.now().state == "in_progress"
        requested.clock.advance(timedelta(seconds=said["seconds"]))
        waited += timedelta(seconds=said["seconds"])
    assert timedelta(days=3) <= waited < timedelta(days=3, hours=4)
    assert last_mail.unseal(requested.id) is None
    assert requested.now().state == "fulfilled"


def test_the_last_mail_goes_out_when_it_works_again(
    requested: Requested, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    certified_up_to_the_mail(requested)
    with monkeypatch.context() as broken:
        fail_mail(broken, permanent=False)
        assert requested.step("certify")["outcome"] == "later"
    erased_at = requested.now().erased_at
    requested.clock.advance(timedelta(hours=1))
    assert requested.step("certify")["outcome"] == "certified"
    assert requested.now().erased_at == erased_at
    assert mailbox.to(ADA)[-1].subject == "Your account at Kinvo is deleted"


def test_an_address_that_takes_no_mail_goes_at_once(
    requested: Requested, monkeypatch: pytest.MonkeyPatch
) -> None:
    certified_up_to_the_mail(requested)
    fail_mail(monkeypatch, permanent=True)
    assert requested.step("certify")["outcome"] == "certified"
    assert last_mail.unseal(requested.id) is None


def test_a_step_that_comes_after_the_end_changes_nothing(requested: Requested) -> None:
    certified_up_to_the_mail(requested)
    requested.step("certify")
    before: dict[str, Any] = requested.now().attribute_values
    ends = {"plan": "done", "suspend": "suspended", "wait": "due", "close": "closed"}
    ends |= {"erase": "erased", "verify": "clean", "certify": "certified"}
    assert {step: requested.step(step, row="users")["outcome"] for step in ends} == ends
    assert requested.now().attribute_values == before


def test_a_machine_started_after_the_end_ends_quietly(requested: Requested) -> None:
    certified_up_to_the_mail(requested)
    requested.step("certify")
    before = requested.now().attribute_values
    requested.finish()
    assert requested.now().attribute_values == before
