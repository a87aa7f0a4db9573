"""What may be sent to whom: hosts and fields of a processor's entry in the active policy, nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from chalicelib.core import settings
from chalicelib.core.guard import NotInPolicy
from chalicelib.core.logs import log
from chalicelib.policy import profile
from chalicelib.policy.profile import Profile
from chalicelib.policy.terms import EVERYTHING, Egress, Processor

LAPTOP = ("127.0.0.1", "localhost")
PLACE = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Way:
    """The way to one processor: where it ends, and what may go along."""

    hosts: tuple[str, ...]
    paths: tuple[re.Pattern[str], ...]
    names: frozenset[str]


def check_request(to: str, url: str, *contents: object) -> None:
    """Look at one request to a processor before it is sent: its host, its path, the names of what it holds.

    A content is a form as text, or what one is made of. Raises NotInPolicy.
    """
    way, split = _way(to), urlsplit(url)
    if not _is_host(split.hostname or "", way.hosts):
        raise _refused(
            to, "host", f"may not be reached at {split.hostname}", "hosts of its egress and processor"
        )
    if not any(path.fullmatch(split.path) for path in way.paths):
        raise _refused(to, "path", f"may not be asked for {split.path}", "paths of its egress")
    check(to, (name for content in (split.query, *contents) for name in names_of(content)))


def check(to: str, names: Iterable[str]) -> None:
    """Look at the names of what a processor is given by another way than a request. Raises NotInPolicy."""
    way = _way(to)
    for name in names:
        if name not in way.names:
            raise _refused(to, name, f"may not get {name}", "fields of its egress")


def names_of(content: Any, name: str = "") -> Iterator[str]:
    """The names in a form or in data, with their levels; each place of a list is a star."""
    if isinstance(content, str | bytes):
        text = content.decode() if isinstance(content, bytes) else content
        if name:
            yield name
            return
        for key, _ in parse_qsl(text, keep_blank_values=True):
            yield re.sub(r"\.\d+(?=\.|$)", ".*", re.sub(r"\[(\w*)\]", r".\1", key))
    elif isinstance(content, dict):
        for key, inner in content.items():
            yield from names_of(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(content, list | tuple):
        for inner in content:
            yield from names_of(inner, f"{name}.*")
    elif name:
        yield name


def ways(policy: Profile) -> dict[str, Way]:
    """The way to each active processor that our code sends something. Pure."""
    active = {(one.id, one.role): one for one in policy.processor if one.active}
    return {
        one.id: _made_of(one, active[one.id, one.role])
        for one in policy.egress
        if (one.id, one.role) in active
    }


_ways_of_now = profile.derived(ways)


def _made_of(egress: Egress, processor: Processor) -> Way:
    sent = set(processor.fields_sent)
    given = set(egress.fields) if EVERYTHING in sent else sent & set(egress.fields)
    withheld = set(egress.fields) - given
    paths = [path for path in egress.paths if not withheld.intersection(PLACE.findall(path))]
    return Way(
        hosts=tuple(host for host in egress.hosts if _is_host(host, processor.hosts)),
        paths=tuple(re.compile(PLACE.sub("[^/]+", path.replace(".", r"\."))) for path in paths),
        names=frozenset([*egress.technical, *(name for field in given for name in egress.fields[field])]),
    )


def _way(to: str) -> Way:
    known = _ways_of_now()
    if to not in known:
        raise _refused(to, "all", "is no active processor of this policy", "processors")
    return known[to]


def _is_host(host: str, allowed: Iterable[str]) -> bool:
    if host in LAPTOP and settings.current().local:
        return True
    return any(host == one or host.endswith(f".{one}") for one in allowed)


def _refused(to: str, field: str, what: str, where: str) -> NotInPolicy:
    log.error("alarm", extra={"alarm": "not-sent", "store": to, "field": field})
    return NotInPolicy(
        f"{to} {what}. What our code sends to {to} stands under [[egress]] in"
        f" chalicelib/policy/inventory.toml ({where}); a field named there is sent only where the profile's"
        f" processor {to} lists it in fields_sent."
    )
