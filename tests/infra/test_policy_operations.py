"""An operator's commands about a changed policy, from the first one to the day on which the next holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from unittest import mock

import pytest

from chalicelib.core import clock as service_clock
from infra import operate
from infra.policy import changing, compiled, operations
from infra.policy.compiled import INVENTORY, PROFILES, File, Policy, build
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.mailbox import Mailbox
from tests.harness.stage import Stage

DAY = timedelta(days=1)
SHORTER = ('clock = "account_closed", maximum = "P30D"', 'clock = "account_closed", maximum = "P20D"')
Run = Callable[[Policy, str], tuple[int, str]]


def edited(*changes: tuple[str, str]) -> Policy:
    """Kinvo's sources with some words replaced, and with a notice of thirty days by mail."""
    text = (PROFILES / "kinvo.toml").read_text()
    promised = ('["page"], mode = "all", lead = "P0D"', '["page", "mail"], mode = "all", lead = "P30D"')
    for old, new in (promised, *changes):
        assert old in text, old
        text = text.replace(old, new, 1)
    return build(File("inventory.toml", INVENTORY.read_text()), File("kinvo.toml", text))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """A command with the sources as they are at that moment; answers its exit code and what it said."""

    def command(policy: Policy, word: str) -> tuple[int, str]:
        capsys.readouterr()
        with mock.patch.object(compiled, "load", return_value=policy):
            code = changing.main([word])
        said = capsys.readouterr()
        return code, said.out + said.err

    return command


def test_a_change_is_announced_told_and_holds_on_its_day(
    run: Run, browser: Browser, mailbox: Mailbox, clock: Clock
) -> None:
    browser.sign_up("ada@example.org")
    day = service_clock.now().date() + 30 * DAY
    first, changed = edited(), edited(_date(day), SHORTER)
    assert run(first, "status") == (0, "No policy holds yet.\n")
    assert run(changed, "announce")[0] == 1, "there is nothing yet that it changes"
    assert run(first, "activate")[0] == 0
    code, said = run(changed, "announce")
    assert (code, "Your account: how long we keep it." in said) == (0, True)
    assert "Mails: 1 sent." in said
    assert mailbox.to("ada@example.org")[-1].subject.startswith("Our privacy policy at Kinvo changes on")
    assert "may hold from" in run(changed, "status")[1]
    assert run(changed, "announce")[0] == 0
    assert len([one for one in mailbox.to("ada@example.org") if "policy" in one.subject]) == 1
    clock.advance(29 * DAY)
    code, said = run(changed, "activate")
    assert (code, said[:16]) == (1, "It may hold from")
    clock.advance(DAY)
    assert run(changed, "activate")[0] == 0
    assert f"Version {changed.version} holds" in run(changed, "status")[1]


def test_an_old_date_under_a_new_text_is_refused(run: Run, stage: Stage) -> None:
    assert run(edited(), "activate")[0] == 0
    reworded = edited(('what = "To take payments', 'what = "To take your payments'))
    assert run(reworded, "activate") == (
        1,
        "The text changes and its date does not: write an effective_at later than 2026-03-01.\n",
    )


def test_the_draft_says_whom_a_change_concerns(stage: Stage) -> None:
    with mock.patch.object(compiled, "load", return_value=edited()):
        changing.main(["activate"])
    with mock.patch.object(compiled, "load", return_value=edited(("P1D", "P2D"))):
        draft = operations.draft()
    assert draft.concerns == {"visitor"}
    assert "<html" in draft.page


def test_a_policy_command_has_a_module_of_its_own() -> None:
    assert operate.command(["policy", "announce"]) == ("infra.policy.changing", ["announce"])
    assert operate.command(["explain", "acc_1"]) == ("infra.money", ["explain", "acc_1"])
    with pytest.raises(KeyError):
        operate.command([])


def _date(day: date) -> tuple[str, str]:
    return 'effective_at = "2026-03-01"', f'effective_at = "{day}"'
