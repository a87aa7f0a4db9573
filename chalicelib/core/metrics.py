"""Figures, as CloudWatch reads them from the log. Each has an alarm and a runbook, but for the quiet ones."""

from __future__ import annotations

NAMESPACE = "Vowline"
QUIET = {"OptOutSignals"}
"""Counted to be told of, and nothing that anybody has to look after."""


def count(name: str, value: int = 1) -> None:
    """Say that something happened so many times. Its dimension is the stage's service, never an id."""
    from aws_lambda_powertools.metrics import MetricUnit, single_metric

    with single_metric(name=name, unit=MetricUnit.Count, value=value, namespace=NAMESPACE):
        pass
