"""Records of processing activities and the register of processing agreements, as tables made of a policy.

They are what European law (article 30, article 28) asks whoever runs the service to have at hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chalicelib.policy.profile import Profile
from chalicelib.policy.terms import Category, Processor, Retention
from chalicelib.privacy import wording

ACTIVITIES = ("activity", "whose data", "what", "why", "basis", "who gets it", "kept", "when erased", "as")
AGREEMENTS = ("processor", "does", "country", "transfer", "agreement", "trains models", "gets", "in use")


def activities(profile: Profile) -> Iterator[str]:
    """Every kind of data that is processed today, a row each, and what holds for all of them below."""
    names = {processor.id: processor.title for processor in profile.processor if processor.active}
    why = {purpose.id: purpose.what for purpose in profile.purpose}
    yield from _table(ACTIVITIES, (_activity(one, names, why) for one in profile.category if one.active))
    hosts = [processor for processor in profile.processor if processor.role == "hosting"]
    for host in hosts:
        place = f"{host.country}, {host.mechanism}, {profile.settings.region}"
        yield f"\n{host.title} ({place}) stores all of it."


def agreements(profile: Profile) -> Iterator[str]:
    """Every processor that the policy names, with what binds it."""
    yield from _table(AGREEMENTS, map(_agreement, profile.processor))


def _activity(category: Category, names: dict[str, str], why: dict[str, str]) -> list[str]:
    return [
        category.title,
        wording.listed([wording.SUBJECTS[subject] for subject in category.subjects]),
        " ".join(category.words[field] for field in category.fields),
        " ".join(why[purpose] for purpose in category.purposes),
        ", ".join(category.bases),
        ", ".join(names[id] for id in category.recipients if id in names) or "-",
        "; ".join(map(_kept, category.retention)) or "not stored",
        category.on_erasure.action,
        category.role,
    ]


def _kept(term: Retention) -> str:
    if not term.maximum:
        return wording.CLOCKS[term.clock]
    least = f" (at least {wording.duration(term.minimum)})" if term.minimum else ""
    return f"{wording.duration(term.maximum)} {wording.CLOCKS[term.clock]}{least}"


def _agreement(processor: Processor) -> list[str]:
    return [
        processor.title,
        wording.ROLES[processor.role],
        wording.COUNTRIES[processor.country],
        wording.MECHANISMS[processor.mechanism],
        wording.AGREEMENTS[processor.dpa],
        processor.trains_on_data,
        ", ".join(processor.fields_sent),
        "yes" if processor.active else "no",
    ]


def _table(head: Iterable[str], rows: Iterable[list[str]]) -> Iterator[str]:
    yield _row(head)
    yield _row("---" for _ in head)
    for row in rows:
        yield _row(cell.replace("|", "/") for cell in row)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
