"""Taking action: accept what a form sent, then, behind the queue, remember the person and what they did."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from chalicelib import clock, counters, log, queues
from chalicelib.action_types import of
from chalicelib.actions import notify, share, source_store, store
from chalicelib.actions.action_type import AskBack, Onward, Refused
from chalicelib.actions.consent import Agreed
from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.question import for_fields, tally
from chalicelib.actions.store import Action
from chalicelib.actions.submission import Answers, Submission, short_code
from chalicelib.mailings.links import is_mailings
from chalicelib.mailings.outbox import ThankYou
from chalicelib.people import store as people
from chalicelib.people import subscription
from chalicelib.people.person import Person, Subscription, person_id, split_name


class Recorded(msgspec.Struct, frozen=True):
    """What one submission changed: did we get to know someone, and what they had done here `before` (None: nothing).

    `from_mailing`: they came by a link in a mailing, and that was not known yet. `shared`: ids of other groups that got
    to know them.
    """

    submission: Submission
    new_person: bool
    before: Action | None = None
    from_mailing: bool = False
    shared: Sequence[str] = ()

    @property
    def new_subscriber(self) -> bool:
        return self.new_person and self.submission.group in self.submission.joined

    @property
    def new_action(self) -> bool:
        return self.before is None


class Sent(NamedTuple):
    """What somebody sent: their answers, what only the page's type asks, and what they agreed to.

    `recognised`: a link says who they are, not they themselves.
    """

    answers: Answers
    own: Mapping[str, str] = {}
    agreed: Agreed | None = None
    recognised: bool = False


def accept_later(public: PublicPage, sent: Sent, came_by: Mapping[str, str]) -> Submission | Refused | AskBack | Onward:
    """Put a submission on the queue. Once this returns, it will not be lost.

    `came_by`: source, referrer, website; of a gift its network (a keyed hash), and `confirmed`, '' for not.
    """
    accepted = of(public.page.type).accept(public, _submission(public, sent, came_by))
    if isinstance(accepted, Submission):
        queues.send("submissions", accepted)
    return accepted


def record_all(records: list[dict[str, Any]]) -> queues.Reply:
    """Record a batch of submissions, count them once, and queue their thank-you emails."""
    done: list[Recorded] = []
    reply = queues.each_message(records, lambda body: done.append(record(msgspec.json.decode(body, type=Submission))))
    _count(done)
    # Queued for every submission, first or not: a replay must not lose the email, and it is sent once whatever comes.
    thanked = [one.submission for one in done if one.submission.thank]
    queues.send_many("mail", map(_thank_you, thanked))
    notify.tell([one.submission for one in done if one.submission.notify])
    log.line("submissions recorded", taken=len(done), failed=len(reply["batchItemFailures"]))
    return reply


def record(submission: Submission) -> Recorded:
    """Remember the person, then what they did. Repeating it changes nothing."""
    person = person_of(submission)
    known = people.upsert(person, at=submission.at, replace=not submission.recognised)
    if known and known.subscription == Subscription.OUTSIDE and person.subscription == Subscription.SUBSCRIBED:
        subscription.join(person.group, person.id)
    shared = share.share(person, submission.joined, submission.at, replace=not submission.recognised)
    before = store.record(submission)
    from_mailing = is_mailings(submission.source) and source_store.record(submission)
    of(submission.type).recorded(submission)
    return Recorded(submission, new_person=known is None, before=before, from_mailing=from_mailing, shared=shared)


def person_of(submission: Submission) -> Person:
    """Who sent it, as they say; on the list of its group only if they join that."""
    return Person(
        id=submission.person,
        group=submission.group,
        email=submission.email,
        given_name=submission.given_name,
        family_name=submission.family_name,
        phone=submission.phone,
        street=submission.street,
        city=submission.city,
        zip_code=submission.zip_code,
        language=submission.language,
        tags=frozenset(submission.tags),
        fields=submission.fields,
        subscription=Subscription.SUBSCRIBED if submission.group in submission.joined else Subscription.OUTSIDE,
        source=submission.source,
    )


def _submission(public: PublicPage, sent: Sent, came_by: Mapping[str, str]) -> Submission:
    answers, agreed = sent.answers, sent.agreed
    given_name, family_name = split_name(answers.name)
    asked = of(public.page.type).questions(public.page)
    return Submission(
        id=clock.new_id(),
        group=public.group.id,
        page=public.page.id,
        type=public.page.type,
        person=person_id(public.group.salt, answers.email),
        at=clock.now(),
        email=answers.email,
        given_name=given_name,
        family_name=family_name,
        phone=answers.phone,
        street=answers.street,
        city=answers.city,
        zip_code=answers.zip_code,
        language=public.page.language,
        answers=answers.questions,
        own=sent.own,
        tally=tally(asked, answers.questions),
        fields=for_fields(asked, answers.questions),
        consent=agreed.version if agreed else "",
        joins=agreed.joins if agreed else None,
        tags=public.page.tags,
        thank=public.page.thank_by_email,
        notify=bool(public.page.notify),
        recognised=sent.recognised,
        source=short_code(came_by.get("source", "")),
        referrer=short_code(came_by.get("referrer", "")),
        website=short_code(came_by.get("website", "")),
        network=came_by.get("network", ""),
        confirmed=bool(came_by.get("confirmed")),
    )


def _thank_you(submission: Submission) -> ThankYou:
    again = of(submission.type).thanked_for(submission)
    return ThankYou(submission.group, submission.page, submission.person, again)


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
    counters.add(f"page#{page}", "total", {"actions": actions, "new_people": people_new, **_counted(done)})
    counters.add(f"page#{page}", today, {"actions": actions, "new_people": people_new})
    counters.add(f"answers#{page}", "total", _answers(done))
    for way, counts in _ways(done).items():
        counters.add(f"ways#{page}", way, counts)
    grown = {"actions": actions, "people": people_new, "subscribed": sum(one.new_subscriber for one in done)}
    counters.add(f"group#{group}", "total", grown)
    counters.add(f"group#{group}", today, grown)
    share.count([other for one in done for other in one.shared], today)


def _counted(done: list[Recorded]) -> Counter[str]:
    """What only the page's type counts; whoever acts anew takes back what they had added."""
    counts: Counter[str] = Counter()
    for one in filter(_stands, done):
        kind = of(one.submission.type)
        counts.update(kind.counted(one.submission.own))
        counts.subtract(kind.counted(one.before.own) if one.before else ())
    return counts


def _answers(done: list[Recorded]) -> Counter[str]:
    """How many more people have given each answer; whoever answers anew takes the old answer back."""
    counts: Counter[str] = Counter()
    for one in filter(_stands, done):
        counts.update(one.submission.tally)
        counts.subtract(one.before.tally if one.before else ())
    return counts


def _stands(one: Recorded) -> bool:
    """False where two came in the wrong order: the later one's words stand already."""
    return one.before is None or one.before.last <= one.submission.at


def _ways(done: list[Recorded]) -> dict[str, Counter[str]]:
    """How people came to act for the first time, and how many of them are new to the list."""
    counts: dict[str, Counter[str]] = {}
    for one in done:
        for way in ("source", "referrer", "website"):
            code = getattr(one.submission, way)
            if code and one.new_action:
                counts.setdefault(f"{way}:{code}", Counter()).update(actions=1, new_people=int(one.new_person))
    return counts
