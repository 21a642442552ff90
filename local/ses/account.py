"""What an SES account knows: its limits, senders, templates and suppressed addresses. Pure; saved as one JSON value."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local.ses.addresses import bare
from local.ses.quota import Quota

JsonObject = dict[str, Any]


@dataclass
class Account:
    """`new_id` gives a fresh UUID text; `next_number` is the number the next message gets.

    Switches a test can throw (`POST /_local/ses`): `debt=False` answers ACCOUNT_THROTTLED for the entries a bulk call
    has no quota for instead of letting the call through; `verify_senders=True` refuses senders that are no identity.
    """

    quota: Quota
    new_id: Callable[[], str]
    next_number: int = 1
    debt: bool = True
    verify_senders: bool = False
    sending: bool = True
    plan: str = "ESSENTIALS"  # what AWS gives new accounts
    configuration_sets: frozenset[str] = frozenset()  # empty: any name will do
    templates: dict[str, JsonObject] = field(default_factory=dict)
    identities: dict[str, JsonObject] = field(default_factory=dict)
    suppressed: dict[str, JsonObject] = field(default_factory=dict)

    def take_number(self) -> int:
        number, self.next_number = self.next_number, self.next_number + 1
        return number

    def may_send_from(self, sender: str) -> bool:
        address = (bare(sender) or "").lower()
        names = {address, address.partition("@")[2]}
        return not self.verify_senders or not names.isdisjoint(self.identities)

    def knows_configuration_set(self, name: str) -> bool:
        return not name or not self.configuration_sets or name in self.configuration_sets

    def saved(self) -> JsonObject:
        """What survives a restart."""
        return {
            "plan": self.plan,
            "templates": self.templates,
            "identities": self.identities,
            "suppressed": self.suppressed,
        }

    def load(self, saved: JsonObject) -> None:
        for name, value in saved.items():
            setattr(self, name, value)
