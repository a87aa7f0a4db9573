"""The page as it is served: told of its service, and kept from everybody else."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from chalicelib.policy import profile
from infra import client, front, stages

PAGE = (client.WEB / "index.html").read_text()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text(PAGE)
    return tmp_path


@pytest.mark.parametrize("id", profile.known())
def test_the_page_knows_its_service_before_it_asks(folder: Path, id: str) -> None:
    policy = profile.load(id)
    page = front.dressed(policy, folder=folder).decode()
    assert f"<title>{policy.title}</title>" in page
    told = re.findall(r'<meta name="service" content="([^"]+)">', page)
    service = json.loads(html.unescape(told[0]))
    assert (service["title"], service["offers"], service["local"]) == (policy.title, policy.offers, False)
    known = (client.WEB / "src/frame/service.ts").read_text().partition("export type Service = {")[2]
    assert set(service) == set(re.findall(r"^  (\w+)\??:", known.partition("};")[0], re.MULTILINE))


def test_each_service_has_a_colour_of_its_own_that_the_design_knows() -> None:
    hues = {id: front.hue(profile.load(id).title) for id in profile.known()}
    assert len(set(hues.values())) == len(hues)
    tokens = (client.WEB / "src/design/tokens.css").read_text()
    assert all(f'[data-hue="{hue}"]' in tokens for hue in range(front.HUES))


@pytest.mark.parametrize("id", profile.known())
def test_the_page_talks_to_itself_and_to_active_partners_that_its_policy_names(id: str) -> None:
    policy = profile.load(id)
    rules = dict(rule.split(" ", 1) for rule in front.content_policy(policy).split("; "))
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["require-trusted-types-for"] == "'script'"
    assert not any("unsafe" in rule or "*" in rule for rule in rules.values())
    partners = set(rules["connect-src"].split()) - {"'self'"}
    named = {host for one in policy.processor if one.active for host in one.hosts}
    assert {one.removeprefix("wss://") for one in partners} <= named
    assert bool(partners) is ("calling" in policy.offers)


def test_each_deployed_stage_gets_the_content_policy_of_its_profile() -> None:
    stage = stages.load("kinvo")
    assert stage.parameters()["ContentPolicy"] == front.content_policy(profile.load("kinvo"))
    assert (
        "ContentPolicy" not in stages.load("local", {"PUBLIC_URL": "http://127.0.0.1", **_ASKED}).parameters()
    )


_ASKED = dict.fromkeys(("MAIL_FROM", "CONTROLLER", "PRIVACY_MAIL", "HOUSE_NUMBER"), "x")
