"""Gifts told on purpose: what the simulation found broken, and the rarest of what must not break."""

from simulation import givers, ledger
from simulation.givers import DAY
from simulation.stories import At
from simulation.tell_giving import Teller, live
from simulation.wire import Wire
from simulation.world import World

# Three tries of Stripe's SDK whose answers are all lost.
_NO_ANSWER = tuple(At("web", "POST refunds", "reply cut", nth=nth) for nth in (1, 2, 3))
PRESS = (1.0, "press", 0)
_GOING_BACK = ((2000.0, "give_back_at_stripe", 0, 300), (2010.0, "give_back_at_stripe", 0, 400))


def calm_gift(wire: Wire) -> World:
    """Nothing goes wrong: and every sum that a screen shows must have it, by page and by source."""
    return live(wire, Teller(), PRESS, (100.0, "give_back", 0, 500, "screen"))


def pressed_again_after_no_answer(wire: Wire) -> World:
    """The money has gone back, its answer is lost; the treasurer presses the same button again, minutes later."""
    return live(
        wire, Teller(*_NO_ANSWER), PRESS, (600.0, "give_back", 0, 500, "screen"), (900.0, "give_back", 0, 500, "screen")
    )


def all_back_after_stripe_failed(wire: Wire) -> World:
    """Stripe fails, and gives that answer for a day; the treasurer presses again."""
    faults = Teller(answers=(At("web", "POST refunds", "stripe fails"),))
    world = live(wire, faults, PRESS, (600.0, "give_back", 0, 2500, "screen"))
    if [paid.refunded for paid in ledger.paid(world)] != [2500]:
        world.invariants.broken("the treasurer pressed again, and could not give all of it back")
    return world


def given_back_twice(wire: Wire) -> World:
    """It went back and she was told; her bank sent it to us again; it goes back once more, and she is told of that."""
    acts = ((600.0, "give_back", 0, 500, "screen"), (1000.0, "bounce", 0), (2000.0, "give_back", 0, 500, "later"))
    world = live(wire, Teller(), PRESS, *acts)
    told = [email for email in world.ses.accepted if "gift-refunded" in email.tags["email"]]
    if len(told) != 2 or [paid.refunded for paid in ledger.paid(world)] != [500]:
        world.invariants.broken(f"she was told {len(told)} times that 500 went back")
    return world


def ended_and_died(wire: Wire) -> World:
    """The Lambda dies between writing down that it has ended and telling the donor."""
    faults = Teller(At("web", "TransactWriteItems", "killed after", nth=2, since=2000.0))
    return live(wire, faults, PRESS, (2000.0, "change", 0, "cancel"), often="monthly")


def gives_no_more(wire: Wire) -> World:
    """Who has ended what they gave again and again is not known as somebody who goes on."""
    return live(wire, Teller(), PRESS, (2000.0, "change", 0, "cancel"), often="monthly")


def gives_on(wire: Wire) -> World:
    """Who made a gift monthly is, though no money has moved yet."""
    return live(wire, Teller(), PRESS, (2000.0, "make_monthly", 0))


def died_before_its_reminder(wire: Wire) -> World:
    """The Lambda dies when the gift has just been written down; she goes away, and nothing ever happens at Stripe."""
    return live(wire, Teller(At("web", "PutItem", "killed after", nth=2)), PRESS, patient=False)


def made_monthly_twice(wire: Wire) -> World:
    """She presses the button beside her gift, and again on the next day."""
    return live(wire, Teller(), PRESS, (2000.0, "make_monthly", 0), (2000.0 + DAY, "make_monthly", 0))


def monthly_after_stripe_failed(wire: Wire) -> World:
    """Stripe fails, and gives that answer for a day to whoever comes with the same key."""
    faults = Teller(answers=(At("web", "POST checkout/sessions", "stripe fails", since=2000.0),))
    return _with_subscription(live(wire, faults, PRESS, (2000.0, "make_monthly", 0), (2100.0, "make_monthly", 0)))


def monthly_after_half_an_hour(wire: Wire) -> World:
    """The first try came to nothing, and Stripe opens no page any more that would close when that one had to."""
    calls = [At("web", "POST checkout/sessions", "unavailable", nth=nth, since=2000.0) for nth in (1, 2, 3)]
    return _with_subscription(
        live(wire, Teller(*calls), PRESS, (2000.0, "make_monthly", 0), (4200.0, "make_monthly", 0))
    )


def monthly_after_months(wire: Wire) -> World:
    """A month after the gift is long ago."""
    return _with_subscription(live(wire, Teller(), PRESS, (70 * DAY, "make_monthly", 0), months=4))


