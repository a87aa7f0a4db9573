"""Whether data may be used for a purpose, by the policy and by what the person has chosen. Pure.

A choice is a consent, an objection or a restriction, that stands or was taken back. Consent is off until
somebody gives it, and holds for the words that it was given to: another question has to be answered anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from chalicelib.policy.profile import Profile
from chalicelib.policy.terms import Category, Purpose

Kind = Literal["consent", "objection", "restriction"]
Reason = Literal["unknown", "restricted", "objected", "no_consent"]

EVERYTHING = "everything"
"""What a restriction is about that leaves nothing out."""
MARKETING = "marketing"
"""The purpose that anybody may object to, whatever it rests on."""
SALE = "sale"
"""What a conditional sale waits for: no purpose of the policy, and asked for like one."""
SOLD = "To sell data about you, or to share it with others who advertise."
BUYERS = ("advertiser", "data_broker")


@dataclass(frozen=True)
class Choice:
    """What somebody said once: `about` is a purpose, or a restriction's category.

    `question` is the fingerprint of the words that a consent answers.
    """

    kind: Kind
    about: str
    stands: bool
    at: datetime
    question: str = ""


@dataclass(frozen=True)
class Standing:
    """The last word on each thing; `signalled` says that the browser opts out of sale by itself (GPC)."""

    choices: Mapping[tuple[Kind, str], Choice] = field(default_factory=dict)
    signalled: bool = False

    def last(self, kind: Kind, about: str) -> Choice | None:
        return self.choices.get((kind, about))

    def stands(self, kind: Kind, about: str) -> bool:
        choice = self.last(kind, about)
        return choice is not None and choice.stands


@dataclass(frozen=True)
class Question:
    """What people are asked; `version` changes with its words, `in_use` says that it is done today."""

    purpose: str
    what: str
    version: str
    in_use: bool


def standing(choices: Iterable[Choice], until: datetime | None = None) -> Standing:
    """The last words of a history in its order; with `until`, as it was then: nothing works backwards."""
    said = {(one.kind, one.about): one for one in choices if until is None or one.at <= until}
    return Standing(said)


def may(policy: Profile, standing: Standing, category: str, purpose: str) -> bool:
    """The one question: whether data of this category may be used for this purpose."""
    return refusal(policy, standing, category, purpose) is None


def refusal(policy: Profile, standing: Standing, category: str, purpose: str) -> Reason | None:
    """Why data may not be used so; None where it may. What the policy does not list is refused."""
    kind = next((one for one in policy.category if one.id == category and one.active), None)
    why = purpose_of(policy, purpose)
    if kind is None or why is None or purpose not in kind.purposes:
        return "unknown"
    if restricted(standing, category) and why.basis != "legal_obligation":
        return "restricted"
    if opposable(why) and standing.stands("objection", purpose):
        return "objected"
    if why.basis == "consent" and not granted(policy, standing, purpose):
        return "no_consent"
    return None


def usable(policy: Profile, standing: Standing, category: str) -> bool:
    """Whether data of this category may be used for any purpose but what law asks for."""
    bases = {one.id: one.basis for one in policy.purpose}
    return any(
        bases.get(purpose) != "legal_obligation" and may(policy, standing, category, purpose)
        for one in policy.category
        if one.id == category
        for purpose in one.purposes
    )


def may_sell(policy: Profile, standing: Standing) -> bool:
    """Whether data may go to who pays for it: never without a yes, nor against the browser's no."""
    return granted(policy, standing, SALE) and not standing.signalled


def granted(policy: Profile, standing: Standing, purpose: str) -> bool:
    """Whether consent stands, to the words in which the question is put today."""
    asked = question(policy, purpose)
    choice = standing.last("consent", purpose)
    return bool(asked and choice and choice.stands and choice.question == asked.version)


def restricted(standing: Standing, category: str) -> bool:
    return standing.stands("restriction", category) or standing.stands("restriction", EVERYTHING)


def opposable(purpose: Purpose) -> bool:
    """Whether an objection stops it: an interest of ours, and marketing whatever it rests on."""
    return purpose.basis == "legitimate_interest" or purpose.id == MARKETING


def questions(policy: Profile) -> list[Question]:
    """All that people are asked to consent to."""
    asked = [_question(policy, one.id, one.what) for one in policy.purpose if one.basis == "consent"]
    return asked + ([_question(policy, SALE, SOLD)] if policy.settings.sale == "conditional" else [])


def question(policy: Profile, purpose: str) -> Question | None:
    """How consent to a purpose is asked for; None where it is not."""
    return next((one for one in questions(policy) if one.purpose == purpose), None)


def banner_version(policy: Profile) -> str:
    """What the questions are known by, all together."""
    return _fingerprint([one.version for one in questions(policy)])


def purpose_of(policy: Profile, id: str) -> Purpose | None:
    return next((one for one in policy.purpose if one.id == id), None)


def tied(own: Standing, visitor: Standing) -> list[Choice]:
    """What of a visitor's consents becomes a person's when they sign in.

    A yes counts where the person has said nothing; a no also where it is newer than their yes. So nobody
    gets more allowed by a browser than by their own word.
    """
    return [one for one in visitor.choices.values() if one.kind == "consent" and _counts(own, one)]


def _counts(own: Standing, theirs: Choice) -> bool:
    mine = own.last("consent", theirs.about)
    if mine is None:
        return True
    return not theirs.stands and mine.stands and mine.at < theirs.at


def _question(policy: Profile, purpose: str, what: str) -> Question:
    serving = [one for one in policy.category if purpose in one.purposes]
    buyers = [one for one in policy.processor if purpose == SALE and one.role in BUYERS]
    told = [_told(one) for one in serving] + [[one.id, sorted(one.fields_sent)] for one in buyers]
    used = any(one.active for one in serving) or any(one.active for one in buyers)
    return Question(purpose, what, _fingerprint([purpose, what, *sorted(told)]), used)


def _told(category: Category) -> list[object]:
    return [category.id, sorted(category.fields), sorted(category.recipients)]


def _fingerprint(words: object) -> str:
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:16]
