"""A page as its reader has it: elements by their marks, and text by what it stands in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "input", "hr"}


@dataclass
class Element:
    """One element, with its text in order."""

    tag: str
    attributes: dict[str, str | None]
    children: list[Element | str] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def text(self, without: frozenset[str] = frozenset()) -> str:
        """What is read in it; elements with the tags of `without` are left out."""
        parts = [child if isinstance(child, str) else _inner(child, without) for child in self.children]
        return " ".join("".join(parts).split())

    def marked(self, mark: str, tag: str | None = None) -> dict[str, Element]:
        """Elements that carry `data-<mark>`, by its value."""
        found = [
            element
            for element in self.walk()
            if f"data-{mark}" in element.attributes and (tag is None or element.tag == tag)
        ]
        return {str(element.attributes[f"data-{mark}"]): element for element in found}

    def durations(self) -> list[str]:
        """Every duration in it, as machines read it."""
        return [str(element.attributes["value"]) for element in self.walk() if element.tag == "data"]


def _inner(element: Element, without: frozenset[str]) -> str:
    return "" if element.tag in without else f"{element.text(without)} "


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("page", {})]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attributes))
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag, f"</{tag}> closes nothing"

    def handle_data(self, text: str) -> None:
        self.open[-1].children.append(text)


def read(html: str) -> Element:
    """The page; an element that is not closed is an error."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.open) == 1, f"{reader.open[-1].tag} is not closed"
    return reader.open[0]
