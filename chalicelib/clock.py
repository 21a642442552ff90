"""Time, identity and chance: the three things a simulation replaces. Call them through this module: `clock.now()`."""

import random
import secrets
import time

import uuid_utils

_chance = random.Random()  # noqa: S311  (spreads load, keeps no secret)


def now() -> float:
    """Seconds since 1970, UTC."""
    return time.time()


def sleep(seconds: float) -> None:
    if seconds > 0:
        time.sleep(seconds)


def new_id() -> str:
    """32 hex digits that sort by time of birth (UUID version 7)."""
    return uuid_utils.uuid7().hex


def new_secret() -> str:
    """256 bits that nobody can guess, fit for a URL or a cookie."""
    return secrets.token_urlsafe(32)


def jitter(most: float) -> float:
    """A random share of `most` seconds, so that rivals do not come back together."""
    return _chance.random() * most
