"""What is handed on inside the house: events to a workflow or a queue, and the names of files in buckets."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from infra.policy.drift.code import Code, Place, Unreadable, callee, keyword, returned
from infra.policy.faults import Fault
from infra.policy.model import Inventory

EVENTS = {
    "start_execution": "input",
    "send_task_success": "output",
    "put_events": "Entries",
    "publish": "Message",
    "send_message": "MessageBody",
    "invoke": "Payload",
}
FILES = {"put_object", "upload_file", "upload_fileobj", "create_multipart_upload"}
VAULT = "chalicelib/core/vault.py"


def faults(code: Code, inventory: Inventory) -> Iterator[Fault]:
    events = {name for event in inventory.event for name in event.carries}
    objects = {name for store in inventory.store for name in store.objects}
    for at, call in code.calls():
        whose, name = callee(call)
        if name in EVENTS and (value := keyword(call, EVENTS[name])):
            for what, do in _event(code, at, value, events):
                why = "A workflow and a queue remember what they are given."
                yield Fault("event", what, why, do, line=call.lineno, file=at.file)
        elif name in FILES and at.file != VAULT:
            what = "A file is stored around core/vault."
            yield Fault(
                "store", what, "Nobody would erase it.", "Use core/vault.", line=call.lineno, file=at.file
            )
        elif (whose, name) == ("vault", "begin") and (fault := _object(code, at, call, objects)):
            yield fault


def _event(code: Code, at: Place, value: ast.expr, known: set[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with an event, and what to do."""
    try:
        names = dict.fromkeys(_carried(code, at, value))
    except Unreadable:
        yield "What this event carries can't be read.", "Write json.dumps({...}) with constant names."
        return
    for name in names:
        if name not in known:
            yield (
                f"An event carries {name}, and the inventory does not name it.",
                f'Leave it out, or add "{name}" to carries of an event in chalicelib/policy/inventory.toml.',
            )


def _carried(code: Code, at: Place, value: ast.expr) -> list[str]:
    """The names in what `json.dumps` is given, two floors deep."""
    match value:
        case ast.Call(func=ast.Attribute(attr="dumps"), args=[ast.Dict() as given]):
            found = list(code.keys(given, at))
            for inner in given.values:
                if not isinstance(inner, ast.Constant | ast.Attribute | ast.Name | ast.JoinedStr):
                    found += code.keys(inner, at)
            return found
    raise Unreadable


def _object(code: Code, at: Place, call: ast.Call, known: set[str]) -> Fault | None:
    key = _key(code, at, call.args[0])
    if key in known:
        return None
    return Fault(
        "store",
        f"A file is stored as {key or 'a name that is not readable'}, which the inventory does not name.",
        "Whose a file is stands in its name, and who is given its link reads what else stands there.",
        f'Add "{key}" to objects of its store in chalicelib/policy/inventory.toml.'
        if key
        else "Make the name in a function that returns one f-string.",
        line=call.lineno,
        file=at.file,
    )


def _key(code: Code, at: Place, value: ast.expr) -> str | None:
    """A file's name with its values' own names in braces; None where it can't be read."""
    key: str | None = None
    match value:
        case ast.Constant(value=str(text)):
            key = text
        case ast.Name(id=name) | ast.Attribute(attr=name):
            key = f"{{{name}}}"
        case ast.FormattedValue(value=inner):
            key = _key(code, at, inner)
        case ast.JoinedStr(values=parts):
            key = _joined(code, at, "", parts)
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(value=str(mark)), attr="join"),
            args=[ast.GeneratorExp(generators=[ast.comprehension(iter=ast.Tuple(elts=parts))])],
        ):
            key = _joined(code, at, mark, parts)
        case ast.Call(func=ast.Name(id=name)):
            key = _answered(code, at, name, code.function)
        case ast.Call(func=ast.Attribute(attr=name)):
            key = _answered(code, at, name, code.method)
    return key


def _answered(code: Code, at: Place, name: str, find: Callable[[str, str], Place]) -> str | None:
    """What a function answers, where it answers one thing."""
    try:
        made = find(name, at.file)
    except Unreadable:
        return None
    answers = returned(made)
    return _key(code, made, answers[0]) if len(answers) == 1 else None


def _joined(code: Code, at: Place, mark: str, parts: Sequence[ast.expr]) -> str | None:
    texts = [text for part in parts if (text := _key(code, at, part)) is not None]
    return mark.join(texts) if len(texts) == len(parts) else None
