"""What people have given, summed up in their rows. Nothing is written of whom the group does not know."""

import msgspec

from chalicelib import dynamo
from chalicelib.people.person import Gifts, shard_of

_PEOPLE = dynamo.Table("people", "gs", "id")


def keep(group: str, person: str, gifts: Gifts) -> None:
    """Write a sum; nothing when a newer one stands there."""
    try:
        _PEOPLE.update(
            f"{group}#{shard_of(person)}",
            person,
            set={"gv": msgspec.to_builtins(gifts), "gn": gifts.version},
            when="attribute_exists(#e) AND (attribute_not_exists(#gn) OR #gn <= :gn)",
            values={"gn": gifts.version},
            returns="NONE",
        )
    except dynamo.ConditionFailed:
        return
