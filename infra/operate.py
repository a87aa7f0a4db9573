"""`python -m infra.operate --stage STAGE COMMAND ...`: `python -m chalicelib.money` in a stage's environment.

On a laptop (`local`) that is the running service, with `PORT` and `STATE_DIR` as for `make run`. Elsewhere
the environment is asked of the stage's own function, by credentials that may read and write its tables too.
"""

from __future__ import annotations

import argparse
import os
import runpy
import sys
from collections.abc import Mapping, Sequence

import boto3

from infra import stages
from infra.local.laptop import laptop

MODULE = "chalicelib.money"
# Sentences alone: neither log lines nor metrics among them.
QUIET = {"LOG_LEVEL": "ERROR", "POWERTOOLS_METRICS_DISABLED": "true"}


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m infra.operate", description=__doc__)
    made.add_argument("--stage", required=True, help=f"one of {', '.join(stages.configuration()['stages'])}")
    made.add_argument("arguments", nargs=argparse.REMAINDER, metavar="COMMAND", help="see chalicelib.money")
    return made


def environment(stage: str) -> Mapping[str, str]:
    """What the stage's functions run with. Raises stages.UnknownStage, and botocore's errors."""
    found = stages.load(stage)
    if found.local:
        return laptop(os.environ).workers_environment()
    name = f"{found.environment['TABLE_PREFIX']}daily"
    configuration = boto3.client("lambda").get_function_configuration(FunctionName=name)
    return configuration["Environment"]["Variables"]


def main(arguments: Sequence[str] | None = None) -> None:
    asked = parser().parse_args(arguments)
    try:
        found = environment(asked.stage)
    except stages.UnknownStage as unknown:
        sys.exit(str(unknown))
    os.environ.update({**found, **QUIET})
    sys.argv = [MODULE, *asked.arguments]
    runpy.run_module(MODULE, run_name="__main__")


if __name__ == "__main__":
    main()
