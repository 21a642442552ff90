"""Taking action: accept what a form sent, then, behind the queue, remember the person and what they did."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec

from chalicelib import clock, counters, log, queues
from chalicelib.actions import source_store, store
from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.submission import Answers, Submission, short_code
from chalicelib.mailings.links import is_mailings
from chalicelib.mailings.outbox import ThankYou
from chalicelib.people import store as people
from chalicelib.people.person import Person, Subscription, person_id, split_name


class Recorded(msgspec.Struct, frozen=True):
    """What one submission changed: did we get to know someone, was it their first action here.

    `from_mailing`: they came by a link in a mailing, and that was not known yet.
    """

    submission: Submission
    new_person: bool
    new_action: bool
    from_mailing: bool = False


def accept_later(public: PublicPage, answers: Answers, came_by: Mapping[str, str]) -> Submission:
    """Put a submission on the queue. Once this returns, it will not be lost. `came_by`: source, referrer, website."""
    given_name, family_name = split_name(answers.name)
    submission = Submission(
        id=clock.new_id(),
        group=public.group.id,
        page=public.page.id,
        person=person_id(public.group.salt, answers.email),
        at=clock.now(),
        email=answers.email,
        given_name=given_name,
        family_name=family_name,
        zip_code=answers.zip_code,
        language=public.page.language,
        comment=answers.comment,
        **{name: short_code(came_by.get(name, "")) for name in ("source", "referrer", "website")},
    )
    queues.send("submissions", submission)
    return submission


def record_all(records: list[dict[str, Any]]) -> queues.Reply:
    """Record a batch of submissions, count them once, and queue their thank-you emails."""
    done: list[Recorded] = []
    reply = queues.each_message(records, lambda body: done.append(record(msgspec.json.decode(body, type=Submission))))
    _count(done)
    # Queued for every submission, first or not: a replay must not lose the email, and it is sent once whatever comes.
    queues.send_many(
        "mail", [ThankYou(one.submission.group, one.submission.page, one.submission.person) for one in done]
    )
    log.line("submissions recorded", taken=len(done), failed=len(reply["batchItemFailures"]))
    return reply


def record(submission: Submission) -> Recorded:
    """Remember the person, then what they did. Repeating it changes nothing."""
    person = Person(
        id=submission.person,
        group=submission.group,
        email=submission.email,
        given_name=submission.given_name,
        family_name=submission.family_name,
        zip_code=submission.zip_code,
        language=submission.language,
        subscription=Subscription.SUBSCRIBED,
        source=submission.source,
    )
    known = people.upsert(person, at=submission.at)
    before = store.record(submission)
    from_mailing = is_mailings(submission.source) and source_store.record(submission)
    return Recorded(submission, new_person=known is None, new_action=before is None, from_mailing=from_mailing)


def _count(done: list[Recorded]) -> None:
    _count_sources(done)
    for page in {one.submission.page for one in done}:
        ours = [one for one in done if one.submission.page == page]
        _count_page(ours[0].submission.group, page, ours)


def _count_sources(done: list[Recorded]) -> None:
    """Actions by the mailing whose link led there."""
    came = Counter((one.submission.group, one.submission.source) for one in done if one.from_mailing)
    for (group, code), actions in came.items():
        counters.add(f"source#{group}/{code}", "total", {"actions": actions})


def _count_page(group: str, page: str, done: list[Recorded]) -> None:
    actions = sum(one.new_action for one in done)
    people_new = sum(one.new_person for one in done)
    today = counters.day(clock.now())
    counters.add(f"page#{page}", "total", {"actions": actions, "new_people": people_new})
    counters.add(f"page#{page}", today, {"actions": actions, "new_people": people_new})
    counters.add(f"group#{group}", "total", {"actions": actions, "people": people_new, "subscribed": people_new})
    counters.add(f"group#{group}", today, {"actions": actions, "people": people_new, "subscribed": people_new})
