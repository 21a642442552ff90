"""Rows of the guard, by keyed hash: counts of one window, and challenges that were used, gone within days; and the days
on which an inbox was sent links that nobody has used, which stay.
"""

import hmac

from chalicelib import config, dynamo

_GUARD = dynamo.Table("guard", "k")
_LINKS = "unused links\0"


def add(what: str, count: int, ends: float) -> int:
    """Count `count` more in a window that ends then (epoch seconds), and give how many there are.

    A call whose answer was lost may count twice: then somebody is asked for a proof who need not be.
    """
    row = _GUARD.update(_key(what), add={"n": count}, set={"x": int(ends) + 60})
    return int(row["n"])


def use(what: str, by: str, good_until: float) -> bool:
    """Use something up; False when somebody else has. Whoever has used it may use it again."""
    return _GUARD.add_new({"k": _key(what), "by": _key(by), "x": int(good_until) + 60})


def may_ask(inbox: str, day: int, most: int) -> bool:
    """True on the first `most` days (numbered) on which an inbox is sent links, however often on each."""
    when = "attribute_not_exists(#days) OR size(#days) < :most OR contains(#days, :day)"
    try:
        _GUARD.update(
            _key(_LINKS + inbox), add={"days": {day}}, when=when, values={"most": most, "day": day}, returns="NONE"
        )
    except dynamo.ConditionFailed:
        return False
    return True


def link_used(inbox: str) -> None:
    """Its owner is there and wanted it: the days begin anew."""
    _GUARD.update(_key(_LINKS + inbox), remove=["days"], returns="NONE")


def _key(what: str) -> str:
    """Keyed: whoever reads the table learns no IP address and no email address."""
    return hmac.digest(config.secret(), b"guard\0" + what.encode(), "sha256").hex()[:32]
