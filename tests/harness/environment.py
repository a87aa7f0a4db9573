"""The environment of a laptop's stage, set before any room is imported: table names are read at import."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from infra.policy import compiled

CLOCK_FILE = Path(tempfile.mkdtemp(prefix="vowline-tests-")) / "clock"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_SECRET_ACCESS_KEY": "test",
    "BCRYPT_COST": "4",
    "CLOCK_FILE": str(CLOCK_FILE),
    "CONTROLLER": "Example Calls Ltd, 1 Example Street, Exampletown",
    "DELETION_MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:vowline-local-deletion",
    "EXPORTS_BUCKET": "vowline-local-exports-123456789012",
    "HOUSE_NUMBER": "+12025550100",
    "KMS_KEY_ID": "alias/vowline-local",
    "LOG_LEVEL": "INFO",
    "MAIL_FROM": "hello@vowline.example",
    "POWERTOOLS_DEV": "0",
    "PRIVACY_MAIL": "privacy@vowline.example",
    "PROFILE": "kinvo",
    "PUBLIC_URL": "http://127.0.0.1:8000",
    "RATE_DECK": "sample",
    "SECRETS_ID": "vowline-local-secrets",
    "STAGE": "local",
    "TABLE_PREFIX": "vowline-local-",
}
SECRETS = {
    "stripe_api_key": "sk_test_local",
    "stripe_webhook_secrets": ["whsec_current", "whsec_previous"],
    "twilio_account_sid": "AC" + "a" * 32,
    "twilio_auth_tokens": ["b" * 32, "d" * 32],
    "twilio_api_key_sid": "SK" + "c" * 32,
    "twilio_api_key_secret": "the carrier's api key secret, for tests",
    "twilio_app_sid": "AP" + "e" * 32,
    "password_pepper": "pepper",
    "address_key": "address",
    "signing_keys": ["signing", "signing before"],
    "google_client_id": "client.apps.googleusercontent.com",
    "google_client_secret": "the client secret at google, for tests",
}


def prepare() -> None:
    """Take this environment on; what an operator's shell has set does not reach the tests.

    Rooms are used here without app.py, so what it hands down is handed down here, too.
    """
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "STRIPE_API_BASE", "TWILIO_API_BASE", "GOOGLE_BASE"):
        os.environ.pop(name, None)
    os.environ.update(ENVIRONMENT)
    compiled.refresh()
    from chalicelib import wiring

    wiring.connect()
