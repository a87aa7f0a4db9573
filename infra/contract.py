"""The API document, and the client's types made from it: `python -m infra.contract`.

The document is that of the usual policy: what another one asks of a person beside is told by its own schemas.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from infra import client, stages
from infra.package import KNOWN_AT_DEPLOYMENT
from infra.policy import compiled

TYPES = client.WEB / "src/api/schema.d.ts"
HEAD = "/** Made from the API document by `make types`; changes here are lost. */\n"


def document() -> dict[str, Any]:
    """The API document of the application in this repository."""
    compiled.refresh()
    os.environ.update(KNOWN_AT_DEPLOYMENT | dict(stages.load("local").environment))
    importlib.import_module("app")
    openapi = importlib.import_module("chalicelib.core.openapi")
    made: dict[str, Any] = openapi.document("Vowline", "1", "/")
    return made


def types(document: dict[str, Any]) -> str:
    """TypeScript for a document. Raises client.BuildFailed."""
    with tempfile.TemporaryDirectory(prefix="vowline-contract-") as scratch:
        source, made = Path(scratch) / "openapi.json", Path(scratch) / "schema.d.ts"
        source.write_text(json.dumps(document, sort_keys=True))
        client.run_tool(
            "openapi-typescript", str(source), "--default-non-nullable=false", "--output", str(made)
        )
        return HEAD + made.read_text()


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m infra.contract", description=__doc__)
    arguments.add_argument("--check", action="store_true", help="only say whether they are as they should be")
    chosen = arguments.parse_args()
    wanted = types(document())
    if chosen.check:
        if not TYPES.is_file() or TYPES.read_text() != wanted:
            sys.exit("The API has changed: `make types` brings the client's types up to date.")
    else:
        TYPES.write_text(wanted)


if __name__ == "__main__":
    main()
