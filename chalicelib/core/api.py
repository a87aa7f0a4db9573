"""The application: every HTTP answer, Chalice's own refusals too, leaves here in one shape."""

from __future__ import annotations

import time
from typing import Any

from chalice import Chalice

from chalicelib.core import metrics
from chalicelib.core.doors import refuse
from chalicelib.core.errors import Refusal
from chalicelib.core.logs import log

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
FRAMEWORK_REFUSALS = {
    400: ("malformed", "We could not read this request."),
    404: ("not-found", "There is nothing here."),
    405: ("method-not-allowed", "This address does not take that method."),
    413: ("too-large", "This is more than we can take at once."),
    415: ("media-type", "We can't read this kind of content."),
}
WEBHOOKS = "/api/webhooks/"
UNEXPECTED = ("unexpected", "Something went wrong on our side.")


class Api(Chalice):
    """Chalice, with one voice for refusals, the security headers, and one log line a request."""

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        started = time.perf_counter()
        answer: dict[str, Any] = super().__call__(event, context)
        asked = event.get("requestContext", {})
        if answer["statusCode"] >= 400 and not _is_problem(answer):
            kind, sentence = FRAMEWORK_REFUSALS.get(answer["statusCode"], UNEXPECTED)
            refusal = Refusal(answer["statusCode"], kind, sentence)
            allow = {name: value for name, value in answer["headers"].items() if name == "Allow"}
            answer = refuse(refusal, asked.get("requestId", "")).to_dict(self.api.binary_types)
            answer["headers"] |= allow
        answer["headers"] = {**HEADERS, **answer["headers"]}
        if answer["statusCode"] >= 400 and str(asked.get("resourcePath")).startswith(WEBHOOKS):
            metrics.count("WebhookFailures")
        log.info(
            "answered",
            extra={
                "request_id": asked.get("requestId"),
                "route": f"{asked.get('httpMethod')} {asked.get('resourcePath')}",
                "status": answer["statusCode"],
                "milliseconds": round((time.perf_counter() - started) * 1000),
            },
        )
        return answer


def _is_problem(answer: dict[str, Any]) -> bool:
    return str(answer["headers"].get("Content-Type", "")).startswith("application/problem+json")
