"""News that waits on the queue: Stripe's events, our own reminders, and what is to be done behind a request."""

import msgspec


class Look(msgspec.Struct, frozen=True, tag_field="giving", tag="look"):
    """A donation was begun a while ago: look what became of it."""

    person: str
    donation: str


class GiveBack(msgspec.Struct, frozen=True, tag_field="giving", tag="give_back"):
    """Whatever is left of a donation goes back."""

    person: str
    donation: str


class LookAtSplit(msgspec.Struct, frozen=True, tag_field="giving", tag="look_at_split"):
    """A gift to several groups was begun a while ago: look what became of it."""

    split: str


class Charge(msgspec.Struct, frozen=True, tag_field="giving", tag="charge"):
    """One part of a gift to several groups is to be charged."""

    split: str
    donation: str


class Heard(msgspec.Struct, frozen=True, tag_field="giving", tag="heard"):
    """An event of Stripe's: its id and type, the account, and the id and label of what it is about."""

    id: str
    type: str
    account: str
    about: str
    label: str = ""
