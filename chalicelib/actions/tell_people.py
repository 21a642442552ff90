"""Writing to the people of a page about news of it: a reminder, that it does not take place."""

from itertools import islice

from chalicelib import log, queues
from chalicelib.action_types import of
from chalicelib.actions import store
from chalicelib.mailings.outbox import PageNews

_AT_ONCE = 500


def run(group: str, page_id: str, news: str, about: str) -> None:
    """Queue an email to each whom it concerns. Doing it again writes to nobody twice: each email has one row."""
    page = store.find_page(group, page_id, consistent=True)
    if page is None:
        return
    people, count = iter(of(page.type).to_be_told(page, news, about)), 0
    while some := list(islice(people, _AT_ONCE)):
        queues.send_many("mail", [PageNews(news, group, page_id, person, about) for person in some])
        count += len(some)
    log.line("people told", page=page_id, news=news, count=count)
