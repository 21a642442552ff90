"""One row for each inbox of a group: what was answered there by itself within the last day. It keeps bombers out.

Anybody may type anybody's address into a form. So however many forms name an inbox, it gets one email a day from a
group; `+tags` and the dots of Gmail do not make it another inbox.
"""

from chalicelib import clock, dynamo

_EMAILS = dynamo.Table("emails", "to", "id")
_ROW = "answered"

DAY_SECONDS = 86400


def may_answer(inbox: str, email: str, at_most: int = 1) -> bool:
    """True for the first email to an inbox (a person id) in a day, and whenever that one is asked for again.

    A day begins with its first email. Where `at_most` is more, others may follow until there are so many.
    """
    now = clock.now()
    begun = {"since": now, "of": {email}, "x": int(now + 2 * DAY_SECONDS)}
    fresh = "attribute_not_exists(#since) OR #since <= :yesterday"
    try:
        _EMAILS.update(inbox, _ROW, set=begun, when=fresh, values={"yesterday": now - DAY_SECONDS}, returns="NONE")
    except dynamo.ConditionFailed as found:
        answered = (found.item or {}).get("of", set())
        return email in answered or (len(answered) < at_most and _follow(inbox, email, at_most))
    return True


def _follow(inbox: str, email: str, at_most: int) -> bool:
    when, values = "size(#of) < :most OR contains(#of, :email)", {"most": at_most, "email": email}
    try:
        _EMAILS.update(inbox, _ROW, add={"of": {email}}, when=when, values=values, returns="NONE")
    except dynamo.ConditionFailed:
        return False
    return True
