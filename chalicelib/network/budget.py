"""What may be had only so often in an hour: sign-in links for an address, known or not; test emails of a group."""

from hashlib import sha256

from chalicelib import clock, dynamo

LINKS_AN_HOUR = 5
TESTS_AN_HOUR = 60

_COUNTS = dynamo.Table("sign_ins", "h")


def may_ask_for_link(email: str) -> bool:
    """Count one more link for this address; False when this hour's are used up. `email` is normalised."""
    return _spend(f"asked\0{email}", 1, LINKS_AN_HOUR)


def may_send_tests(group: str, count: int) -> bool:
    """Count more test emails of a group; False, and nothing is counted, when they would be too many for this hour."""
    return _spend(f"tests\0{group}", count, TESTS_AN_HOUR)


def _spend(what: str, count: int, most: int) -> bool:
    hour = int(clock.now() // 3600)
    try:
        _COUNTS.update(
            sha256(f"{hour}\0{what}".encode()).hexdigest(),
            add={"n": count},
            set={"x": (hour + 1) * 3600},
            when="attribute_not_exists(#n) OR #n <= :before",
            values={"before": most - count},
            returns="NONE",
        )
    except dynamo.ConditionFailed:
        return False
    return True
