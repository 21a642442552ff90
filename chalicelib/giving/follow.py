"""What follows once it is written down what became of a donation: recording who gave, and writing to them.

Each step may come twice; whoever is to be told is put on a queue before it is written that they were.
"""

import msgspec
from msgspec.structs import replace

from chalicelib import action_types, queues
from chalicelib.actions import store as actions
from chalicelib.actions.submission import Submission
from chalicelib.giving import card_testing, donors, recurring_store, store
from chalicelib.giving.acquaint import acquaint
from chalicelib.giving.donation import Dispute, Donation, State
from chalicelib.giving.recurring import Recurring, Standing
from chalicelib.mailings import outbox
from chalicelib.mailings.outbox import GiftNews, GiftWord


def settled(donation: Donation) -> None:
    """Whatever became of it."""
    if donation.tickets:
        _tickets(donation)
    if donation.is_given:
        _given(donation)


def failed(recurring: Recurring, period: str, attempt: int, next_attempt: float) -> None:
    """It could not be taken: the donor can mend that, and organizers see it."""
    about = f"{period}-{attempt}-{int(next_attempt)}"
    outbox.send_later(GiftNews(GiftWord.FAILED, recurring.group, recurring.person, recurring.id, about))


def begins(first: Donation) -> None:
    """A recurring donation is set up, and nothing taken yet: no receipt tells its donor."""
    outbox.send_later(GiftNews(GiftWord.BEGUN, first.group, first.person, first.id, ""))


def card_ends(recurring: Recurring) -> None:
    outbox.send_later(GiftNews(GiftWord.CARD, recurring.group, recurring.person, recurring.id, recurring.card_ends))


def changed(recurring: Recurring) -> None:
    """What is other than its donor was told last. That it begins, its receipt tells."""
    word = recurring.worth_a_word
    if recurring.told == word:
        return
    if recurring.told or recurring.standing in (Standing.ENDED, Standing.PAUSED):
        about = f"{word}-{recurring.tellings}"
        outbox.send_later(GiftNews(GiftWord.CHANGED, recurring.group, recurring.person, recurring.id, about))
    donors.remember(recurring.group, recurring.person)
    # If somebody else wrote meanwhile, whoever settles it next says it again, which tells nobody twice.
    recurring_store.change(recurring, replace(recurring, told=word, tellings=recurring.tellings + 1))


def _given(donation: Donation) -> None:
    donors.remember(donation.group, donation.person)
    if not donation.passed_on:
        if donation.waiting:
            _tell(msgspec.json.decode(donation.waiting, type=Submission))
        outbox.send_later(GiftNews(GiftWord.RECEIPT, donation.group, donation.person, donation.id, ""))
        donation = _write(donation, replace(donation, passed_on=True, waiting=""))
        if donation.passed_on:
            card_testing.paid(donation)
    if donation.refunded > donation.told_back:
        outbox.send_later(GiftNews(GiftWord.REFUNDED, donation.group, donation.person, donation.id, donation.back_word))
        _write(donation, replace(donation, told_back=donation.refunded))


def _tell(submission: Submission) -> None:
    """Record what they did; or, of a part of a gift on another group's page, only who they are."""
    if submission.page:
        # Its receipt thanks for it.
        queues.send("submissions", replace(submission, thank=False))
    else:
        acquaint(submission)
        donors.remember(submission.group, submission.person)


def _write(before: Donation, after: Donation) -> Donation:
    """If somebody else wrote meanwhile, whoever settles it next says it again, which tells nobody twice."""
    return replace(after, version=before.version + 1) if store.change(before, after) else before


def _tickets(donation: Donation) -> None:
    """Seats that were held are theirs, or free again; and theirs once: what they gave back since, stays given back."""
    page = actions.find_page(donation.group, donation.page)
    if page is None:
        return
    lost = donation.dispute == Dispute.LOST and not donation.kept
    theirs = donation.is_given and donation.refunded < donation.amount and not lost
    if theirs and donation.passed_on:
        return
    open_still = donation.state in (State.STARTED, State.PROCESSING)
    action_types.of(page.type).paid(page, donation.person, donation.id, theirs=theirs, open_still=open_still)
