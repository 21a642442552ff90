"""Writing a mailing: until it is sent, it is a draft that anyone of the group may change."""

from chalicelib import clock, markup
from chalicelib.audiences.query import Query
from chalicelib.mailings import store
from chalicelib.mailings.mailing import Mailing, Status


def create(group: str) -> Mailing:
    now = clock.now()
    mailing = Mailing(id=clock.new_id(), group=group, created=now, edited=now)
    store.add_mailing(mailing)
    return mailing


def save(
    group: str, mailing: str, *, subject: str, preheader: str, body: str, over: Mailing | None = None
) -> Mailing | None:
    """Keep what was written (one line of subject, safe HTML), over the words of `over` only, if that is given.

    None when it is no draft any more, or has other words by now.
    """
    return store.change_mailing(
        group,
        mailing,
        when=[Status.DRAFT],
        still=words(over) if over else None,
        subject=one_line(subject),
        preheader=one_line(preheader),
        body=markup.sanitise(body),
        edited=clock.now(),
    )


def words(mailing: Mailing) -> dict[str, str]:
    """What is written, without whom it is for."""
    return {"subject": mailing.subject, "preheader": mailing.preheader, "body": mailing.body}


def save_query(group: str, mailing: str, query: Query) -> Mailing | None:
    """Keep whom it is for; None when it is no draft any more."""
    return store.change_mailing(group, mailing, when=[Status.DRAFT], query=query, edited=clock.now())


def duplicate(group: str, mailing: str) -> Mailing | None:
    """A new draft with the same words and the same query."""
    original = store.find_mailing(group, mailing)
    if original is None:
        return None
    copy = create(group)
    return store.change_mailing(
        group,
        copy.id,
        subject=original.subject,
        preheader=original.preheader,
        body=original.body,
        query=original.query,
        variants=original.variants,
        trial=original.trial,
    )


def one_line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:300]
