"""Telling those whom an organizer named who acted: at most one email in five minutes, however many act."""

from collections.abc import Iterable

from chalicelib import clock, queues
from chalicelib.actions import notice_store, store
from chalicelib.actions.submission import Submission
from chalicelib.mailings.outbox import Notice

WINDOW_SECONDS = 300
_AFTERWARDS = 15.0

# What this process has asked for already: asking again is harmless, but costs.
_asked: set[tuple[str, int]] = set()


def tell(submissions: Iterable[Submission]) -> None:
    """Note who acted, and have it told once these five minutes are over. Repeating it changes nothing."""
    by_page: dict[tuple[str, str], set[str]] = {}
    for submission in submissions:
        by_page.setdefault((submission.group, submission.page), set()).add(submission.person)
    window = int(clock.now() // WINDOW_SECONDS)
    for (group, page), people in by_page.items():
        notice_store.add(page, window, people)
        if (page, window) not in _asked:
            _ask(group, page, window)


def _ask(group: str, page: str, window: int) -> None:
    found = store.find_page(group, page)
    addresses = found.notify if found else ()
    due = (window + 1) * WINDOW_SECONDS + _AFTERWARDS - clock.now()
    queues.send_many("mail", [Notice(group, page, window, address) for address in addresses], delay=due)
    if len(_asked) > 1000:
        _asked.clear()
    _asked.add((page, window))
