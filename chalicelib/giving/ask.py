"""What a link to a fundraising page asks for: an amount, `amount=7500USD`, or one of the page's usual, `ask=2`. Pure.

Nothing of it is signed: it ticks an amount that everybody may change, and says no more than the link itself.
"""

import re
from collections.abc import Mapping, Sequence

_AMOUNT = re.compile(r"([0-9]{1,12})([A-Z]{3})?")
_RUNG = re.compile(r"[1-9]")


def written(amount: int, currency: str) -> str:
    """As a link's query has it: minor units and their currency."""
    return f"amount={amount}{currency}"


def read(query: Mapping[str, str], usual: Sequence[int], currency: str) -> int | None:
    """The amount that is asked for; None for nothing that can be read, and for one of another currency."""
    if "amount" in query:
        told = _AMOUNT.fullmatch(query["amount"])
        return int(told[1]) if told and (told[2] or currency) == currency else None
    rung = int(query.get("ask", "")) if _RUNG.fullmatch(query.get("ask", "")) else 0
    return usual[rung - 1] if 1 <= rung <= len(usual) else None
