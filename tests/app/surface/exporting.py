"""What a request about a file of somebody's data carries, and one about a certificate."""

from __future__ import annotations

from typing import Any

from chalicelib.core import keys
from chalicelib.privacy import certificates
from tests.app.surface.scene import Scene
from tests.harness.browser import Browser
from tests.privacy.asked import Asked, work
from tests.privacy.certified import certified


def exporting(scene: Scene) -> dict[str, Any]:
    """A file in the making."""
    asked = Asked(scene.somebody())
    return {"ids": {"id": asked.id}, "who": asked.browser}


def portable(scene: Scene) -> dict[str, Any]:
    """A file that is ready to be handed on."""
    asked = _ready(scene)
    return {"ids": {"id": asked.id}, "who": asked.browser}


def handing_on(scene: Scene) -> dict[str, Any]:
    """An address that opens a file, for who has no session."""
    capability = _ready(scene).offer().json["url"].rpartition("/")[2]
    return {"ids": {"capability": capability}, "who": Browser(scene.stage, scene.mailbox)}


def certificate() -> str:
    """What opens a certificate."""
    capability = keys.fresh_token()
    certificates.issue(certified(), capability)
    return capability


def _ready(scene: Scene) -> Asked:
    asked = Asked(scene.somebody(), "portability")
    assert work()["ready"]
    return asked
