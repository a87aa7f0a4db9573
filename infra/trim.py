"""What a release leaves out of its dependencies: parts that nothing here uses, and their weight."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from importlib.metadata import distributions
from pathlib import Path

SERVICES = ("dynamodb", "kms", "s3", "secretsmanager", "sesv2", "stepfunctions")
"""AWS services whose descriptions botocore keeps: those that have a client in chalicelib."""

DISTRIBUTIONS = (
    # The asynchronous halves of the payments' and the carrier's SDKs, unused here.
    *("aiohappyeyeballs", "aiohttp", "aiohttp-retry", "aiosignal", "attrs"),
    *("frozenlist", "multidict", "propcache", "yarl"),
    "pycparser",  # what would compile C at run time
)

LEFT_BEHIND = (".lock", "bin", "**/__pycache__")
"""What one installer leaves and another does not."""

USELESS = (
    "**/*.pyi",
    "**/py.typed",
    "**/tests",
    "aws_lambda_powertools/event_handler",
    "boto3/data",
    "boto3/examples",
    "phonenumbers/carrier.py",
    "phonenumbers/carrierdata",
    "phonenumbers/geocoder.py",
    "phonenumbers/geodata",
    "phonenumbers/timezone.py",
    "phonenumbers/tzdata",
    "stripe/events",  # of an API that we do not use
    "stripe/params",  # types alone
    "twilio/http/async_http_client.py",
)

TWILIO_DOMAINS = ("api",)
ONLY_FOR = {"google_sign_in": ("_cffi_backend.*", "cffi", "cryptography", "joserfc")}
"""Top-level names that only a service with a capability needs."""

ALLOWANCES = {"google_sign_in": 3_000_000}
"""What they may weigh beyond the limit in the zip: cryptography's library alone is 5 MB there."""

METADATA_READERS = ("python_ulid",)
"""Distributions that look up their own version when imported."""


class NothingToTrim(Exception):
    """A rule found nothing: the library has changed and the rule should too; the message names the rule."""


def trim(tree: Path) -> None:
    """Delete what is useless from an installed tree; raises NothingToTrim when a rule found nothing."""
    for distribution in distributions(path=[str(tree)]):
        if distribution.metadata["Name"] in DISTRIBUTIONS:
            _delete({tree / file.parts[0] for file in distribution.files or () if file.parts[0] != ".."})
    for rule in LEFT_BEHIND + USELESS:
        found = set(tree.glob(rule))
        if not found and rule not in LEFT_BEHIND:
            raise NothingToTrim(
                f"{rule} is no part of the dependencies any more: remove it from infra/trim.py."
            )
        _delete(found)
    _keep_only(tree / "botocore" / "data", SERVICES)
    _keep_only(tree / "twilio" / "rest", (*TWILIO_DOMAINS, "__pycache__"))
    _keep_only(tree / "aws_lambda_powertools" / "utilities", ("jmespath_utils",))
    for folder in tree.glob("*.dist-info"):
        _trim_metadata(folder)


def left_out(offers: Iterable[str]) -> set[str]:
    """Patterns of the top-level names that a service which offers just this has no use for."""
    unused = ONLY_FOR.keys() - set(offers)
    return {pattern for capability in unused for pattern in ONLY_FOR[capability]}


def allowance_bytes(offers: Iterable[str]) -> int:
    """How much larger the zip of a service which offers this may be."""
    return sum(ALLOWANCES.get(capability, 0) for capability in offers)


def _keep_only(parent: Path, names: Iterable[str]) -> None:
    if missing := [name for name in names if name != "__pycache__" and not (parent / name).is_dir()]:
        raise NothingToTrim(f"{parent.name} has no {', '.join(missing)}: correct infra/trim.py.")
    _delete({folder for folder in parent.iterdir() if folder.is_dir() and folder.name not in names})


def _trim_metadata(folder: Path) -> None:
    if folder.name.partition("-")[0] not in METADATA_READERS:
        _delete({folder})
        return
    _delete({file for file in folder.iterdir() if file.name != "METADATA"})


def _delete(paths: set[Path]) -> None:
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
