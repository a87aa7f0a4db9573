"""TwiML: the verbs that the stand-in understands, read strictly.

The carrier itself only warns about a verb or an attribute that it does not know and goes on without it. Here
it is an error, since a misspelt `timeLimit` that is quietly dropped is what a stand-in must catch.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

PARSE_FAILURE = 12100
SCHEMA_FAILURE = 12200
EVENTS = ("initiated", "ringing", "answered", "completed")
KNOWN_ATTRIBUTES = {
    "Say": {"voice", "language", "loop"},
    "Pause": {"length"},
    "Reject": {"reason"},
    "Hangup": set(),
    "Dial": {"action", "method", "timeout", "timeLimit", "callerId", "answerOnBridge"},
    "Number": {"statusCallback", "statusCallbackEvent", "statusCallbackMethod"},
}


class TwimlRefused(Exception):
    """A document that cannot be obeyed; `code` goes to the fallback URL as ErrorCode."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Say:
    text: str


@dataclass(frozen=True)
class Pause:
    seconds: int


@dataclass(frozen=True)
class Reject:
    reason: str


@dataclass(frozen=True)
class Hangup:
    pass


@dataclass(frozen=True)
class Dial:
    number: str
    caller_id: str
    timeout_seconds: int
    limit_seconds: int
    answer_on_bridge: bool
    action: str
    callback: str
    events: tuple[str, ...]


Verb = Say | Pause | Reject | Hangup | Dial


def parse(text: str, url: str) -> list[Verb]:
    """The verbs of a document in order; its relative URLs are resolved against `url`, where it came from."""
    try:
        # The document is our own server's answer to a signed request.
        root = ElementTree.fromstring(text)  # noqa: S314
    except ElementTree.ParseError as error:
        raise TwimlRefused(PARSE_FAILURE, f"not XML: {error}") from error
    if root.tag != "Response":
        raise TwimlRefused(PARSE_FAILURE, f"the root is <{root.tag}>, not <Response>")
    return [_verb(element, url) for element in root]


def _verb(element: Element, url: str) -> Verb:
    _check_attributes(element)
    match element.tag:
        case "Say":
            return Say(_text(element))
        case "Pause":
            return Pause(_whole(element, "length", 1, range(1, 3601)))
        case "Reject":
            return Reject(_one_of(element, "reason", ("rejected", "busy")))
        case "Hangup":
            return Hangup()
        case "Dial":
            return _dial(element, url)
    raise TwimlRefused(SCHEMA_FAILURE, f"<{element.tag}> is no verb here")


def _dial(element: Element, url: str) -> Dial:
    nouns = list(element)
    if len(nouns) > 1 or any(noun.tag != "Number" for noun in nouns):
        raise TwimlRefused(SCHEMA_FAILURE, "the stand-in dials one <Number>")
    number = nouns[0] if nouns else Element("Number")
    _check_attributes(number)
    _one_of(element, "method", ("POST",))
    _one_of(number, "statusCallbackMethod", ("POST",))
    action, callback = element.get("action", ""), number.get("statusCallback", "")
    return Dial(
        number=_text(number) or _text(element),
        caller_id=element.get("callerId", ""),
        timeout_seconds=_whole(element, "timeout", 30, range(1, 601)),
        limit_seconds=_whole(element, "timeLimit", 14400, range(1, 86401)),
        answer_on_bridge=_one_of(element, "answerOnBridge", ("false", "true")) == "true",
        action=urljoin(url, action) if action else "",
        callback=urljoin(url, callback) if callback else "",
        events=_events(number),
    )


def _events(number: Element) -> tuple[str, ...]:
    events = tuple(number.get("statusCallbackEvent", "completed").split())
    if not set(events) <= set(EVENTS):
        raise TwimlRefused(SCHEMA_FAILURE, f"statusCallbackEvent is {' '.join(events)!r}")
    return events


def _check_attributes(element: Element) -> None:
    unknown = set(element.attrib) - KNOWN_ATTRIBUTES.get(element.tag, set(element.attrib))
    if unknown:
        raise TwimlRefused(SCHEMA_FAILURE, f"<{element.tag}> has no {', '.join(sorted(unknown))}")


def _text(element: Element) -> str:
    return (element.text or "").strip()


def _whole(element: Element, name: str, default: int, bounds: range) -> int:
    given = element.get(name, str(default))
    if not given.isdecimal() or int(given) not in bounds:
        raise TwimlRefused(SCHEMA_FAILURE, f"{name} is {given!r}")
    return int(given)


def _one_of(element: Element, name: str, allowed: tuple[str, ...]) -> str:
    """The attribute's value; the first of `allowed` is its default."""
    given = element.get(name, allowed[0])
    if given not in allowed:
        raise TwimlRefused(SCHEMA_FAILURE, f"{name} is {given!r}, the stand-in takes {' or '.join(allowed)}")
    return given
