"""The house's rules that a reader of the code can check, so that nobody has to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICE = [ROOT / "app.py", *sorted((ROOT / "chalicelib").rglob("*.py"))]
ALL = [
    *SERVICE,
    *(file for folder in ("infra", "bench", "tests") for file in sorted((ROOT / folder).rglob("*.py"))),
]
SAYS_NOTHING = {"common", "helpers", "manager", "misc", "service", "services", "util", "utils"}
PURE = [
    *(ROOT / "chalicelib").rglob("rules.py"),
    ROOT / "chalicelib/money/rates.py",
    ROOT / "chalicelib/policy/calendar.py",
]
IMPURE = {"boto3", "os", "pynamodb", "random", "secrets", "socket", "time", "urllib", "requests"}
IMPURE_ROOMS = {"clock", "settings", "tables", "aws", "providers", "models", "keys"}


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def imports(file: Path) -> Iterator[str]:
    """Everything imported, as dotted names."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def attributes(file: Path) -> Iterator[str]:
    """Every `a.b` that is read, called or set."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"


def room(file: Path) -> str | None:
    parts = file.relative_to(ROOT).parts
    return parts[1] if parts[0] == "chalicelib" and len(parts) > 2 else None


def test_there_is_code_to_check() -> None:
    assert len(SERVICE) > 40
    assert len(PURE) > 4


@pytest.mark.parametrize("file", ALL, ids=name_of)
def test_a_file_says_what_it_is_for_and_stays_small(file: Path) -> None:
    assert file.stem not in SAYS_NOTHING
    assert len(file.read_text().splitlines()) <= 300
    assert ast.get_docstring(tree(file)) or not file.read_text(), "a module says what it is for"


@pytest.mark.parametrize("file", ALL, ids=name_of)
def test_a_function_stays_small(file: Path) -> None:
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 70, node.name


@pytest.mark.parametrize("file", SERVICE, ids=name_of)
def test_a_room_is_used_through_its_nouns_never_through_its_models(file: Path) -> None:
    for imported in imports(file):
        parts = imported.split(".")
        if parts[0] == "chalicelib" and "models" in parts[2:]:
            assert parts[1] == room(file), imported


@pytest.mark.parametrize("file", PURE, ids=name_of)
def test_rules_know_no_clock_store_network_or_chance(file: Path) -> None:
    for imported in imports(file):
        assert imported.split(".")[0] not in IMPURE, imported
        assert not IMPURE_ROOMS.intersection(imported.split(".")), imported
    assert not {"datetime.now", "datetime.utcnow", "date.today"}.intersection(attributes(file))


@pytest.mark.parametrize("file", SERVICE, ids=name_of)
def test_only_settings_reads_the_environment(file: Path) -> None:
    if name_of(file) != "chalicelib/core/settings.py":
        assert not {"os.environ", "os.getenv"}.intersection(attributes(file))
        assert not any(imported.startswith("os.environ") for imported in imports(file))


@pytest.mark.parametrize("file", SERVICE, ids=name_of)
def test_only_the_clock_asks_for_the_time(file: Path) -> None:
    if name_of(file) != "chalicelib/core/clock.py":
        dates = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
        assert not {*dates, "time.time", "time.monotonic"}.intersection(attributes(file))


@pytest.mark.parametrize("file", [file for file in SERVICE if file.name == "routes.py"], ids=name_of)
def test_routes_hold_no_table_and_no_price(file: Path) -> None:
    for imported in imports(file):
        assert not {"models", "tables", "rates", "pynamodb"}.intersection(imported.split(".")), imported


@pytest.mark.parametrize("file", SERVICE[1:], ids=name_of)
def test_blueprints_carry_http_only(file: Path) -> None:
    """Chalice deploys a blueprint's function without loading app.py, and with it what start-up hands down."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in {"schedule", "lambda_function", "on_sqs_message"}, node.lineno


@pytest.mark.parametrize("file", SERVICE, ids=name_of)
def test_only_providers_know_a_providers_package(file: Path) -> None:
    if room(file) != "providers":
        for imported in imports(file):
            assert imported.split(".")[0] not in {"stripe", "twilio"}, imported


@pytest.mark.parametrize("file", SERVICE, ids=name_of)
def test_only_providers_reach_the_network_and_only_core_reaches_aws(file: Path) -> None:
    """What leaves the house leaves by a door with a guard."""
    network = {
        "aiohttp",
        "ftplib",
        "httpx",
        "requests",
        "smtplib",
        "socket",
        "telnetlib",
        "urllib3",
        "websocket",
    }
    for imported in imports(file):
        if room(file) != "providers":
            assert imported.split(".")[0] not in network, imported
            assert not imported.startswith(("http.client", "urllib.request")), imported
        if room(file) != "core":
            assert imported.split(".")[0] != "boto3", imported
