"""Two versions of a policy: what differs, what of it matters, and to whom."""

from __future__ import annotations

import msgspec

from bench.policies import planting
from chalicelib.policy.profile import Profile
from infra.policy import diff
from infra.policy.compiled import File, build

OLD = planting.sound().profile


def changed(old: str, new: str, *, inventory: bool = False) -> Profile:
    texts = {"inventory": planting.INVENTORY.read_text(), "profile": planting.PROFILE.read_text()}
    place = "inventory" if inventory else "profile"
    assert old in texts[place]
    texts[place] = texts[place].replace(old, new, 1)
    return build(File("inventory.toml", texts["inventory"]), File("profile.toml", texts["profile"])).profile


def test_a_policy_does_not_differ_from_itself() -> None:
    assert diff.changes(OLD, OLD) == []


def test_a_longer_duration_is_material_to_those_whose_data_it_is() -> None:
    (change,) = diff.changes(OLD, changed('maximum = "P1Y"', 'maximum = "P2Y"'))
    assert (change.rule, change.material) == ("category.call.retention.call_ended.maximum", True)
    assert (change.before, change.after) == ("P1Y", "P2Y")
    assert change.affected == {"account", "counterparty"}


def test_a_better_sentence_is_wording() -> None:
    for new in (
        changed('what = "To keep books."', 'what = "To keep our books."'),
        changed('title = "Sample"', 'title = "Example"'),
        changed('number = { what = "The number', 'number = { what = "That number', inventory=True),
        changed('reason = "The policy names no age."', 'reason = "It names no age."'),
    ):
        (change,) = diff.changes(OLD, new)
        assert not change.material
        assert change.affected == frozenset()


def test_a_processor_concerns_those_whose_data_it_gets() -> None:
    (change,) = diff.changes(OLD, changed('hosts = ["api.purse.example"]', 'hosts = ["pay.purse.example"]'))
    assert change.rule == "processor.purse.hosts"
    assert change.affected == {"account"}
    (change,) = diff.changes(OLD, changed('mechanism = "dpf"', 'mechanism = "scc"'))
    assert change.affected == {"account", "counterparty", "visitor"}


def test_what_is_new_and_what_is_gone_are_told_so() -> None:
    more = changed('purposes = ["service"]', 'purposes = ["service", "safety"]')
    told = {change.rule: change for change in diff.changes(OLD, more)}
    assert told["category.call.purposes"].material
    without = msgspec.structs.replace(OLD, cookie=[])
    assert {
        change.after for change in diff.changes(OLD, without) if change.rule.startswith("cookie.session")
    } == {None}
    assert "nothing -> " in " ".join(map(str, diff.changes(without, OLD)))


def test_the_order_of_a_list_means_nothing() -> None:
    assert diff.changes(OLD, changed('["page", "mail"]', '["mail", "page"]')) == []


def test_prices_of_the_service_are_no_matter_of_privacy() -> None:
    (change,) = diff.changes(
        OLD, changed("topup_minimum_micros = 5_000_000", "topup_minimum_micros = 6_000_000")
    )
    assert not change.material
