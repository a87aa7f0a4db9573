"""Which request is which operation."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from infra.local.payments import (
    charges,
    checkouts,
    customers,
    disputes,
    events,
    fraud_warnings,
    intents,
    methods,
    orders,
    refunds,
    setups,
)
from infra.local.payments.errors import RefusedError
from infra.local.store import Document

Act = Callable[..., Document]
"""(state, form, *ids in the path) -> the object answered."""


@dataclass(frozen=True)
class Route:
    operation: str
    method: str
    path: re.Pattern[str]
    act: Act


def _route(operation: str, method: str, path: str, act: Act) -> Route:
    return Route(operation, method, re.compile("/v1/" + path.replace("ID", "([A-Za-z0-9_]+)")), act)


ROUTES = (
    _route("checkout.sessions.create", "POST", "checkout/sessions", orders.create),
    _route("checkout.sessions.list", "GET", "checkout/sessions", checkouts.list_all),
    _route("checkout.sessions.retrieve", "GET", "checkout/sessions/ID", checkouts.retrieve),
    _route("checkout.sessions.expire", "POST", "checkout/sessions/ID/expire", checkouts.expire),
    _route(
        "checkout.sessions.line_items.list", "GET", "checkout/sessions/ID/line_items", checkouts.list_items
    ),
    _route("payment_intents.create", "POST", "payment_intents", intents.create),
    _route("payment_intents.list", "GET", "payment_intents", intents.list_all),
    _route("payment_intents.retrieve", "GET", "payment_intents/ID", intents.retrieve),
    _route("setup_intents.list", "GET", "setup_intents", setups.list_all),
    _route("setup_intents.retrieve", "GET", "setup_intents/ID", setups.retrieve),
    _route("customers.create", "POST", "customers", customers.create),
    _route("customers.retrieve", "GET", "customers/ID", customers.retrieve),
    _route("customers.delete", "DELETE", "customers/ID", customers.delete),
    _route("customers.payment_methods.list", "GET", "customers/ID/payment_methods", methods.list_of),
    _route(
        "customers.payment_methods.retrieve", "GET", "customers/ID/payment_methods/ID", methods.retrieve_of
    ),
    _route("payment_methods.list", "GET", "payment_methods", methods.list_of),
    _route("payment_methods.retrieve", "GET", "payment_methods/ID", methods.retrieve),
    _route("payment_methods.detach", "POST", "payment_methods/ID/detach", methods.detach),
    _route("refunds.create", "POST", "refunds", refunds.create),
    _route("refunds.list", "GET", "refunds", refunds.list_all),
    _route("refunds.retrieve", "GET", "refunds/ID", refunds.retrieve),
    _route("refunds.cancel", "POST", "refunds/ID/cancel", refunds.cancel),
    _route("charges.list", "GET", "charges", charges.list_all),
    _route("charges.retrieve", "GET", "charges/ID", charges.retrieve),
    _route("disputes.list", "GET", "disputes", disputes.list_all),
    _route("disputes.retrieve", "GET", "disputes/ID", disputes.retrieve),
    _route("radar.early_fraud_warnings.list", "GET", "radar/early_fraud_warnings", fraud_warnings.list_all),
    _route(
        "radar.early_fraud_warnings.retrieve",
        "GET",
        "radar/early_fraud_warnings/ID",
        fraud_warnings.retrieve,
    ),
    _route("events.list", "GET", "events", events.list_all),
    _route("events.retrieve", "GET", "events/ID", events.retrieve),
)
OPERATIONS = frozenset(route.operation for route in ROUTES)


def find(method: str, path: str) -> tuple[Route, tuple[str, ...]]:
    """The route and the ids in the path; an unknown one is the provider's 404."""
    for route in ROUTES:
        if route.method == method and (found := route.path.fullmatch(path)):
            return route, found.groups()
    raise RefusedError(404, f"Unrecognized request URL ({method}: {path}).")
