"""An embedded AWS for the tests of what deploys."""

from __future__ import annotations

from typing import Any

import boto3

from infra.local.embedded_aws import EmbeddedAws


class Cloud:
    """Clients of a running embedded AWS."""

    def __init__(self, embedded: EmbeddedAws) -> None:
        self.url = embedded.url
        self.folder = embedded.folder
        self.session = boto3.Session("test", "test", region_name="us-east-1")

    def client(self, service: str) -> Any:
        return self.session.client(service, endpoint_url=self.url)  # type: ignore[call-overload]
