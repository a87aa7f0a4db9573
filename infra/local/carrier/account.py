"""The one account that the stand-in serves: its credentials and its application's URLs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    """`voice_url` and `fallback_url` belong to the TwiML application `app_sid`."""

    account_sid: str
    auth_token: str
    api_key_sid: str
    api_key_secret: str
    app_sid: str
    voice_url: str
    fallback_url: str

    def admits(self, username: str, password: str) -> bool:
        """Whether these basic credentials may use the REST API: the account's own or its API key's."""
        own = {self.account_sid: self.auth_token, self.api_key_sid: self.api_key_secret}
        return bool(password) and own.get(username) == password
