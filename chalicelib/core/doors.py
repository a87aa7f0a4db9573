"""One decorator a route: it checks who asks and what, answers, refuses in one voice, and describes itself."""

from __future__ import annotations

import hmac
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec
from chalice import Blueprint, Response

from chalicelib.core import clock, idempotency, ids, parsing, settings, tables, throttles
from chalicelib.core.errors import Busy, ProviderError, Refusal, not_found
from chalicelib.core.logs import log, trace
from chalicelib.core.requests import Incoming, SignedIn, read
from chalicelib.core.throttles import Limit

FRESH = timedelta(minutes=15)
CSRF = "x-csrf-token"
WRITES = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass(frozen=True)
class Reply:
    """An answer with its own status or headers, or one that is not JSON."""

    value: Any = None
    status: int | None = None
    headers: Mapping[str, str | list[str]] = field(default_factory=dict)
    media_type: str = "application/json"


@dataclass(frozen=True)
class Door:
    """A route as the API document tells it.

    `prefixes` says of which kind the ids in its path are: what is none of that kind is not found. Where a
    body is optional, none at all is one without fields. `webhook` is the header with its sender's signature,
    `delivers` the body that was signed, as far as we read it. A body beyond `limit_bytes` is refused before
    it is read. `knows_session` is for who is signed in and for who is not. What is done from `anywhere` needs
    no page of ours: its path carries what allows it. `limits` are how often an account may do this: they come
    last, and what is answered from an idempotency key's memory is free. `uses` is the category of data that
    its owner may have restricted, and it is not used then.

    `body` is a shape, or a function that answers one where the policy decides what may be asked.
    """

    method: str
    path: str
    view: Callable[..., Any]
    answers: Mapping[int, Any]
    body: type | Callable[[], type] | None = None
    body_optional: bool = False
    query: type | None = None
    session: bool = False
    knows_session: bool = False
    anywhere: bool = False
    uses: str | None = None
    fresh: bool = False
    while_suspended: bool = False
    prefixes: Mapping[str, str] = field(default_factory=dict)
    limit_bytes: int = 65_536
    webhook: str | None = None
    delivers: type | None = None
    delivered_as: str = "application/x-www-form-urlencoded"
    idempotent: bool = False
    capability: str | None = None
    limits: tuple[Limit, ...] = ()
    refusals: tuple[int, ...] = ()
    media_type: str = "application/json"

    @property
    def shape(self) -> type | None:
        """What a body must look like today."""
        return self.body if self.body is None or isinstance(self.body, type) else self.body()

    @property
    def path_names(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)


def _refuse_use(_account_id: str, _category: str) -> None:
    raise Refusal(409, "restricted", "This data may not be used right now.")


class Hooks:
    """What higher floors hand down at start-up; until then all that they decide is refused."""

    authenticate: Callable[[Incoming], SignedIn | None] = staticmethod(lambda _: None)
    offers: Callable[[str], bool] = staticmethod(lambda _: False)
    require: Callable[[str, str], None] = staticmethod(_refuse_use)


DOORS: list[Door] = []
hooks = Hooks()


