"""What tests of mailings do again and again: people join, a mailing is written, planned, swept; time passes."""

import json
from collections import Counter
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib import clock
from chalicelib.audiences.query import EVERYONE
from chalicelib.mailings import conduct, plan, store, sweep
from chalicelib.mailings import write_mailing as write
from chalicelib.mailings import write_variants as variants
from chalicelib.mailings.mailing import Mailing
from chalicelib.mailings.variant import Measure, Trial, Variant
from chalicelib.network import store as network
from chalicelib.people import store as people
from chalicelib.people.person import Person, person_id


def join(group, *names, tags=(), zip_code=""):
    """People of the group by name; their addresses are unlike any other test's."""
    members = []
    for name in names:
        email = f"{name.lower()}@{group.slug}.example.org"
        person = Person(
            id=person_id(group.salt, email),
            group=group.id,
            email=email,
            given_name=name,
            tags=frozenset(tags),
            zip_code=zip_code,
        )
        people.upsert(person, at=clock.now())
        members.append(person)
    return members


def written(group, query=EVERYONE, subject="Hello {{ first_name }}"):
    draft = write.create(group.id)
    write.save(group.id, draft.id, subject=subject, preheader="", body="<p>Dear {{ first_name }}, come.</p>")
    write.save_query(group.id, draft.id, query)
    return draft


def tried(group, share=50, measure=Measure.CLICKS):
    """With a second subject, B, on trial beside its own, A."""
    draft = written(group, subject="A")
    write.save(group.id, draft.id, subject="A", preheader="", body='<p><a href="https://x.example">Go</a></p>')
    variants.add(now(draft))
    variants.save(now(draft), "b", Variant(subject="B"))
    variants.save_trial(now(draft), Trial(share=share, hours=2, measure=measure))
    return draft


def planned(group, draft):
    """Sent and frozen, with the minute for undoing already over."""
    assert conduct.send_now(group.id, draft.id)
    store.change_mailing(group.id, draft.id, release_at=clock.now())
    plan.run(group.id, draft.id)
    return now(draft)


def wall_in(zone, hours):
    """The time on the wall there in so many hours."""
    return f"{datetime.fromtimestamp(clock.now() + 3600 * hours, ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def planned_for_own_time(group, draft, wall, zone="America/New_York"):
    """To be sent at that time on everybody's wall, which is over somewhere, and frozen."""
    network.change_group(group.id, time_zone=zone)
    assert conduct.send_at_own_time(group.id, draft.id, wall, zone)
    store.change_mailing(group.id, draft.id, release_at=clock.now())
    plan.run(group.id, draft.id)
    return now(draft)


def now(mailing) -> Mailing:
    return store.find_mailing(mailing.group, mailing.id, consistent=True)


def swept(mailing):
    sweep.run(mailing.group, mailing.id)
    return now(mailing)


def subjects(aws, crowd):
    """How often each subject was got; nobody got two."""
    got = {person.email: [letter["subject"] for letter in aws.inbox(person.email)] for person in crowd}
    assert all(len(letters) <= 1 for letters in got.values())
    return Counter(letters[0] for letters in got.values() if letters)


@contextmanager
def later(monkeypatch, seconds):
    """Let time pass."""
    real = clock.now
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: real() + seconds)
        yield


def file_notice(key):
    body = {"Records": [{"s3": {"bucket": {"name": "muster-local-files-000000000000"}, "object": {"key": key}}}]}
    return {"messageId": key, "body": json.dumps(body)}