def led_nowhere(wire: Wire) -> World:
    """One press has its page and stands still before writing it down; Stripe tells the other that it has failed."""
    faults = Teller(
        At("web", "TransactWriteItems", "stalled before", stall=8.0),
        answers=tuple(At("web", "POST checkout/sessions", "stripe fails", nth=nth) for nth in (2, 3, 4)),
    )
    return live(wire, faults, PRESS, (2.0, "press", 0), patient=False)


def limit_lowered_meanwhile(wire: Wire) -> World:
    """Her page is open at Stripe when she may not give so much any more, presses again, and pays there all the same."""
    acts = (PRESS, (100.0, "lower_the_limit", 1000), (200.0, "press", 0))
    return live(wire, Teller(), *acts, (400.0, "pay_there"), cards=())


def more_than_the_limit(wire: Wire) -> World:
    """After an hour the same form is another gift, and too much together with the first."""
    return live(wire, Teller(), (0.5, "lower_the_limit", 3000), PRESS, (4000.0, "press", 0))


def nobody_listens(wire: Wire) -> World:
    """From one day on no event comes: what a bank disputed, decided, or never paid is found by reconciling."""
    return live(
        wire, Teller(), PRESS, (1000.0, "stop_listening"), (DAY, "dispute", 0), (2 * DAY, "close_dispute", 0, False)
    )


def nobody_hears_the_bank(wire: Wire) -> World:
    """A debit takes days, and is not paid."""
    faults = Teller()
    faults.one_of = lambda *values: False if values == (True, False) else values[0]  # type: ignore[method-assign]
    return live(wire, faults, PRESS, (1000.0, "stop_listening"), cards=(givers.BANK,))


def nobody_hears_of_the_end(wire: Wire) -> World:
    """It ends at Stripe, where a card failed four times, and no event comes."""
    return live(
        wire, Teller(), PRESS, (10 * DAY, "stop_listening"), often="monthly", cards=(givers.LATER_DECLINED,), months=2
    )


def ended_and_died_unheard(wire: Wire) -> World:
    """The Lambda dies before it tells that the gift has ended, and Stripe's own word of it is lost."""
    faults = Teller(At("web", "TransactWriteItems", "killed after", nth=2, since=2000.0))
    return live(wire, faults, PRESS, (1900.0, "stop_listening"), (2000.0, "change", 0, "cancel"), often="monthly")


def strangers_label(wire: Wire) -> World:
    """Somebody's own account at Stripe charges and gives back under the name of her gift."""
    return live(wire, Teller(), PRESS, (3.0, "strangers_label"), (300.0, "strangers_label"))


def gift_after_stripe_failed(wire: Wire) -> World:
    """Stripe fails, and gives that answer for a day to whoever comes with the same key; she presses again."""
    world = live(wire, Teller(answers=(At("web", "POST checkout/sessions", "stripe fails"),)), PRESS)
    if not list(ledger.paid(world)):
        world.invariants.broken("she pressed again, and could not give")
    return world


def stalled_settler(wire: Wire) -> World:
    """One has asked Stripe and stands still; more of it goes back meanwhile, and another writes that down."""
    faults = Teller(At("take_feedback", "TransactWriteItems", "stalled before", since=1990.0, stall=60.0))
    return live(wire, faults, PRESS, *_GOING_BACK)


def stalled_sum(wire: Wire) -> World:
    """One has summed up what she gave and stands still; when it writes, another's sum stands there."""
    faults = Teller(At("take_feedback", "UpdateItem", "stalled before", since=1990.0, stall=60.0))
    return live(wire, faults, PRESS, *_GOING_BACK)


def _with_subscription(world: World) -> World:
    if not list(world.stripe.everything("subscription")):
        world.invariants.broken("she pressed twice, and could not make it monthly")
    return world


STORIES = (
    calm_gift,
    pressed_again_after_no_answer,
    all_back_after_stripe_failed,
    given_back_twice,
    ended_and_died,
    gives_no_more,
    gives_on,
    died_before_its_reminder,
    made_monthly_twice,
    monthly_after_stripe_failed,
    monthly_after_half_an_hour,
    monthly_after_months,
    led_nowhere,
    limit_lowered_meanwhile,
    more_than_the_limit,
    nobody_listens,
    nobody_hears_the_bank,
    nobody_hears_of_the_end,
    ended_and_died_unheard,
    strangers_label,
    gift_after_stripe_failed,
    stalled_settler,
    stalled_sum,
)
