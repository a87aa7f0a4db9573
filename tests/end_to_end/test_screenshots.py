"""`make screenshots`: no page is forgotten, and what is written is a picture of it."""

from __future__ import annotations

import re
from pathlib import Path

from infra.local.laptop import ROOT
from infra.local.screenshots import album
from infra.local.screenshots.camera import camera
from infra.local.screenshots.people import People
from infra.local.screenshots.scenes import SCENES
from infra.local.visitor import Visitor
from tests.end_to_end.house import House

# Pages that only pass on: they need a token of a mail, an order or a card.
PASSING = {"/verify", "/parent", "/email", "/card/saved", "/card/cancelled", "/account"}
PASSING |= {"/topup/done", "/topup/cancelled"}
PNG = b"\x89PNG\r\n\x1a\n"


def test_every_page_of_the_client_is_photographed() -> None:
    features = "".join(file.read_text() for file in sorted((ROOT / "web/src").glob("*/feature.ts")))
    first_parts = {f"/{path.split('/')[1]}" for path in re.findall(r'path: "([^"]*)"', features)}
    taken = {f"/{scene.path.split('/')[1]}" for scene in SCENES}
    assert first_parts - taken - {f"/{path.split('/')[1]}" for path in PASSING} == set()
    assert len({scene.name for scene in SCENES}) == len(SCENES)


def test_a_picture_is_taken_in_both_sizes_and_themes(house: House, tmp_path: Path) -> None:
    [sign_in] = [scene for scene in SCENES if scene.name == "sign-in"]
    with camera(tmp_path) as here:
        stranger = Visitor(house.origin)
        taken = here.take(sign_in, People(stranger, stranger, stranger, stranger, ""))
    kinds = [tuple(file.name.split(".")[1:3]) for file in taken]
    assert kinds == [(size, theme) for size in ("desktop", "phone") for theme in ("light", "dark")]
    assert all(file.read_bytes().startswith(PNG) for file in taken)
    assert album.write(tmp_path, {"sign-in": taken}).read_text().count("<img") == 4
