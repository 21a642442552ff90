"""Links that pass a page on and credit whoever shared it."""

import re
from typing import NamedTuple
from urllib.parse import quote, urlencode

_REFERRER_CODE = re.compile(r"[a-z2-7]{16}")


class ShareLinks(NamedTuple):
    """`link` is for copying; the others open a program with the message written."""

    link: str
    whatsapp: str
    email: str
    sms: str


def share_links(address: str, code: str, title: str, message: str) -> ShareLinks:
    """For the page at `address`; without a (valid) referrer code the links credit nobody."""

    def words(channel: str) -> str:
        return quote(f"{message} {_link(address, code, channel)}", safe="")

    return ShareLinks(
        link=_link(address, code, "link"),
        whatsapp=f"https://wa.me/?text={words('whatsapp')}",
        email=f"mailto:?subject={quote(title, safe='')}&body={words('email')}",
        sms=f"sms:?&body={words('sms')}",
    )


def _link(address: str, code: str, channel: str) -> str:
    credit = {"referrer": code} if _REFERRER_CODE.fullmatch(code) else {}
    return f"{address}?{urlencode(credit | {'source': channel})}"
