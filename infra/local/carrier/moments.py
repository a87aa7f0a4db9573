"""Moments of the virtual clock, in the two forms in which the stand-in writes them down."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime


def rfc2822(moment: datetime) -> str:
    """As the carrier's API and callbacks write it, in whole seconds."""
    return format_datetime(moment.replace(microsecond=0))


def from_rfc2822(text: str) -> datetime:
    return parsedate_to_datetime(text)
