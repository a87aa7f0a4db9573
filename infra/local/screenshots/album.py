"""All pictures of one folder on one page, to be looked through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

STYLE = (
    "body { font: 16px system-ui; margin: 2rem; background: #777; color: #fff }"
    " div { display: flex; gap: 1rem; align-items: start; overflow-x: auto }"
    " img { height: 32rem; width: auto; box-shadow: 0 2px 12px #0008 }"
)


def write(folder: Path, pictures: Mapping[str, Sequence[Path]]) -> Path:
    """index.html with a row for each scene; its path."""
    rows = "\n".join(
        f"<h2>{escape(name)}</h2>\n<div>{''.join(_shown(picture) for picture in taken)}</div>"
        for name, taken in pictures.items()
    )
    file = folder / "index.html"
    file.write_text(
        f'<!doctype html><meta charset="utf-8"><title>Pages</title><style>{STYLE}</style>\n{rows}\n'
    )
    return file


def _shown(picture: Path) -> str:
    name = escape(picture.name)
    return f'<a href="{name}"><img src="{name}" alt="{escape(picture.stem)}"></a>'
