"""A group: an organization with its own list."""

from collections.abc import Mapping
from typing import Any

import msgspec

from chalicelib import config


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """`salt` (hex) makes this group's person ids its own; `accent` is a `#rrggbb` colour, `logo` a path under /media/
    or ''; `created` epoch seconds.

    `sender_domains` are those it may send from, given to it by whoever runs the installation: SES would let any group
    send from any domain that the account has verified.

    `giving` is what it asks of donors (`giving/terms.py`), `stripe` the account that their gifts go to
    (`giving/accounts.py`), `actblue` how ActBlue tells of gifts (`giving/actblue/access.py`).
    """

    id: str
    slug: str
    name: str
    salt: str
    created: float
    language: str = "en"
    time_zone: str = "UTC"
    accent: str = "#1d4ed8"
    logo: str = ""
    postal_address: str = ""
    sender_name: str = ""
    sender_address: str = ""
    sender_domains: tuple[str, ...] = ()
    reply_to: str = ""
    hold_in_doubt: bool = False
    giving: Mapping[str, Any] = {}
    stripe: Mapping[str, Any] = {}
    actblue: Mapping[str, Any] = {}

    @property
    def from_name(self) -> str:
        return self.sender_name or self.name

    @property
    def mail_address(self) -> str:
        """Where the group's mail comes from: its own verified address, else the installation's."""
        return self.sender_address if self.may_send_from(self.sender_address) else config.mail_from()

    def may_send_from(self, address: str) -> bool:
        return address.rpartition("@")[2] in self.sender_domains
