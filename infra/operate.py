"""`python -m infra.operate --stage STAGE COMMAND ...`: an operator's command in a stage's environment.

The commands are those of the modules in MODULES, which do the same where the environment is set already.

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
from infra.local.laptop import SetupRefused, laptop

MODULES = {
    **dict.fromkeys(("adjust", "check", "explain", "reconcile", "refund", "thaw"), "infra.money"),
    **dict.fromkeys(("audit", "holds", "mail-again", "replay-deletions"), "infra.privacy"),
    "mailing": "infra.mailing",
    "policy": "infra.policy.changing",
    "requests": "infra.requests",
}
"""By a command's first word."""
APART = ("mailing", "policy", "requests")
"""Words that their modules are not given."""
# Sentences alone: neither log lines nor metrics among them.
QUIET = {"LOG_LEVEL": "ERROR", "POWERTOOLS_METRICS_DISABLED": "true"}


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m infra.operate", description=__doc__)
    made.add_argument("--stage", required=True, help=f"one of {', '.join(stages.configuration()['stages'])}")
    made.add_argument(
        "arguments", nargs=argparse.REMAINDER, metavar="COMMAND", help=", ".join(sorted(MODULES))
    )
    return made


def environment(stage: str) -> Mapping[str, str]:
    """What the stage's functions run with. Raises stages.UnknownStage, SetupRefused, and botocore's."""
    found = stages.load(stage)
    if found.local:
        return laptop(os.environ).workers_environment()
    name = f"{found.environment['TABLE_PREFIX']}daily"
    configuration = boto3.client("lambda").get_function_configuration(FunctionName=name)
    return configuration["Environment"]["Variables"]


def main(arguments: Sequence[str] | None = None) -> None:
    asked = parser().parse_args(arguments)
    try:
        module, words = command(asked.arguments)
    except KeyError:
        parser().error(f"COMMAND is one of {', '.join(sorted(MODULES))}")
    try:
        found = environment(asked.stage)
    except (stages.UnknownStage, SetupRefused) as refused:
        sys.exit(str(refused))
    os.environ.update({**found, **QUIET})
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__")


def command(arguments: Sequence[str]) -> tuple[str, list[str]]:
    """The module that a command belongs to, and what it is given. Raises KeyError for an unknown one."""
    word, *rest = arguments or [""]
    return MODULES[word], rest if word in APART else list(arguments)


if __name__ == "__main__":
    main()
