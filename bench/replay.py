"""DynamoDB's answers given at botocore's HTTP layer, so that parsing them is measured and a server is not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from moto.core.botocore_stubber import MockRawResponse

from chalicelib.core import tables


@contextmanager
def answered(event: str, answer: Callable[[], tuple[int, HTTPHeaders, bytes]]) -> Iterator[None]:
    """Each request of this botocore event (`before-send.dynamodb...`) gets the status, headers and body."""
    with answering(event, lambda _: answer()):
        yield


@contextmanager
def answering(event: str, answer: Callable[[Any], tuple[int, HTTPHeaders, bytes]]) -> Iterator[None]:
    """As `answered`, by what the request's JSON asks for."""

    def reply(request: Any, **_: Any) -> AWSResponse:
        status, headers, body = answer(json.loads(request.body))
        return AWSResponse(request.url, status, headers, MockRawResponse(body))

    events: Any = tables.connection().client.meta.events
    events.register_first(event, reply)
    try:
        yield
    finally:
        events.unregister(event, reply)
