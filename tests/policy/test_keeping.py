"""What lies on another category's items ends with them, or the policy is refused."""

from __future__ import annotations

import pytest

from infra.policy.compiled import INVENTORY, PROFILES, File, Policy, build
from infra.policy.faults import Refused

OWNNUMBER = (PROFILES / "ownnumber.toml").read_text()
PLANNED = ('planned = ["call_quality", ', "planned = [")
OFFERED = ('offers = ["calling", ', 'offers = ["calling", "call_quality", ')


def compiled(*changes: tuple[str, str]) -> Policy:
    """OwnNumber's policy with some words of its decision about the quality of calls replaced."""
    head, mark, tail = OWNNUMBER.partition('[[category]]\nid = "call_quality"')
    for old, new in changes:
        assert old in tail, old
        tail = tail.replace(old, new, 1)
    text = head + mark + tail
    for old, new in (PLANNED, OFFERED):
        assert old in text, old
        text = text.replace(old, new, 1)
    return build(File("inventory.toml", INVENTORY.read_text()), File("ownnumber.toml", text))


def test_a_policy_that_collects_the_quality_of_calls_may_offer_it() -> None:
    profile = compiled().profile
    assert "call_quality" in profile.offers
    category = profile.category_of("call_quality")
    assert category.active
    assert {name for stored in category.attributes.values() for name in stored} == {
        "jitter_ms",
        "packet_loss_permille",
        "round_trip_ms",
        "mos_hundredths",
        "connection",
    }


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('maximum = "P2Y"', 'maximum = "P1Y"'), "and not for as long."),
        (('maximum = "P30D"', 'maximum = "P20D"'), "and not for as long."),
        (
            ('on_erasure = { action = "delete" }', 'on_erasure = { action = "keep", reason = "A reason." }'),
            "and outlives a deletion.",
        ),
    ],
)
def test_quality_is_kept_as_long_as_its_call_and_never_outlives_a_deletion(
    change: tuple[str, str], sentence: str
) -> None:
    with pytest.raises(Refused) as refused:
        compiled(change)
    [told] = [line for line in refused.value.told if "call_quality is kept on the items of" in line]
    assert told.startswith("ownnumber.toml, line ")
    assert sentence in told
