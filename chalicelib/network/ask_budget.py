"""How often a sign-in link may be asked for: five times an hour for each address, known or not."""

from hashlib import sha256

from chalicelib import clock, dynamo

LINKS_AN_HOUR = 5

_LINKS = dynamo.Table("sign_ins", "h")


def may_ask(email: str) -> bool:
    """Count one more link for this address; False when this hour's are used up. `email` is normalised."""
    hour = int(clock.now() // 3600)
    asked = sha256(f"asked\0{hour}\0{email}".encode()).hexdigest()
    try:
        _LINKS.update(
            asked,
            add={"n": 1},
            set={"x": (hour + 1) * 3600},
            when="attribute_not_exists(#n) OR #n < :most",
            values={"most": LINKS_AN_HOUR},
            returns="NONE",
        )
    except dynamo.ConditionFailed:
        return False
    return True
