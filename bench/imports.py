"""What a cold start imports: the call path against everything at once, in CPU time, as a ratio."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAIRS = 7
CALL_PATH = "import app; from twilio.request_validator import RequestValidator; import phonenumbers"
EVERYTHING = (
    "import aiohttp, aws_lambda_powertools.metrics, aws_lambda_powertools.utilities.parameters, bcrypt"
    ", boto3, chalice, jinja2, phonenumbers, pynamodb.models, stripe, twilio.rest, twilio.rest.api;"
    " import app; boto3.client('dynamodb'); boto3.client('kms'); boto3.client('sesv2');"
    " from twilio.jwt.access_token import AccessToken; from twilio.twiml.voice_response import VoiceResponse"
)
REPORT = "; import time; print(time.process_time())"


def measure_import_ratio() -> float:
    """CPU of importing the call path / of importing everything eagerly: the median of interleaved pairs."""
    return statistics.median(_cpu_seconds(CALL_PATH) / _cpu_seconds(EVERYTHING) for _ in range(PAIRS))


def _cpu_seconds(code: str) -> float:
    run = subprocess.run(
        [sys.executable, "-c", code + REPORT],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(run.stdout.splitlines()[-1])
