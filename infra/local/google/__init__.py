"""A stand-in for Google's sign-in: its account page, its token endpoint and its keys, with no network.

Written from the public documents of OpenID Connect and OAuth 2 (PKCE, one-time codes, RS256); what those
leave open, such as the wording of the page, is this stand-in's own.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey

from infra.local.exchange import Answered, Asked
from infra.local.faults import Faults
from infra.local.google import page
from infra.local.google.faults import none_planted
from infra.local.store import Document, Store

AUTHORIZE, TOKEN, KEYS = "/o/oauth2/v2/auth", "/token", "/oauth2/v3/certs"
ISSUER = "https://accounts.google.com"
CODE_LIFE_SECONDS = 600
TOKEN_LIFE_SECONDS = 3600
Tamper = Callable[[dict[str, Any]], dict[str, Any]]


class AskedWrongly(Exception):
    """The request is not one that Google would answer; the message is OAuth's error code."""


@dataclass
class Google:
    """Signs one client's people in. `tamper` changes the claims before they are signed, to try the client."""

    store: Store
    client_id: str
    client_secret: str
    redirect_uri: str
    now: Callable[[], float] = time.time
    tamper: Tamper = dict
    faults: Faults = field(default_factory=none_planted)

    def answer(self, asked: Asked) -> Answered:
        """Answers the account page and what the client asks for afterwards.

        TimeoutError where a planted fault says so.
        """
        try:
            match asked.method, asked.path:
                case "GET", "/o/oauth2/v2/auth":
                    return Answered.html(200, page.accounts(self._wanted(asked.query), self._people()))
                case "POST", "/o/oauth2/v2/auth":
                    return self._chosen(asked)
                case "POST", "/token":
                    return self.faults.around(
                        "token", lambda: Answered.json(200, self._token(dict(asked.form())))
                    )
                case "GET", "/oauth2/v3/certs":
                    keys = {"keys": [self.key.as_dict(private=False)]}
                    return self.faults.around("keys", lambda: Answered.json(200, keys))
        except AskedWrongly as wrong:
            return Answered.json(400, {"error": str(wrong)})
        return Answered.json(404, {"error": "not_found"})

    def choose(self, url: str, email: str, name: str = "", **claims: Any) -> str:
        """Act as the person on the account page: where the browser is sent back to."""
        wanted = self._wanted(url.partition("?")[2])
        code = secrets.token_urlsafe(24)
        person = self._person(email, name) | claims
        issued = {"wanted": wanted, "claims": person, "at": self.now(), "used": False}
        self.store.put("code", code, issued)
        return f"{self.redirect_uri}?{urlencode({'state': wanted['state'], 'code': code})}"

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        """A token as this issuer signs it."""
        return jwt.encode({"alg": "RS256", "kid": self.key.kid, **header}, claims, self.key)

    @property
    def key(self) -> RSAKey:
        """The issuer's own, made once."""
        kept = self.store.get("key", "current")
        if kept is None:
            made = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
            kept = dict(made.as_dict(private=True))
            self.store.put("key", "current", kept)
        return RSAKey.import_key(kept)

    def _wanted(self, query: str) -> Document:
        wanted = dict(parse_qsl(query, keep_blank_values=True))
        fits = (
            wanted.get("client_id") == self.client_id
            and wanted.get("redirect_uri") == self.redirect_uri
            and wanted.get("response_type") == "code"
            and "openid" in wanted.get("scope", "").split()
            and wanted.get("code_challenge_method") == "S256"
            and wanted.get("code_challenge")
            and wanted.get("state")
        )
        if not fits:
            raise AskedWrongly("invalid_request")
        return wanted

    def _chosen(self, asked: Asked) -> Answered:
        wanted, form = self._wanted(asked.query), dict(asked.form())
        email = form.get("email", "").strip()
        if form.get("choice") == "cancel" or not email:
            refused = urlencode({"state": wanted["state"], "error": "access_denied"})
            return Answered(302, headers={"location": f"{self.redirect_uri}?{refused}"})
        return Answered(
            302, headers={"location": self.choose(f"?{asked.query}", email, form.get("name", ""))}
        )

    def _token(self, form: dict[str, str]) -> dict[str, Any]:
        if (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.client_secret):
            raise AskedWrongly("invalid_client")
        with self.store.change():
            issued = self.store.get("code", form.get("code", ""))
            if issued is None or issued["used"] or self.now() - issued["at"] > CODE_LIFE_SECONDS:
                raise AskedWrongly("invalid_grant")
            self.store.put("code", form["code"], {**issued, "used": True})
        wanted = issued["wanted"]
        if form.get("redirect_uri") != self.redirect_uri or not _fits(wanted, form.get("code_verifier", "")):
            raise AskedWrongly("invalid_grant")
        token = self.sign(self.tamper(self._claims(issued["claims"], wanted)))
        return {"id_token": token, "token_type": "Bearer", "expires_in": TOKEN_LIFE_SECONDS}

    def _claims(self, person: Document, wanted: Document) -> dict[str, Any]:
        now = int(self.now())
        claims = {"iss": ISSUER, "aud": self.client_id, "azp": self.client_id, "iat": now}
        nonce = {"nonce": wanted["nonce"]} if "nonce" in wanted else {}
        return claims | {"exp": now + TOKEN_LIFE_SECONDS, **nonce, **person}

    def _person(self, email: str, name: str) -> Document:
        """Somebody keeps their subject, whatever they are called today."""
        known = self.store.get("person", email.lower())
        if known is None:
            number = int.from_bytes(hashlib.sha256(email.lower().encode()).digest()[:8])
            known = {"sub": f"1{number:020}", "email": email, "email_verified": True, "name": "Someone"}
        if name:
            known = {**known, "name": name}
        self.store.put("person", email.lower(), known)
        return known

    def _people(self) -> list[Document]:
        return self.store.all("person")


def _fits(wanted: Document, verifier: str) -> bool:
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return secrets.compare_digest(digest, wanted["code_challenge"])
