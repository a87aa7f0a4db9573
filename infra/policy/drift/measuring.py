"""Metrics: a constant name, and no dimension, since an id in one would be a figure about somebody."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from infra.policy.drift.code import Code, callee, keyword
from infra.policy.drift.named import logs
from infra.policy.faults import Fault
from infra.policy.model import Inventory

DIMENSIONS = {"add_dimension", "add_metadata", "set_default_dimensions"}
HOME = "chalicelib/core/metrics.py"


def faults(code: Code, inventory: Inventory) -> Iterator[Fault]:
    known = logs(inventory)
    for at, call in code.calls():
        whose, name = callee(call)
        if (whose, name) == ("metrics", "count") and not (
            call.args and isinstance(call.args[0], ast.Constant)
        ):
            yield _fault(at.file, call, "A metric's name can't be read.", "Write the name itself.")
        elif name == "single_metric" and (at.file != HOME or keyword(call, "default_dimensions")):
            yield _fault(at.file, call, "A metric is made around core/metrics.", "Call metrics.count.")
        elif name in DIMENSIONS:
            for dimension in _dimensions(call):
                if dimension not in known:
                    yield _fault(
                        at.file,
                        call,
                        f"A metric gets the dimension {dimension}, and the inventory does not name it.",
                        f'Leave it, or add "{dimension}" to the attributes of a field of service_log.',
                    )


def _dimensions(call: ast.Call) -> list[str]:
    """The names that a call gives; one that is not constant can't be read."""
    first = keyword(call, "name") or keyword(call, "key") or (call.args[0] if call.args else None)
    if first is not None:
        return [str(first.value) if isinstance(first, ast.Constant) else "that can't be read"]
    return [one.arg or "that can't be read" for one in call.keywords]


def _fault(file: str, call: ast.Call, what: str, do: str) -> Fault:
    why = "Figures of a person are data of a person."
    return Fault("category.service_log", what, why, do, line=call.lineno, file=file)
