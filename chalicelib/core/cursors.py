"""Where a list goes on: signed, and good only for the user and list that it was made for."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from chalicelib.core import keys
from chalicelib.core.errors import FieldError, Refusal


def seal(owner: str, position: dict[str, Any]) -> str:
    """`owner` names the list and whose it is, such as `calls:acc_...`."""
    text = base64.urlsafe_b64encode(json.dumps(position).encode()).decode()
    return f"{text}.{keys.sign(f'cursor:{owner}', text)}"


def unseal(owner: str, cursor: str) -> dict[str, Any]:
    """The position that was sealed; refuses any other cursor."""
    text, _, signature = cursor.partition(".")
    try:
        if keys.signed(f"cursor:{owner}", text, signature):
            position: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text))
            return position
    except (binascii.Error, ValueError):
        pass
    message = "This cursor is not from your last page; start again without one."
    raise Refusal(422, "invalid", "The cursor does not fit.", [FieldError("cursor", message)])
