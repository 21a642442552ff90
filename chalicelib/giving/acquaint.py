"""A group gets to know who gave to it on another group's page."""

from chalicelib import clock, counters
from chalicelib.actions.submission import Submission
from chalicelib.actions.take_action import person_of
from chalicelib.people import store as people
from chalicelib.people import subscription
from chalicelib.people.person import Subscription


def acquaint(submission: Submission) -> None:
    """Remember them as its donor; on its list only if they chose that. Repeating it changes nothing."""
    person = person_of(submission)
    known = people.upsert(person, at=submission.at, replace=not submission.recognised)
    joins = person.subscription == Subscription.SUBSCRIBED
    if known and known.subscription == Subscription.OUTSIDE and joins:
        subscription.join(person.group, person.id)
    if known is None:
        counts = {"people": 1, "subscribed": int(joins)}
        counters.add(f"group#{person.group}", "total", counts)
        counters.add(f"group#{person.group}", counters.day(clock.now()), counts)
