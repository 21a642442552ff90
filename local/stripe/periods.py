"""Periods, as subscriptions count them: the same day of a later month as the first, or that month's last."""

import calendar
from datetime import UTC, datetime, timedelta
from itertools import count


def after(at: int, interval: str, number: int) -> int:
    if interval in ("day", "week"):
        return at + int(timedelta(days=number * (7 if interval == "week" else 1)).total_seconds())
    moment = datetime.fromtimestamp(at, UTC)
    months = moment.month - 1 + number * (12 if interval == "year" else 1)
    year, month = moment.year + months // 12, months % 12 + 1
    day = min(moment.day, calendar.monthrange(year, month)[1])
    return int(moment.replace(year=year, month=month, day=day).timestamp())


def next_after(anchor: int, at: int, interval: str, number: int) -> int:
    """The first of the periods that begin with `anchor` which begins after `at`."""
    return next(begin for times in count() if (begin := after(anchor, interval, times * number)) > at)
