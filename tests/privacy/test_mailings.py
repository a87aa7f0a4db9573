"""Marketing mails: to everybody who asked, with a way out, and to nobody twice whatever dies in between."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from chalicelib.core import aws, guard
from chalicelib.identity import accounts, census
from chalicelib.policy import profile
from chalicelib.policy.consent import MARKETING
from chalicelib.policy.profile import Profile
from chalicelib.privacy import consents, mailings, unsubscribing
from chalicelib.privacy.mailings import Mailed, NotSent
from infra import mailing, operate
from tests.harness.browser import Browser
from tests.harness.killpoints import Killed, intercepted, refusal, refusing
from tests.harness.mailbox import Mailbox
from tests.harness.stage import Stage
from tests.privacy.asked import Asked, work
from tests.privacy.chosen import choose

SUBJECT, TEXT = "News of ZenVoIP", "Calls to Ghana are cheaper.\n\nAnd to Peru."
READERS = ["ada@example.org", "eve@example.org", "joe@example.org"]
SILENT = "ann@example.org"


@pytest.fixture
def people(zenvoip: Profile, stage: Stage, mailbox: Mailbox) -> dict[str, Browser]:
    """Three who asked for news, and one who did not."""
    found = {email: Browser(stage, mailbox).sign_up(email) for email in [*READERS, SILENT]}
    for email in READERS:
        assert choose(found[email], MARKETING, True).status == 200
    return found


def send() -> Counter[str]:
    return mailings.send("december", SUBJECT, TEXT)


def news(mailbox: Mailbox) -> list[str]:
    """Who got it, each as often as it came."""
    return sorted(mail.to for mail in mailbox.all() if mail.subject == SUBJECT)


def test_everybody_who_asked_gets_it_once(people: dict[str, Browser], mailbox: Mailbox) -> None:
    assert send() == {"sent": 3, "not asked for": 1}
    assert news(mailbox) == READERS
    assert send() == {}
    assert news(mailbox) == READERS


def test_who_was_written_to_finds_it_among_their_data(people: dict[str, Browser], mailbox: Mailbox) -> None:
    """What is theirs and nobody else's, until the marks are over."""
    send()
    for email, count in ((READERS[0], 1), (SILENT, 0)):
        asked = Asked(people[email].sign_in(email))
        work()
        rows = asked.fetch().rows("mailings")
        assert [(row["mailing"], row["outcome"], row["user_id"]) for row in rows] == [
            ("december", "sent", asked.user_id)
        ] * count


def test_each_has_the_way_out_in_its_text_and_its_headers(
    people: dict[str, Browser], mailbox: Mailbox
) -> None:
    sent: list[dict[str, Any]] = []

    def look(params: dict[str, Any], **_: object) -> None:
        sent.append(params)

    events = aws.client("sesv2").meta.events
    events.register("provide-client-params.sesv2.SendEmail", look, unique_id="look")
    try:
        send()
    finally:
        events.unregister("provide-client-params.sesv2.SendEmail", unique_id="look")
    links = {unsubscribing.url(person.account_id) for person in people.values()}
    for request in sent:
        simple = request["Content"]["Simple"]
        headers = {one["Name"]: one["Value"] for one in simple["Headers"]}
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        link = headers["List-Unsubscribe"].strip("<>")
        assert link in links
        assert link in simple["Body"]["Text"]["Data"]
    assert len(sent) == 3


def test_it_goes_on_page_by_page(
    people: dict[str, Browser], mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailings, "PAGE", 1)
    assert send()["sent"] == 3
    assert news(mailbox) == READERS


def test_who_withdraws_or_is_being_deleted_meanwhile_gets_nothing(
    people: dict[str, Browser], mailbox: Mailbox
) -> None:
    consents.withdraw(people[READERS[0]].account_id, MARKETING, "unsubscribe")
    accounts.suspend(people[READERS[1]].get("/api/me").json["user_id"])
    assert send() == {"sent": 1, "not asked for": 3}
    assert news(mailbox) == READERS[2:]


def test_who_withdraws_after_the_list_was_read_gets_nothing(
    people: dict[str, Browser], mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = census.page(None, 100)
    monkeypatch.setattr(census, "page", lambda _after, _size: told)
    consents.withdraw(people[READERS[0]].account_id, MARKETING, "unsubscribe")
    assert send()["sent"] == 2
    assert news(mailbox) == READERS[1:]


def test_killed_anywhere_it_goes_on_and_nobody_gets_it_twice(
    people: dict[str, Browser], mailbox: Mailbox
) -> None:
    with intercepted() as requests:
        mailings.send("probe", SUBJECT, TEXT)
    assert requests.count("SendEmail") == 3
    for number in range(len(requests)):
        for moment in ("before", "after"):
            name, before = f"run-{number}-{moment}", len(news(mailbox))

            def kill(at: int, _: str, number: int = number) -> None:
                if at == number:
                    raise Killed

            with intercepted(**{moment: kill}), pytest.raises(Killed):
                mailings.send(name, SUBJECT, TEXT)
            mailings.send(name, SUBJECT, TEXT)
            got = Counter(news(mailbox)[:]) - Counter(dict.fromkeys(READERS, 0))
            assert len(news(mailbox)) - before in {2, 3}, (name, got)


def test_while_ses_is_busy_nobody_is_lost(people: dict[str, Browser], mailbox: Mailbox) -> None:
    busy = refusing("SendEmail", refusal("TooManyRequestsException"), 1)
    with intercepted(before=busy), pytest.raises(NotSent):
        send()
    assert send()["sent"] == 3
    assert news(mailbox) == READERS


def test_other_words_need_another_name(people: dict[str, Browser], mailbox: Mailbox) -> None:
    send()
    with pytest.raises(NotSent, match="another name"):
        mailings.send("december", SUBJECT, "Something else.")
    assert news(mailbox) == READERS


def test_a_service_without_marketing_sends_none(browser: Browser, mailbox: Mailbox) -> None:
    browser.sign_up()
    with pytest.raises(NotSent, match="no marketing"):
        send()
    assert news(mailbox) == []


def test_what_is_noted_of_it_goes_with_the_person_and_by_itself(people: dict[str, Browser]) -> None:
    send()
    person = people[READERS[0]]
    me = person.get("/api/me").json
    noted = Mailed.stored(f"MAILED#december#{me['account_id']}")
    assert noted
    assert noted.user_id == me["user_id"]
    assert noted.outcome == "sent"
    assert READERS[0] not in str(noted.attribute_values)
    [rule] = profile.current().category_of("marketing").retention
    assert (rule.clock, rule.maximum) == ("created", "P90D")


def test_an_operator_sends_it_by_a_command(
    people: dict[str, Browser],
    mailbox: Mailbox,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(guard.hooks, "fields", None)  # no function has started there
    assert operate.command(["mailing", "december"]) == ("infra.mailing", ["december"])
    file = tmp_path / "news.txt"
    file.write_text(TEXT)
    asked = ["december", "--subject", SUBJECT, str(file)]
    assert mailing.main(asked) == 0
    assert "3 sent" in capsys.readouterr().out
    assert news(mailbox) == READERS
    file.write_text("Something else.")
    assert mailing.main(asked) == 1
    assert mailing.main(["December", "--subject", SUBJECT, str(file)]) == 2
    assert mailing.main(["december", "--subject", SUBJECT, str(tmp_path / "none.txt")]) == 2
