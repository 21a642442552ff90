"""Gifts that somebody else took, told to us: by ActBlue (`actblue/`), or in a file of past gifts (`past_gifts/`). Pure.

They count for sums, for asking and for targeting as all others do. Nothing of them can be given back, reconciled or
receipted here.
"""

from hashlib import sha256

ACTBLUE = "actblue"
UPLOAD = "upload"
# As organizers read it.
NAMES = {ACTBLUE: "ActBlue", UPLOAD: "Uploaded"}


def id_of(group: str, origin: str, *told: object) -> str:
    """The id that follows from what others call a gift: told twice it is the same. A UUID of version 8."""
    digest = sha256("\0".join((group, origin, *map(str, told))).encode()).hexdigest()
    return f"{digest[:12]}8{digest[12:15]}8{digest[15:30]}"
