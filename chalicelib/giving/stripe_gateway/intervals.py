"""How often, in Stripe's words."""

from chalicelib.giving.donation import Often

_INTERVALS = {
    Often.WEEKLY: ("week", 1),
    Often.MONTHLY: ("month", 1),
    Often.QUARTERLY: ("month", 3),
    Often.YEARLY: ("year", 1),
}


def of(often: Often) -> dict[str, str | int]:
    interval, count = _INTERVALS[often]
    return {"interval": interval, "interval_count": count}


def read(interval: str, count: int) -> Often:
    """Whoever changes a subscription at Stripe itself may choose what we do not offer: the nearest that we have."""
    for often, told in _INTERVALS.items():
        if told == (interval, count):
            return often
    return {"day": Often.WEEKLY, "week": Often.WEEKLY, "month": Often.MONTHLY}.get(interval, Often.YEARLY)
