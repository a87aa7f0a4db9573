"""One process that holds the imported application and answers one event at a time, as Lambda would.

Started by `infra.local.workers`; it talks over an inherited socket in lines of JSON: first what the
application offers, then a result for each event. It ends when the other side does.
"""

from __future__ import annotations

import importlib
import json
import socket
import sys
import time
import traceback
from dataclasses import dataclass, field
from typing import Any

from infra.local.events import ACCOUNT_ID, Event

FUNCTION_NAME = "vowline-local-app"


@dataclass
class Context:
    """What Lambda tells a function about its invocation."""

    aws_request_id: str
    timeout_seconds: float
    function_name: str = FUNCTION_NAME
    function_version: str = "$LATEST"
    invoked_function_arn: str = f"arn:aws:lambda:us-east-1:{ACCOUNT_ID}:function:{FUNCTION_NAME}"
    memory_limit_in_mb: int = 1769
    log_group_name: str = f"/aws/lambda/{FUNCTION_NAME}"
    log_stream_name: str = "local"
    identity: None = None
    client_context: None = None
    _started: float = field(default_factory=time.monotonic)

    def get_remaining_time_in_millis(self) -> int:
        left = self.timeout_seconds - (time.monotonic() - self._started)
        return max(0, int(left * 1000))


def main() -> None:
    descriptor, folder, timeout_seconds = int(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    sys.path.insert(0, folder)
    app = importlib.import_module("app").app
    with socket.socket(fileno=descriptor) as channel, channel.makefile("rwb") as lines:
        offer = {path: sorted(methods) for path, methods in app.routes.items()}
        lines.write(_line({"routes": offer, "binary_types": app.api.binary_types}))
        lines.flush()
        for line in lines:
            lines.write(_answer(app, json.loads(line), timeout_seconds))
            lines.flush()


def _answer(app: Any, event: Event, timeout_seconds: float) -> bytes:
    try:
        return _line(app(event, Context(event["requestContext"]["requestId"], timeout_seconds)))
    except Exception:  # noqa: BLE001 - what a function lets through, Lambda logs, and API Gateway answers 502
        traceback.print_exc()
        return _line(None)


def _line(value: Any) -> bytes:
    return json.dumps(value).encode() + b"\n"


if __name__ == "__main__":
    main()
