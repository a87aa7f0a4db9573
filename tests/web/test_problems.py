"""The service's refusals in the page's language: none is forgotten, and numbers in them stay as they are."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import pytest
from playwright.sync_api import expect

from chalicelib.policy import profile
from infra import client
from tests.web.site import Guest

ROOT = Path(__file__).parents[2]
GERMAN = client.WEB / "src/api/problems.de.ts"
# What the policy words itself, and is shown as it was written.
OWN = {"emergency-number"}
# Providers' webhooks, programs, and what operators are told at their own desk: no page of ours hears of it.
UNSEEN = ("providers/", "privacy/desk.py", "privacy/holds.py", "money/facts.py")

NEVER_ASKED = {
    "A key is 1 to 255 letters, digits or signs, without spaces.",
    "This cursor is not from your last page; start again without one.",
}
"""The client makes these itself."""


def _refused() -> Iterator[ast.AST]:
    for file in sorted((ROOT / "chalicelib").rglob("*.py")):
        if str(file.relative_to(ROOT / "chalicelib")).startswith(UNSEEN):
            continue
        yield from ast.walk(ast.parse(file.read_text()))


def _slugs() -> set[str]:
    found = set()
    for node in _refused():
        match node:
            case ast.Call(func=ast.Name("Refusal"), args=[_, ast.Constant(str(slug)), *_]):
                found.add(slug)
            case ast.Call(func=ast.Name("_refusal"), args=[ast.Constant(str(slug)), *_]):
                found.add(slug)
            case ast.Call(func=ast.Attribute(attr="__init__"), args=[_, ast.Constant(str(slug)), _]):
                found.add(slug)
            case ast.Call(func=ast.Attribute(attr="cancel"), args=[_, ast.Constant(str(slug)), _]):
                found.add(slug)
            case ast.Tuple(elts=[ast.Constant(str(slug)), ast.Constant(str(sentence))]) if sentence.endswith(
                "."
            ) and re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", slug):
                found.add(slug)
    return found


def _text(node: ast.expr) -> str | None:
    """A sentence as it may be told: a 7 stands for every value in it."""
    match node:
        case ast.Constant(str(text)):
            return text
        case ast.JoinedStr(parts):
            return "".join(str(one.value) if isinstance(one, ast.Constant) else "7" for one in parts)
    return None


def _field_sentences() -> set[str]:
    found = set()
    for node in _refused():
        match node:
            case ast.FunctionDef():
                fields = [one for one in ast.walk(node) if _is_field_error(one)]
                told = [one.args[1] for one in fields]
                found |= {text for one in told if (text := _text(one))}
                if any(isinstance(one, ast.Name) for one in told):
                    found |= {
                        text
                        for one in ast.walk(node)
                        if isinstance(one, ast.Assign)
                        and [getattr(name, "id", "") for name in one.targets] == ["sentence"]
                        and (text := _text(one.value))
                    }
    return found


def _is_field_error(node: ast.AST) -> TypeGuard[ast.Call]:
    match node:
        case ast.Call(func=ast.Name("FieldError" | "refuse") | ast.Attribute(attr="refuse"), args=[_, _]):
            return True
    return False


def _said(asked: list[list[str]]) -> list[str | None]:
    """What the German module answers: a type and a sentence, or a field's sentence alone."""
    made = client.run_tool("esbuild", "--bundle", "--format=esm", str(GERMAN))
    ask = (
        "const asked = JSON.parse(process.argv[1]);"
        "console.log(JSON.stringify(asked.map((one) => one.length > 1 ? problem(...one) : field(one[0]))));"
    )
    done = subprocess.run(
        [client.node(), "--input-type=module", "-e", made + ask, "--", json.dumps(asked)],
        capture_output=True,
        text=True,
        check=True,
    )
    told: list[str | None] = json.loads(done.stdout)
    return told


def test_every_refusal_has_german_words_and_no_german_is_left_over() -> None:
    known = set(re.findall(r'^  "?([a-z0-9-]+)"?:', GERMAN.read_text(), re.MULTILINE))
    assert len(known) > 60
    assert known == _slugs() - OWN


def test_every_sentence_about_a_field_has_german_words_of_its_own() -> None:
    sentences = sorted(_field_sentences() - NEVER_ASKED)
    assert len(sentences) > 15
    [generic] = _said([["Something new."]])
    spoken = dict(zip(sentences, _said([[one] for one in sentences]), strict=True))
    assert [one for one, said in spoken.items() if said == generic] == []


def test_numbers_stay_in_the_sentence() -> None:
    asked = {
        ("not-refundable", "At most 12.5 EUR can go back to how it was paid."): "12,5 EUR",
        ("too-many-requests", "That was too often. Please try again in 5 minutes."): "5 Minuten",
        ("caller-ids-full", "You have 10 numbers. Please remove one first."): "10 Rufnummern",
        ("number-not-e164", "Please check this number; did you mean +4930123456?"): "+4930123456",
        ("address-too-new", "Your calls are only shown from 2026-12-22 on."): "22.12.2026",
    }
    said = _said([list(one) for one in asked])
    assert [expected in str(one) for one, expected in zip(said, asked.values(), strict=True)] == [True] * 5


def test_a_policys_own_words_are_told_as_they_are() -> None:
    sentence = profile.current().calls.emergency_sentence
    assert _said([["emergency-number", sentence]]) == [None]


@pytest.fixture
def german(guest: Guest) -> Guest:
    page = guest.open("/reset")
    page.get_by_label("Language").select_option("de")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    return guest


def test_a_refusal_is_told_in_german(german: Guest) -> None:
    page = german.open()
    page.get_by_label("E-Mail").fill("ada@example.org")
    page.get_by_label("Passwort", exact=True).fill("not my password")
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("alert")).to_have_text("Adresse und Passwort passen nicht zusammen.")
    asked = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    assert sum("problems.de" in one for one in asked) == 1


def test_the_policys_own_words_are_marked_as_english(german: Guest) -> None:
    page = german.sign_in("/numbers")
    page.get_by_label("Ihre Telefonnummer").fill("112")
    page.get_by_role("button", name="Diese Nummer anrufen").click()
    alarm = page.get_by_role("alert").locator("[lang=en]")
    expect(alarm).to_contain_text(profile.current().calls.emergency_sentence)
