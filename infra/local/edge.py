"""What stands before the application when it is deployed, as the templates say: CloudFront and API Gateway.

Which paths go to the API, the headers that CloudFront adds, and API Gateway's own refusals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalice.package import YAMLTemplateSerializer

from infra.local.events import Headers, Reply

TEMPLATE = Path(__file__).parents[1] / "template"
FLAGS = {"ContentTypeOptions": ("x-content-type-options", "nosniff")}
VALUES = {
    "ContentSecurityPolicy": ("content-security-policy", "ContentSecurityPolicy"),
    "FrameOptions": ("x-frame-options", "FrameOption"),
    "ReferrerPolicy": ("referrer-policy", "ReferrerPolicy"),
}


@dataclass(frozen=True)
class Edge:
    """Paths that begin with one of `api_prefixes` go to the API; it gets `api_headers` that it lacks."""

    api_prefixes: tuple[str, ...]
    api_headers: Mapping[str, str]
    page_headers: Mapping[str, str]
    page_paths: frozenset[str]
    refusals: Mapping[str, Any]

    def is_api(self, path: str) -> bool:
        return path.startswith(self.api_prefixes)

    def is_page(self, path: str) -> bool:
        """Whether it is one of the page's own paths, or lies under one, as CloudFront's function says."""
        return path == "/" or any(path == own or path.startswith(f"{own}/") for own in self.page_paths)

    def refusal(self, kind: str, request_id: str) -> Reply:
        """API Gateway's own answer of a kind that the template names."""
        said = self.refusals[kind]
        headers = [
            (name.removeprefix("gatewayresponse.header.").lower(), _unquoted(value))
            for name, value in said["responseParameters"].items()
        ]
        body = said["responseTemplates"]["application/json"].replace("$context.requestId", request_id)
        return Reply(int(said["statusCode"]), headers, body.encode())

    def dressed(self, reply: Reply) -> Reply:
        """An answer of the API with the headers that it lacks."""
        present = {name for name, _ in reply.headers}
        lacking = [(name, value) for name, value in self.api_headers.items() if name not in present]
        return Reply(reply.status, [*reply.headers, *lacking], reply.body)


def read(folder: Path = TEMPLATE, content_policy: str = "default-src 'self'") -> Edge:
    """The edge that web.yaml and gateway.yaml describe, with the page's content policy."""
    web = _resources(folder / "web.yaml")
    distribution = web["Distribution"]["Properties"]["DistributionConfig"]
    refusals = _resources(folder / "gateway.yaml")["RestAPI"]["Properties"]["DefinitionBody"]
    return Edge(
        tuple(behavior["PathPattern"].removesuffix("*") for behavior in distribution["CacheBehaviors"]),
        _headers(web["ApiHeaders"]),
        _headers(web["PageHeaders"]) | {"content-security-policy": content_policy},
        frozenset(re.findall(r'"(/[^"]*)"', _own_paths(web["PagePaths"]))),
        refusals["x-amazon-apigateway-gateway-responses"],
    )


def _own_paths(function: dict[str, Any]) -> str:
    """The list at the head of CloudFront's function: these paths are index.html."""
    code: str = function["Properties"]["FunctionCode"]
    return code.partition("]")[0]


def _resources(file: Path) -> dict[str, Any]:
    # Chalice's reader knows CloudFormation's short tags.
    loaded: dict[str, Any] = YAMLTemplateSerializer().load_template(file.read_text(), str(file))["Resources"]
    return loaded


def _headers(policy: Mapping[str, Any]) -> dict[str, str]:
    config = policy["Properties"]["ResponseHeadersPolicyConfig"]
    security = config["SecurityHeadersConfig"]
    headers = {name: value for key, (name, value) in FLAGS.items() if key in security}
    headers |= {name: security[key][value] for key, (name, value) in VALUES.items() if key in security}
    if transport := security.get("StrictTransportSecurity"):
        subdomains = "; includeSubDomains" if transport.get("IncludeSubdomains") else ""
        headers["strict-transport-security"] = f"max-age={transport['AccessControlMaxAgeSec']}{subdomains}"
    for item in config.get("CustomHeadersConfig", {}).get("Items", []):
        headers[item["Header"].lower()] = item["Value"]
    return headers


def _unquoted(value: str) -> str:
    # A static value is written in quotes and holds none.
    return value[1:-1]


def wire(headers: Headers) -> list[tuple[bytes, bytes]]:
    """Headers as ASGI wants them."""
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
