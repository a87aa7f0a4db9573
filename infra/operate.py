"""`python -m infra.operate --stage STAGE COMMAND ...`: an operator's command in a stage's environment.

`policy` commands are those of `infra.policy.changing`, `mailing` is that of `infra.mailing`, and all others
those of `python -m chalicelib.money`.

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
# Modules of commands that have a word of their own before them, and one with words that it reads itself.
OTHERS = {"policy": "infra.policy.changing", "mailing": "infra.mailing", "requests": "infra.requests"}
PRIVACY = "infra.privacy"
PRIVACY_WORDS = ("holds", "audit", "replay-deletions")
# Sentences alone: neither log lines nor metrics among them.
QUIET = {"LOG_LEVEL": "ERROR", "POWERTOOLS_METRICS_DISABLED": "true"}


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m infra.operate", description=__doc__)
    made.add_argument("--stage", required=True, help=f"one of {', '.join(stages.configuration()['stages'])}")
    made.add_argument("arguments", nargs=argparse.REMAINDER, metavar="COMMAND", help="see above")
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
    module, arguments = command(asked.arguments)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__")


def command(arguments: Sequence[str]) -> tuple[str, list[str]]:
    """The module that a command belongs to, and what it is given."""
    word, *rest = [*arguments, ""]
    if word in PRIVACY_WORDS:
        return PRIVACY, list(arguments)
    return (OTHERS[word], rest[:-1]) if word in OTHERS else (MODULE, list(arguments))


if __name__ == "__main__":
    main()
