"""Amounts in a currency's smallest unit, as the provider counts them."""

from __future__ import annotations

from decimal import Decimal

from infra.local.payments.errors import invalid

_WITHOUT_CENTS = frozenset({"clp", "jpy", "krw", "pyg", "ugx", "vnd", "xaf", "xof", "xpf"})


def from_micros(amount_micros: int, currency: str) -> int:
    """Micro-units of the currency as smallest units; a positive whole number of them or a refusal."""
    unit_micros = 1_000_000 if currency in _WITHOUT_CENTS else 10_000
    amount, rest = divmod(amount_micros, unit_micros)
    if rest or amount < 1:
        raise invalid(
            f"{amount_micros} micros are not a positive whole amount in {currency}.", "amount_micros"
        )
    return amount


def chargeable(amount: int, param: str) -> int:
    """The amount within the provider's bounds: 50 smallest units at least, eight digits at most."""
    if amount < 50:
        raise invalid("The amount is below the smallest charge.", param, "amount_too_small")
    if amount > 99_999_999:
        raise invalid("The amount is above the largest charge.", param, "amount_too_large")
    return amount


def written(amount: int, currency: str) -> str:
    """For a person: 12.50 USD."""
    digits = 0 if currency in _WITHOUT_CENTS else 2
    return f"{Decimal(amount).scaleb(-digits):,.{digits}f} {currency.upper()}"
