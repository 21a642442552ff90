"""The time zone that somebody lives in, as far as their ZIP code tells it."""

import re
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# The Marshall Islands: no other place with a ZIP code has a day begin sooner.
EARLIEST = "Pacific/Majuro"

# Nothing else may reach the library: on digits that are not ASCII's it ends the whole process.
_ZIP = re.compile(r"([0-9]{5})(?:[- ]?[0-9]{4})?")


def of_zip_code(zip_code: str) -> str:
    """`America/Los_Angeles` of `90210` and of `90210-1234`; '' of what is no ZIP code, or is none of one place."""
    found = _ZIP.fullmatch(zip_code.strip())
    return _of_five_digits(found[1]) if found else ""


@cache
def _of_five_digits(digits: str) -> str:
    """Of some, those of the armed forces abroad among them, the library knows none, or one that there is not."""
    import zipcodes  # noqa: PLC0415  (only the planner asks, and it takes half a second)

    known = zipcodes.matching(digits)  # type: ignore[no-untyped-call]
    zone = str(known[0]["timezone"]) if known else ""
    try:
        ZoneInfo(zone)
    except (ValueError, ZoneInfoNotFoundError):
        return ""
    return zone
