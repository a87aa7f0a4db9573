"""The log: every line has a constant message, and no field but those that the inventory names."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from infra.policy.drift.code import Code, Unreadable, callee, keyword
from infra.policy.drift.named import logs
from infra.policy.faults import Fault
from infra.policy.model import Inventory

LEVELS = {"critical", "debug", "error", "exception", "info", "log", "warning"}
LASTING = {"append_context_keys", "append_keys", "inject_lambda_context", "structure_logs"}


def faults(code: Code, inventory: Inventory) -> Iterator[Fault]:
    known = logs(inventory)
    for file, line, names in logged(code):
        if names is None:
            yield Fault(
                "store.logs",
                "What this line of the log holds can't be read.",
                "A field that nobody can name may hold anything of anybody.",
                "Write a constant message and extra={...} with constant names.",
                line=line,
                file=file,
            )
            continue
        for name in names:
            if name not in known:
                yield Fault(
                    "category.service_log.fields",
                    f"The log gets {name}, and the inventory does not name it.",
                    "What is not named is told to nobody, and is left out of the log when it runs.",
                    f'Use a field that is there, or add "{name}" to the attributes of a field of service_log'
                    " in chalicelib/policy/inventory.toml; never a name, number, address or text.",
                    line=line,
                    file=file,
                )


def logged(code: Code) -> Iterator[tuple[str, int, list[str] | None]]:
    """Each line of the log: its place, and its fields; None where they can't be read."""
    for at, call in code.calls():
        whose, name = callee(call)
        if whose != "log" or name not in LEVELS | LASTING:
            continue
        extra = keyword(call, "extra")
        plain = name in LEVELS and len(call.args) == 1 and isinstance(call.args[0], ast.Constant)
        more = {one.arg for one in call.keywords} - {"extra"}
        try:
            names = list(code.keys(extra, at)) if extra else []
        except Unreadable:
            plain, names = False, []
        yield at.file, call.lineno, names if plain and not more else None
