"""Amounts on a page."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_currency

from api.pages import times


def money(language: str, amount: Decimal, currency: str) -> str:
    """An amount as people of that language write it."""
    return format_currency(amount, currency, locale=times.locale(language))
