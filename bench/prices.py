"""What a call costs by AWS's public price list (us-east-1, arm64), against a floor behind the same gateway.

The floor makes the same three requests, writes three units, and reads a session, a person and, in each
webhook, a balance. Both sides run for the CPU that bench.webhooks measured.
"""

from __future__ import annotations

REST_REQUEST = 3.50e-6
LAMBDA_REQUEST = 0.20e-6
LAMBDA_GB_SECOND = 0.0000133334
WRITE_UNIT = 0.625e-6
READ_UNIT = 0.125e-6
MEMORY_GB = 1.769
REQUESTS = 3
FLOOR_WRITES, FLOOR_READS = 3, 4


def price(write_units: int, read_units: int, cpu_seconds: float) -> float:
    """Dollars a call, its token's request included."""
    lambdas = REQUESTS * LAMBDA_REQUEST + cpu_seconds * MEMORY_GB * LAMBDA_GB_SECOND
    return REQUESTS * REST_REQUEST + lambdas + write_units * WRITE_UNIT + read_units * READ_UNIT


def price_ratio(write_units: int, read_units: int, handler_seconds: float, bare_seconds: float) -> float:
    """Our price of a call / the floor's."""
    return price(write_units, read_units, handler_seconds) / price(FLOOR_WRITES, FLOOR_READS, bare_seconds)