def door(
    blueprint: Blueprint, method: str, path: str, **described: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mount a view. It may take, by name: `request`, `signed_in`, `body`, `query` and its path's names.

    `described` are Door's fields; the first of `answers` is the status of success. A view returns a value
    that msgspec can encode, or a Reply, or raises a Refusal.
    """

    def mount(view: Callable[..., Any]) -> Callable[..., Any]:
        entry = Door(method=method, path=path, view=view, **described)
        DOORS.append(entry)
        wanted = set(inspect.signature(view).parameters)

        def enter(**path_arguments: str) -> Response:
            request = read(blueprint.current_request)
            try:
                return _pass(entry, request, path_arguments, wanted)
            except Refusal as refusal:
                return refuse(refusal, request.id)
            except Exception as error:  # noqa: BLE001 - the outermost door: logged without what people wrote
                log.error("unexpected", extra={"request_id": request.id, "route": path, **trace(error)})
                return refuse(_told(error), request.id)

        enter.__name__ = view.__name__
        blueprint.route(path, methods=[method], name=view.__name__, content_types=["*/*"])(enter)
        return view

    return mount


def _told(error: Exception) -> Refusal:
    """What an error that no view expected means for who asked."""
    if tables.passing(error):
        return Busy()
    if isinstance(error, ProviderError):
        sentence = "A partner of ours does not answer right now. Please try again in a moment."
        return Refusal(503, "partner-unavailable", sentence, retry_after_seconds=30)
    return Refusal(500, "unexpected", "Something went wrong on our side.")


def refuse(refusal: Refusal, request_id: str) -> Response:
    """A refusal as RFC 9457 tells it."""
    problem: dict[str, Any] = {
        "type": refusal.type,
        "title": refusal.title,
        "status": refusal.status,
        "detail": refusal.detail,
        "request_id": request_id,
    }
    if refusal.errors:
        problem["errors"] = refusal.errors
    headers: dict[str, str | list[str]] = {"Content-Type": "application/problem+json"}
    if refusal.retry_after_seconds is not None:
        headers["Retry-After"] = str(refusal.retry_after_seconds)
    return Response(msgspec.json.encode(problem).decode(), status_code=refusal.status, headers=headers)


def _pass(entry: Door, request: Incoming, path_arguments: dict[str, str], wanted: set[str]) -> Response:
    """The order of these checks is part of the API: see the API document's page on errors."""
    if entry.capability and not hooks.offers(entry.capability):
        raise Refusal(404, "not-offered", "This service does not offer that.")
    signed_in = _sign_in(entry, request)
    if len(request.body) > entry.limit_bytes:
        raise Refusal(413, "too-large", "This is more than we can take at once.")
    arguments: dict[str, Any] = {"signed_in": signed_in, **path_arguments}
    if shape := entry.shape:
        empty = entry.body_optional and not request.body
        arguments["body"] = shape() if empty else parsing.body(request, shape)
    if entry.query:
        arguments["query"] = parsing.query(request, entry.query)
    if signed_in and signed_in.status == "suspended" and not entry.while_suspended:
        raise Refusal(
            409, "account-suspended", "Your account is being deleted. Cancel the deletion to use it again."
        )
    writes = request.method in WRITES and not entry.while_suspended
    if signed_in and signed_in.status == "closed" and writes:
        raise Refusal(409, "account-closed", "Your account is closed: it can be read, and nothing else.")
    if signed_in and entry.uses:
        hooks.require(signed_in.account_id, entry.uses)
    if not entry.webhook and any(
        not ids.valid(kind, path_arguments[name]) for name, kind in entry.prefixes.items()
    ):
        raise not_found("id")

    def act(request: Incoming) -> Response:
        if signed_in:
            for limit in entry.limits:
                throttles.take(limit, signed_in.account_id)
        given = {"request": request, **arguments}
        return _respond(entry, entry.view(**{name: given[name] for name in wanted}))

    return idempotency.once(request, signed_in, act) if entry.idempotent and signed_in else act(request)


def _sign_in(entry: Door, request: Incoming) -> SignedIn | None:
    signed_in = hooks.authenticate(request) if entry.session or entry.knows_session else None
    # Who sends a session's token believes to be signed in, and must hear that they are not.
    if not signed_in and (entry.session or (entry.knows_session and CSRF in request.headers)):
        raise Refusal(401, "sign-in", "Please sign in first.")
    if request.method in WRITES and not entry.webhook and not entry.anywhere:
        _check_origin(request)
        if signed_in:
            _check_csrf(request, signed_in)
    if signed_in and entry.fresh:
        check_fresh(signed_in)
    return signed_in


def check_fresh(signed_in: SignedIn) -> None:
    """Refuse what asks for a sign-in of at most 15 minutes ago."""
    if clock.now() - signed_in.signed_in_at > FRESH:
        raise Refusal(403, "sign-in-again", "Please sign in again to do this; it protects your account.")


def _check_origin(request: Incoming) -> None:
    """Browsers say where a request comes from; what says nothing is no browser and carries no cookie jar."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site")
    if (origin is not None and origin not in own_origins()) or site not in (None, "same-origin", "none"):
        raise Refusal(403, "foreign-origin", "This request came from another site, so we did not act on it.")


def own_origins() -> set[str]:
    """The site's own origins; a laptop answers to both of its names."""
    url = settings.current().public_url
    if settings.current().local:
        return {url, url.replace("127.0.0.1", "localhost"), url.replace("localhost", "127.0.0.1")}
    return {url}


def _check_csrf(request: Incoming, signed_in: SignedIn) -> None:
    given = request.headers.get(CSRF, "")
    if not hmac.compare_digest(given.encode(), signed_in.csrf_token.encode()):
        raise Refusal(403, "csrf", "Please reload the page and try again.")


def _respond(entry: Door, result: Any) -> Response:
    reply = result if isinstance(result, Reply) else Reply(result)
    status = reply.status or next(iter(entry.answers))
    headers: dict[str, str | list[str]] = {"Content-Type": reply.media_type, **reply.headers}
    if reply.value is None:
        headers.pop("Content-Type")
        return Response("", status_code=status, headers=headers)
    text = reply.value if isinstance(reply.value, str) else msgspec.json.encode(reply.value).decode()
    return Response(text, status_code=status, headers=headers)
