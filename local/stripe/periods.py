"""Periods, as subscriptions count them: the same day of a later month, or its last."""

import calendar
from datetime import UTC, datetime, timedelta


def after(at: int, interval: str, count: int) -> int:
    if interval in ("day", "week"):
        return at + int(timedelta(days=count * (7 if interval == "week" else 1)).total_seconds())
    moment = datetime.fromtimestamp(at, UTC)
    months = moment.month - 1 + count * (12 if interval == "year" else 1)
    year, month = moment.year + months // 12, months % 12 + 1
    day = min(moment.day, calendar.monthrange(year, month)[1])
    return int(moment.replace(year=year, month=month, day=day).timestamp())
