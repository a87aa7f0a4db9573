"""Every door of the service: HTTP through the rooms' blueprints, and the schedules and the workflow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalice import Cron, Rate

from chalicelib import wiring
from chalicelib.calling import margins, sweeper
from chalicelib.calling.exports import work as make_files
from chalicelib.calling.favourite_routes import routes as favourite_routes
from chalicelib.calling.history_routes import routes as history_routes
from chalicelib.calling.routes import routes as calling_routes
from chalicelib.core import chores, clock, secrets, settings
from chalicelib.core.api import Api
from chalicelib.core.reference import routes as reference_routes
from chalicelib.identity.credential_routes import routes as credential_routes
from chalicelib.identity.google_routes import routes as google_routes
from chalicelib.identity.routes import routes as identity_routes
from chalicelib.money import aging, books, decks, errands, holds, reconciler
from chalicelib.money.preference_routes import routes as preference_routes
from chalicelib.money.refund_routes import routes as refund_routes
from chalicelib.money.routes import routes as money_routes
from chalicelib.numbers.routes import routes as number_routes
from chalicelib.policy import profile
from chalicelib.privacy import (
    announcements,
    closings,
    deletion,
    expiry,
    mail_returns,
    residues,
    watchdog,
)
from chalicelib.privacy import (
    holds as legal_holds,
)
from chalicelib.privacy.certificate_routes import routes as certificate_routes
from chalicelib.privacy.choice_routes import routes as choice_routes
from chalicelib.privacy.export_routes import routes as export_routes
from chalicelib.privacy.exports import work as make_data_files
from chalicelib.privacy.opposition_routes import routes as opposition_routes
from chalicelib.privacy.policy_routes import routes as policy_routes
from chalicelib.privacy.routes import routes as privacy_routes
from chalicelib.privacy.unsubscribe_routes import routes as unsubscribe_routes

settings.current()
profile.current()
if not settings.current().local:
    secrets.expect("origin_secrets")  # else limits would take all who come for one network
decks.check()
if profile.offers("google_sign_in"):
    secrets.expect("google_client_id", "google_client_secret")
wiring.connect()

app = Api(app_name="vowline")
for blueprint in (
    reference_routes,
    identity_routes,
    google_routes,
    credential_routes,
    money_routes,
    refund_routes,
    preference_routes,
    number_routes,
    calling_routes,
    history_routes,
    favourite_routes,
    privacy_routes,
    certificate_routes,
    export_routes,
    policy_routes,
    choice_routes,
    opposition_routes,
    unsubscribe_routes,
):
    app.register_blueprint(blueprint)


@app.schedule(Rate(1, unit=Rate.MINUTES), name="sweep")
def sweep(_event: Any) -> dict[str, int]:
    """Each minute: calls past their deadline, and what changes of credit left to do."""
    overdue = list(holds.overdue(clock.epoch_seconds(clock.now())))
    return {**sweeper.sweep(overdue), **errands.sweep(overdue)}


@app.schedule(Rate(1, unit=Rate.MINUTES), name="exports")
def exports(_event: Any) -> dict[str, Any]:
    """Each minute: files of call records that are too long for one answer, and of all that somebody has."""
    return chores.run({"calls": make_files, "data": make_data_files})


NEEDS = {"reconciler": "credit", "books": "credit", "old movements": "credit", "margins": "calling"}
"""Daily work that a service has only where it offers this."""


@app.schedule(Cron(17, 4, "*", "*", "?", "*"), name="daily")
def daily(_event: Any) -> dict[str, Any]:
    """Each day: lost deletions, what Stripe has and we have not, the books, the carrier's prices."""
    every: dict[str, Callable[[], Any]] = {
        "watchdog": watchdog.watch,
        "residues": residues.watch,
        "closed accounts": closings.sweep,
        "legal holds": legal_holds.look_after,
        "reconciler": lambda: reconciler.reconcile(clock.now()),
        "books": books.check,
        "margins": margins.collect,
        "old movements": lambda: aging.let_go(clock.now()),
        "policy": announcements.watch,
        "shorter promises": expiry.heed_policy,
        "expired items": expiry.sweep,
    }
    idle = {name for name, capability in NEEDS.items() if not profile.offers(capability)}
    return chores.run({name: do for name, do in every.items() if name not in idle})


@app.lambda_function(name="deletion")
def delete(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """One step of the deletion workflow."""
    return deletion.step(event)


@app.lambda_function(name="mail_events")
def hear_of_mail(event: dict[str, Any], _context: Any) -> dict[str, int]:
    """What SES tells of mails that came back or were complained of."""
    return mail_returns.follow(event)
