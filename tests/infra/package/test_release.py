"""The release: small, whole, the same bytes each time, and refused where it could not run."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from infra import archive, dependencies, package, stages, trim
from infra.dependencies import ARM64, HOST
from infra.stages import ROOT, Stage
from tests.harness.environment import ENVIRONMENT
from tests.infra.package.described import Templates

IMPORT_ALL = """
import importlib, pathlib, sys
sys.path.insert(0, sys.argv[1])
import app
for file in sorted(pathlib.Path(sys.argv[1], "chalicelib").rglob("*.py")):
    name = ".".join(file.relative_to(sys.argv[1]).with_suffix("").parts)
    importlib.import_module(name.removesuffix(".__init__"))
import stripe, twilio.rest
stripe.StripeClient("sk_test_x").v1.checkout.sessions, stripe.Webhook
carrier = twilio.rest.Client("AC" + "0" * 32, "token")
import joserfc.jwk
joserfc.jwk.RSAKey.generate_key(2048)
carrier.calls, carrier.api.v2010.account.outgoing_caller_ids
import boto3
for service in sys.argv[2:]:
    boto3.client(service, region_name="us-east-1")
outside = {
    module.__file__
    for module in list(sys.modules.values())
    if getattr(module, "__file__", None) and "site-packages" in module.__file__
}
assert not outside, outside
print(sum(name.startswith("aiohttp") for name in sys.modules))
"""


@pytest.fixture(scope="module")
def chalice_zip(templates: Templates) -> Path:
    return templates.file("kinvo").with_name("deployment.zip")


@pytest.fixture(scope="module")
def release(chalice_zip: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real release's zip; its dependencies are made once a set of requirements, under .local/."""
    zip_file = tmp_path_factory.mktemp("release") / "deployment.zip"
    shutil.copy(chalice_zip, zip_file)
    package.bundle(zip_file, dependencies.tree(ARM64), trim.left_out(["password_sign_in"]))
    return zip_file


def names(zip_file: Path) -> list[str]:
    with ZipFile(zip_file) as opened:
        return opened.namelist()


def test_the_release_is_within_its_limits(release: Path) -> None:
    archive.check(release)
    assert "limit" in archive.table(release)


def test_the_release_is_the_same_bytes_each_time(release: Path, chalice_zip: Path, tmp_path: Path) -> None:
    again = tmp_path / "deployment.zip"
    shutil.copy(chalice_zip, again)
    package.bundle(again, dependencies.tree(ARM64), trim.left_out(["password_sign_in"]))
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(release.read_bytes()).digest()


def test_every_compiled_part_is_for_arm64(release: Path) -> None:
    libraries = [name for name in names(release) if name.endswith(".so")]
    assert libraries
    assert [name for name in libraries if "x86_64" in name] == []
    with ZipFile(release) as opened:
        for name in libraries:
            # The machine's number in an ELF header: 183 is AArch64.
            assert int.from_bytes(opened.read(name)[18:20], "little") == 183, name


def test_everything_is_compiled_for_lambdas_python_and_trusted_without_a_look_at_the_clock(
    release: Path,
) -> None:
    with ZipFile(release) as opened:
        listed = set(opened.namelist())
        sources = [name for name in listed if name.endswith(".py")]
        assert "chalicelib/core/settings.py" in sources
        for source in sources:
            compiled = importlib.util.cache_from_source(source)
            assert compiled in listed, source
            header = opened.read(compiled)[:8]
            assert header == importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little"), source


def test_nothing_useless_or_of_the_laptop_is_in_the_release(release: Path) -> None:
    tops = {name.partition("/")[0] for name in names(release)}
    assert not {"aiohttp", "multidict", "yarl", "attr", "attrs", "infra", "tests", "bench", "web"} & tops
    assert not {"click", "inquirer", "pip", "setuptools", "yaml", ".lock"} & tops
    data = {name.split("/")[2] for name in names(release) if name.startswith("botocore/data/")}
    assert {name for name in data if "." not in name} == set(trim.SERVICES)
    assert not [name for name in names(release) if name.startswith("phonenumbers/geodata")]
    domains = {name.split("/")[2] for name in names(release) if name.startswith("twilio/rest/")}
    assert {name for name in domains if "." not in name} == {"api", "__pycache__"}


def test_what_only_google_sign_in_needs_goes_along_only_with_it(
    release: Path, chalice_zip: Path, tmp_path: Path
) -> None:
    with_google = tmp_path / "deployment.zip"
    shutil.copy(chalice_zip, with_google)
    package.bundle(with_google, dependencies.tree(ARM64), trim.left_out(["google_sign_in"]))
    archive.check(with_google, trim.allowance_bytes(["google_sign_in"]))
    more = {name.partition("/")[0] for name in set(names(with_google)) - set(names(release))}
    assert more == {
        f"_cffi_backend.cpython-{dependencies.PYTHON.replace('.', '')}-aarch64-linux-gnu.so",
        "cffi",
        "cryptography",
        "joserfc",
    }


def test_the_release_holds_every_file_of_ours(release: Path) -> None:
    ours = {file.relative_to(ROOT).as_posix() for file in package.sources()}
    assert ours <= set(names(release))


def test_the_release_runs_alone(chalice_zip: Path, tmp_path: Path) -> None:
    """This machine's variant, without any other package within reach: nothing it needs was left out."""
    zip_file = tmp_path / "deployment.zip"
    shutil.copy(chalice_zip, zip_file)
    package.bundle(zip_file, dependencies.tree(HOST))
    alone = tmp_path / "task"
    shutil.unpack_archive(zip_file, alone)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", IMPORT_ALL, str(alone), *trim.SERVICES],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "0"), done.stderr


def clients() -> Iterator[str]:
    """Every AWS service that our code makes a client of."""
    for file in (ROOT / "chalicelib").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                called, first = node.func.attr, node.args[0] if node.args else None
                if called in ("client", "resource", "create_client") and isinstance(first, ast.Constant):
                    yield str(first.value)


def test_botocore_keeps_exactly_the_services_that_our_code_asks() -> None:
    assert {*clients(), "dynamodb"} == set(trim.SERVICES)


def test_a_rule_that_trims_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(trim.NothingToTrim, match=r"pyi"):
        trim.trim(tmp_path)


def test_a_release_over_a_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "file").write_bytes(b"0" * 2000)
    archive.write(tmp_path / "zip", [tmp_path / "content"])
    monkeypatch.setattr(archive, "UNZIPPED_BYTES", 1999)
    with pytest.raises(archive.TooLarge, match="limits"):
        archive.check(tmp_path / "zip")


def stage(name: str, **environment: str) -> Stage:
    return stages.load(name, environment)


@pytest.mark.parametrize(
    ("refused", "reason"),
    [
        (stage("kinvo", RATE_DECK="sample"), "sample deck"),
        (stage("local"), "laptop"),
    ],
    ids=["sample deck", "local"],
)
def test_what_could_not_run_is_not_packaged(refused: Stage, reason: str, tmp_path: Path) -> None:
    with pytest.raises(package.PackageError, match=reason):
        package.package_release(refused, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_python_that_lambda_lacks_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dependencies, "PYTHON", "3.19")
    with pytest.raises(package.PackageError, match=r"3\.11, 3\.12, 3\.13"):
        package.package_release(stage("kinvo"), tmp_path / "out")


def test_an_unknown_stage_is_told_with_those_there_are() -> None:
    with pytest.raises(stages.UnknownStage, match="kinvo-dev"):
        stage("production")
