"""Buying tickets: the order holds its seats, then whoever made it is led to Stripe; paid, the seats are theirs.

A hold ends with the page at Stripe, an hour later at most, or goes on while a bank is at work; what ends it is Stripe's
event or our own reminder to look, whichever comes first. Money that comes for seats which cannot be theirs any more
goes back by itself. What a group asks of donors it asks of buyers too, and what they pay counts towards what one donor
may give: in US law all that is paid to attend a political event is a contribution (11 CFR 100.53). The smallest and
largest gift are no rules for prices.
"""

from functools import partial

from msgspec.structs import replace

from chalicelib import clock
from chalicelib.action_types.event import attend
from chalicelib.action_types.event.settings import settings_of
from chalicelib.action_types.ticketed import basket
from chalicelib.action_types.ticketed.basket import Line
from chalicelib.actions import consent_store, keep_seats
from chalicelib.actions.action_page import ActionPage
from chalicelib.actions.action_type import AskBack, Onward, Refused
from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.seats import Seat, Standing
from chalicelib.actions.submission import Submission
from chalicelib.giving import give, refund, store, terms
from chalicelib.giving.donation import Donation, Often, State
from chalicelib.giving.give import Wish

_LONGEST_TITLE = 200


def begin(public: PublicPage, submission: Submission, lines: list[Line]) -> Onward | AskBack | Refused:
    """Hold the seats and lead to Stripe. Sent again it is the same order, as long as it is not paid."""
    page, own, asked = public.page, settings_of(public.page), terms.of(public.group)
    if asked.statements:
        consent_store.keep(public.group.id, asked.version, asked.text)
    wish = Wish(
        amount=basket.total(lines),
        currency=own.currency,
        often=Often.ONCE,
        donor=terms.donor(submission),
        again=submission.own.get("again", ""),
        tickets=basket.written(lines),
        title=f"{page.title}: {basket.named(lines, own.tickets)}"[:_LONGEST_TITLE],
    )
    return give.begin(public, _kept(submission), wish, partial(_make_sure, page))


def settle(page: ActionPage, order: Donation, *, theirs: bool, open_still: bool) -> None:
    """The seats are theirs, free again, or held still. Whoever paid for what is gone has their money back."""
    if theirs and not _hand_over(page, order):
        refund.all_later([(order.person, order.id)])
    elif not (theirs or open_still):
        attend.stay_away(page, order.id)


def _make_sure(page: ActionPage, order: Donation) -> str:
    """Hold everything, or nothing, and say why not."""
    _end_older(page, order)
    refused = _hold(page, order)
    now = store.find(order.person, order.id)
    if not refused and now and now.state == State.LEFT:
        attend.stay_away(page, order.id)
        return "full"
    return refused


def _end_older(page: ActionPage, order: Donation) -> None:
    """Whoever orders anew gives up what they have not paid yet.

    Of two orders at once only the younger ends the older; which sees it when it holds its seats, or at the first look.
    """
    for other in store.of_person(order.person):
        waits = other.tickets and other.state == State.STARTED
        if waits and other.page == page.id and other.id < order.id and give.close(other):
            attend.stay_away(page, other.id)


def _hold(page: ActionPage, order: Donation) -> str:
    kinds = {kind.id: kind for kind in settings_of(page).kinds}
    for line in basket.read(order.tickets):
        claimed = attend.hold(page, kinds[line.kind], _seat(order, line))
        if claimed.refused:
            attend.stay_away(page, order.id)
            return "over" if claimed.refused == "shut" else "full"
    return ""


def _hand_over(page: ActionPage, order: Donation) -> bool:
    """False when they cannot have them. A hold that has ended is made anew while there are seats."""
    if settings_of(page).called_off or _hold(page, order):
        return False
    for line in basket.read(order.tickets):
        keep_seats.hand_over(attend.pool_of(page, line.kind), order.id)
    return True


def _seat(order: Donation, line: Line) -> Seat:
    return Seat(
        holder=order.id,
        standing=Standing.HELD,
        seats=line.number,
        at=clock.now(),
        claim=order.id,
        person=order.person,
        price=line.total,
        currency=order.currency,
    )


def _kept(submission: Submission) -> Submission:
    """What is recorded of it once it is paid: nothing that belongs to the payment."""
    left_out = {*terms.OF_DONOR, "again"}
    own = {name: text for name, text in submission.own.items() if name not in left_out}
    return replace(submission, own=own | {"standing": str(Standing.SEATED)})
