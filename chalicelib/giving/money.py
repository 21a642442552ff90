"""Amounts: whole minor units of a currency, as Stripe counts them. Written and read as people do."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from chalicelib import texts


class Currency(NamedTuple):
    """`places`: how many digits follow the point; a yen has no smaller part."""

    sign: str
    places: int


CURRENCIES: Mapping[str, Currency] = {
    "USD": Currency("$", 2),
    "CAD": Currency("CA$", 2),
    "AUD": Currency("A$", 2),
    "NZD": Currency("NZ$", 2),
    "EUR": Currency("€", 2),
    "GBP": Currency("£", 2),
    "CHF": Currency("CHF ", 2),
    "SEK": Currency("SEK ", 2),
    "MXN": Currency("MX$", 2),
    "COP": Currency("COP ", 2),
    "CLP": Currency("CLP ", 0),
    "JPY": Currency("¥", 0),
}

_SMALLEST: Mapping[str, int] = {"GBP": 30, "MXN": 1000, "SEK": 300, "COP": 200000, "CLP": 500}

_SPACES = re.compile(r"[\s'’\u00a0\u202f]")
_AMOUNT = re.compile(r"(\d{1,12})(?:[.,](\d{1,2}))?")
# A point or comma before three digits parts thousands: nobody gives a tenth of a cent.
_THOUSANDS = re.compile(r"[.,](?=\d{3}(?!\d))")


def read(typed: str, currency: str, language: str = "en") -> int | None:
    """`25`, `$25.50`, `1,000` or `1.000,50` in minor units; None for what is no amount of this currency.

    Nor is `25.555`, where the point is what parts cents in that language: it may be a thousand times more or less.
    """
    sign, places = CURRENCIES[currency]
    plain = _SPACES.sub("", typed.replace(sign.strip(), "").replace(currency, ""))
    match = _AMOUNT.fullmatch(_THOUSANDS.sub("", plain))
    if not match or not plain.isascii() or (places and _is_doubtful(plain, texts.say(language, "number.point"))):
        return None
    whole, part = match[1], match[2] or ""
    if len(part) > places and part.strip("0"):
        return None
    return int(whole + part.ljust(places, "0")[:places])


def _is_doubtful(plain: str, point: str) -> bool:
    whole, _, part = plain.partition(point)
    return whole.isdigit() and part.isdigit() and len(part) == 3


def smallest(currency: str) -> int:
    """What Stripe charges at the least: about half a dollar."""
    return _SMALLEST.get(currency, 50)


def largest(currency: str) -> int:
    """What Stripe takes at once: eight digits, of a small currency ten."""
    return 10**10 - 1 if currency == "COP" else 10**8 - 1


def write(amount: int, currency: str, language: str = "en") -> str:
    """`$1,000` or `$25.50`; in Spanish `$1.000` and `$25,50`. Cents only where there are some."""
    sign, places = CURRENCIES[currency]
    whole, part = divmod(amount, 10**places)
    cents = f"{texts.say(language, 'number.point')}{part:0{places}}" if part else ""
    return f"{sign}{texts.number(language, whole)}{cents}"


def plain(amount: int, currency: str) -> str:
    """As a spreadsheet reads it: `25.50`, `-3`."""
    places = CURRENCIES[currency].places if currency in CURRENCIES else 2
    whole, part = divmod(abs(amount), 10**places)
    sign = "-" if amount < 0 else ""
    return f"{sign}{whole}.{part:0{places}}" if part else f"{sign}{whole}"
