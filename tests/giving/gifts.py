"""Gifts as rules see them: Ada has given 25 dollars."""

from datetime import UTC, datetime

from chalicelib.giving.donation import Donation, Donor, State

NOW = 1_800_000_000.0
DAY = 86400


def gift(**words):
    known = {"id": "d" * 32, "group": "a" * 32, "page": "b" * 32, "person": "c" * 32, "amount": 2500, "currency": "USD"}
    known |= {"at": NOW, "given_at": NOW, "state": State.GIVEN, "donor": Donor(email="ada@example.org")}
    return Donation(**known | words)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
