"""Sending yearly statements: an email to everybody who gave in a year, with the total and a link to the statement."""

from itertools import islice

from chalicelib import log, queues
from chalicelib.giving import statement, store
from chalicelib.mailings.outbox import GiftNews, GiftWord
from chalicelib.network import store as network

_AT_ONCE = 500


def run(group: str, year: str) -> None:
    """Queue one for each donor. Doing it again writes to nobody twice: each donor and year has one email."""
    found = network.find_group(group)
    which = statement.year_of(year)
    if found is None or which is None:
        return
    given = store.each_given(group, *statement.span(which, found.time_zone))
    donors = iter({gift.person for gift in given if statement.is_stated(gift)})
    count = 0
    while some := list(islice(donors, _AT_ONCE)):
        queues.send_many("mail", [GiftNews(GiftWord.STATEMENT, group, person, "", year) for person in some])
        count += len(some)
    log.line("statements sent", group=group, year=year, count=count)
