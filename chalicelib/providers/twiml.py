"""TwiML, the carrier's instructions: told only in verbs and words that the policy lets it have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chalicelib.policy import egress

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from twilio.twiml.voice_response import VoiceResponse


def tell(document: VoiceResponse) -> str:
    """The document as text, after a look at each verb and word of it; raises NotInPolicy."""
    egress.check("twilio", _words(document.xml(), "twiml"))
    return str(document)


def _words(element: Element, name: str) -> Iterator[str]:
    """The names of what an element's children hold: attributes, and texts under the verb's own name."""
    for child in element:
        own = f"{name}.{child.tag}"
        yield from (f"{own}.{attribute}" for attribute in child.attrib)
        if child.text or not (child.attrib or len(child)):
            yield own
        yield from _words(child, own)
