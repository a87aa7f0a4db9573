"""The static page at the origin."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from infra.local import edge
from infra.local.page import Page
from tests.infra.local.in_process import ask


@pytest.fixture
def page(tmp_path: Path) -> Page:
    web = tmp_path / "web"
    (web / "views").mkdir(parents=True)
    (web / "index.html").write_text("<p>the page")
    (web / "views" / "app.js").write_text("go()")
    (tmp_path / "secret").write_text("not yours")
    return Page(replace(edge.read(), page_headers={"x-frame-options": "DENY"}), web)


@pytest.mark.parametrize("path", ["/", "/verify?token=1", "/topup/done?order=1", "/privacy"])
def test_the_page_s_own_paths_are_the_page(page: Page, path: str) -> None:
    answer = ask(page, "GET", path)
    assert (answer.status_code, answer.text) == (200, "<p>the page")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["x-frame-options"] == "DENY"


def test_the_front_page_is_made_anew_each_time(tmp_path: Path) -> None:
    fronts = iter([b"<p>one", b"<p>two"])
    page = Page(edge.read(), tmp_path, lambda: next(fronts))
    assert [ask(page, "GET", path).text for path in ("/", "/history/call_1")] == ["<p>one", "<p>two"]
    assert ask(page, "POST", "/").status_code == 405


def test_what_has_its_hash_in_its_name_is_kept_for_ever(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "main-1a2b.js").write_text("go()")
    (tmp_path / "icon.svg").write_text("<svg/>")
    page = Page(edge.read(), tmp_path)
    assert ask(page, "GET", "/assets/main-1a2b.js").headers["cache-control"].endswith("immutable")
    assert ask(page, "GET", "/icon.svg").headers["cache-control"] == "no-cache"


def test_what_is_long_is_compressed_as_cloudfront_does(tmp_path: Path) -> None:
    page = Page(edge.read(), tmp_path, lambda: b"<p>again" * 1_000)
    assert ask(page, "GET", "/").headers["content-encoding"] == "gzip"
    (tmp_path / "icon.svg").write_text("<svg/>")
    assert "content-encoding" not in ask(page, "GET", "/icon.svg").headers


def test_a_file_has_its_own_type(page: Page) -> None:
    answer = ask(page, "GET", "/views/app.js")
    assert (answer.text, answer.headers["content-type"].split(";")[0]) == ("go()", "text/javascript")


def test_the_page_s_own_paths_are_those_that_cloudfront_knows() -> None:
    paths = {"/sign-up", "/verify", "/parent", "/reset", "/email", "/privacy", "/settings", "/account"}
    paths |= {"/history", "/insights", "/money", "/topup", "/card", "/numbers"}
    assert edge.read().page_paths == paths


@pytest.mark.parametrize(
    "path", ["/nothing", "/views", "/views/", "/../secret", "/%2e%2e/secret", "/..%2fsecret"]
)
def test_what_is_not_there_is_404_with_the_same_headers(page: Page, path: str) -> None:
    answer = ask(page, "GET", path)
    assert answer.status_code == 404
    assert answer.headers["x-frame-options"] == "DENY"


def test_the_page_is_only_read(page: Page) -> None:
    assert ask(page, "POST", "/").status_code == 405
    assert ask(page, "HEAD", "/").status_code == 200
