"""Ada buys tickets: seats are held while she is at Stripe, hers once she has paid, and never sold twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from giving.conftest import Site, page_of

from chalicelib import clock
from chalicelib.action_types.event import attend
from chalicelib.action_types.ticketed import TYPE, basket, buy
from chalicelib.action_types.ticketed.basket import Line
from chalicelib.actions import find_page
from chalicelib.actions import store as actions
from chalicelib.actions.action_type import Onward, Refused
from chalicelib.actions.submission import Submission
from chalicelib.giving import accounts, donors, fec, follow, links, refund, settle, store, sums, terms
from chalicelib.giving.donation import State
from chalicelib.giving.stripe_gateway import Later
from chalicelib.network import store as network
from chalicelib.people import store as people

FRONT, BALCONY, PRESS = "aaaaaaaa", "bbbbbbbb", "cccccccc"
KINDS = [
    {"id": FRONT, "name": "Front rows", "capacity": 3, "most": 4, "price": 1500},
    {"id": BALCONY, "name": "Balcony", "capacity": 2, "most": 2},
    {"id": PRESS, "name": "Press", "capacity": 1, "most": 1, "comp": "1"},
]


def gala(group, **own):
    now = clock.now()
    known = {"starts": now + 86400, "ends": now + 90000, "place": "Town hall", "zone": "UTC", "tickets": KINDS}
    page = page_of(group, type="ticketed", slug="gala", title="Library gala", own=known | own)
    actions.change_page(group.id, page.id, status="published")
    return page


class Gala(Site):
    def order(self, front=0, balcony=0, email="", **more):
        numbers = {f"ticket-{FRONT}": front, f"ticket-{BALCONY}": balcony}
        fields = {"email": email or self.email, "name": "Ada Lovelace", "form_token": self.token()}
        return self.post(self.here, fields | numbers | more, X_Forwarded_For=self.address)

    def buy(self, front=0, balcony=0, card="4242424242424242", **more):
        """Order, pay, and let everything be told; the donation."""
        led = self.order(front, balcony, **more)
        assert led.status_code == 303, led.text
        self.cloud.stripe.pay(led.headers["Location"], card)
        self.settle()
        return self.donations(more.get("email", ""))[-1]

    @property
    def event(self):
        return actions.find_page(self.group.id, self.page.id, consistent=True)

    def seats(self, *standings):
        """By kind and standing, all that anybody has."""
        found = {}
        for kind, seat in attend.each(self.event):
            if seat.seats:
                found[kind.name, str(seat.standing)] = found.get((kind.name, str(seat.standing)), 0) + seat.seats
        return found

    def taken(self, kind=FRONT):
        return attend.room(self.page, kind).taken


@pytest.fixture
def site(aws, group):
    made = Gala(aws, group, gala(group))
    made.events()
    return made


def test_ada_buys_two_and_takes_one_that_is_free(site, stripe):
    led = site.order(2, 1)
    assert led.status_code == 303, led.text
    [begun] = site.donations()
    assert (begun.amount, begun.currency, begun.state) == (3000, "USD", State.STARTED)
    assert begun.title == "Library gala: 2 × Front rows, 1 × Balcony"
    assert site.seats() == {("Front rows", "held"): 2, ("Balcony", "held"): 1}
    [session] = [each for each in stripe.things("checkout.session") if each["id"] == begun.session]
    assert (session["amount_total"], session["submit_type"]) == (3000, "pay")
    _, back = stripe.pay(led.headers["Location"])
    site.settle()
    assert site.seats() == {("Front rows", "seated"): 2, ("Balcony", "seated"): 1}
    assert "Thank you, you have your tickets" in site.get(back).text
    assert "monthly" not in site.get(back).text
    [email] = site.inbox()
    assert email["subject"] == "Your tickets: “Library gala”"
    for part in (email["html"], email["text"]):
        for said in ("2 × Front rows", "$30", "1 × Balcony", "free", "Town hall", "event.ics"):
            assert said in part
    assert actions.find_action(site.page.id, site.person()).own["standing"] == "seated"


def test_whoever_confirms_an_order_sees_what_it_is_of(site):
    public = find_page.read(site.group.id, site.page.id)
    fields = {f"ticket-{FRONT}": ["2"], f"ticket-{BALCONY}": ["1"]}
    [(_, words)] = TYPE.in_short(public, fields)
    assert words == "2 × Front rows, 1 × Balcony: $30"


def test_the_page_says_what_each_costs(site):
    text = site.get(site.here).text
    assert "Front rows, $15" in text
    assert "Balcony, free" in text
    assert "Stripe tells you the total" in text


def test_only_free_ones_need_no_stripe_and_change_as_ever(site, stripe):
    before = len(stripe.things("checkout.session"))
    for number in (2, 1):
        answer = site.order(0, number)
        assert "/thanks" in answer.headers["Location"]
        site.work()
    assert site.seats() == {("Balcony", "seated"): 1}
    assert len(stripe.things("checkout.session")) == before
    assert site.donations() == []


def test_a_paid_order_is_not_changed_by_another(site):
    site.buy(1, 0)
    site.order(0, 2)
    site.buy(2, 0)
    site.order(0, 1)
    assert site.seats() == {("Front rows", "seated"): 3, ("Balcony", "seated"): 1}
    assert len(site.donations()) == 2


def test_pressing_twice_holds_once_and_leads_to_the_same_page(site):
    first, second = site.order(2), site.order(2)
    assert first.headers["Location"] == second.headers["Location"]
    assert site.taken() == 2


def accept(site, front, email=""):
    """An order past the form, as several servers at once take it."""
    public = find_page.read(site.group.id, site.page.id)
    email, person = email or site.email, site.person(email)
    own = {f"ticket-{FRONT}": str(front)}
    sent = Submission(
        id=clock.new_id(), group=site.group.id, page=site.page.id, type="ticketed", person=person, at=clock.now(),
        email=email, own=own,
    )  # fmt: skip
    return TYPE.accept(public, sent)


def test_four_windows_at_once_hold_once(site):
    with ThreadPoolExecutor(4) as windows:
        led = list(windows.map(lambda _: accept(site, 2), range(4)))
    [order] = site.donations()
    assert set(led) == {Onward(order.url)}
    assert site.taken() == 2


def test_of_different_orders_at_once_no_hold_is_left_behind(site):
    def one(front):
        try:
            return accept(site, front)
        except Later:
            return None

    with ThreadPoolExecutor(3) as windows:
        list(windows.map(one, (1, 2, 3)))
    for order in site.donations():
        settle.look(order.person, order.id)
    open_still = [each for each in site.donations() if each.state == State.STARTED]
    assert site.taken() == sum(each.amount // 1500 for each in open_still)
    assert len(open_still) <= 1


def test_back_from_stripe_for_another_number_gives_up_the_first(site, stripe):
    first = site.order(3)
    second = site.order(1)
    assert second.status_code == 303
    assert site.taken() == 1
    status, _ = stripe.pay(first.headers["Location"])
    assert status != 303
    site.settle()
    assert [each.state for each in site.donations()] == [State.LEFT, State.STARTED]
    assert site.taken() == 1


def test_back_after_paying_is_asked_whether_they_mean_it(site):
    paid = site.buy(1)
    again = site.order(1)
    assert again.status_code == 200
    assert "Do you mean to order again?" in again.text
    assert site.taken() == 1
    assert site.order(1, again=paid.id).status_code == 303
    assert site.taken() == 2


def test_while_ada_is_at_stripe_the_last_seat_is_hers_and_then_bobs(site, stripe):
    ada = site.order(3)
    refused = site.order(1, 1, email="bob@example.org")
    assert refused.status_code == 409
    assert "not enough tickets left" in refused.text
    assert site.seats() == {("Front rows", "held"): 3}
    assert site.donations("bob@example.org")[0].state == State.LEFT
    stripe.do("expire", ada.headers["Location"].rpartition("/")[2])
    site.settle()
    assert site.seats() == {}
    site.buy(1, 1, email="bob@example.org")
    assert site.seats() == {("Front rows", "seated"): 1, ("Balcony", "seated"): 1}


def test_many_at_once_for_three_seats(site):
    with ThreadPoolExecutor(8) as crowd:
        led = list(crowd.map(lambda number: accept(site, 1, f"p{number}@example.org"), range(8)))
    assert sum(isinstance(answer, Onward) for answer in led) == 3
    assert led.count(Refused("full")) == 5
    assert site.taken() == 3


def test_what_stripe_did_not_tell_we_see_ourselves(site, stripe):
    led = site.order(3)
    stripe.do("expire", led.headers["Location"].rpartition("/")[2])
    site.events()
    [order] = site.donations()
    assert settle.look(order.person, order.id) is False
    assert site.taken() == 0


def test_a_hold_whose_order_was_left_while_it_was_made_is_seen(site):
    """Whatever dies in between: the first look, a quarter of an hour later, frees the seats."""
    site.order(2)
    [order] = site.donations()
    store.change(order, type(order)(**{**_fields(order), "state": State.LEFT}))
    assert site.taken() == 2
    assert settle.look(order.person, order.id) is False
    assert site.taken() == 0


def _fields(order):
    return {name: getattr(order, name) for name in order.__struct_fields__}


def test_a_bank_that_takes_days_keeps_the_hold(site, stripe):
    order = site.buy(2, card="000123456789")
    assert order.state == State.PROCESSING
    settle.session(order.account, order.session)
    assert site.seats() == {("Front rows", "held"): 2}
    assert "Your seats are held until then" in site.get(f"{site.here}/given/{links.of_donation(order)}").text
    stripe.do("paid", order.session)
    site.settle()
    assert site.seats() == {("Front rows", "seated"): 2}
    assert len(site.inbox()) == 1


def test_a_bank_that_said_no_before_anybody_looked_frees_them(site, stripe):
    page = site.order(3).headers["Location"]
    stripe.pay(page, "000123456789")
    stripe.do("unpaid", page.rpartition("/")[2])
    site.events()
    [order] = site.donations()
    assert site.seats() == {("Front rows", "held"): 3}
    assert settle.look(order.person, order.id) is False
    assert (site.donations()[0].state, site.seats()) == (State.FAILED, {})


def test_a_bank_that_says_no_frees_them(site, stripe):
    order = site.buy(2, card="000123456789")
    stripe.do("unpaid", order.session)
    site.settle()
    assert site.seats() == {}


def test_money_that_comes_too_late_goes_back_when_the_seats_are_gone(site, stripe):
    order = site.buy(2, card="000123456789")
    attend.stay_away(site.event, order.id)
    site.buy(3, email="bob@example.org")
    stripe.do("paid", order.session)
    site.settle()
    site.settle()
    late = site.donations()[0]
    assert (late.refunded, site.taken()) == (3000, 3)
    assert [mail["subject"] for mail in site.inbox()] == ["We gave back $30: “Library gala”"]
    assert "Your money went back" in site.get(f"{site.here}/given/{links.of_donation(late)}").text


def test_money_that_comes_too_late_has_its_seats_while_there_are_some(site, stripe):
    order = site.buy(2, card="000123456789")
    attend.stay_away(site.event, order.id)
    stripe.do("paid", order.session)
    site.settle()
    assert site.seats() == {("Front rows", "seated"): 2}
    assert site.donations()[0].refunded == 0


def test_money_for_an_event_that_was_called_off_goes_back(site, stripe, monkeypatch):
    monkeypatch.setattr("chalicelib.lambdas.start", lambda job, payload: None)
    led = site.order(2)
    attend.call_off(site.event, "")
    stripe.pay(led.headers["Location"])
    site.settle()
    site.settle()
    assert site.donations()[0].refunded == 3000
    assert site.seats() == {}
    assert [mail["subject"] for mail in site.inbox()] == ["We gave back $30: “Library gala”"]


def test_money_that_comes_before_the_doors_are_shut_goes_back_too(site, stripe, group):
    """The page says that it is called off; whoever called it off has not come to shutting the pools."""
    led = site.order(2)
    actions.change_page(group.id, site.page.id, own={**site.event.own, "called_off": clock.now()})
    stripe.pay(led.headers["Location"])
    site.settle()
    site.settle()
    assert site.donations()[0].refunded == 3000


def test_giving_all_back_frees_the_seats_and_some_of_it_does_not(site):
    bought = site.buy(2, 1)
    part = refund.give_back(bought, 1000)
    site.settle()
    assert site.taken() == 2
    refund.give_back(part, 2000)
    site.settle()
    assert site.seats() == {}
    subjects = [mail["subject"] for mail in site.inbox()][1:]
    assert subjects == ["We gave back $10: “Library gala”", "We gave back $30: “Library gala”"]


def test_who_waits_for_a_free_kind_moves_up_after_a_refund(site, group):
    site.page = actions.change_page(group.id, site.page.id, own={**site.event.own, "waiting": "1"})
    bought = site.buy(1, 2)
    site.order(0, 1, email="bob@example.org")
    assert site.seats()["Balcony", "waiting"] == 1
    refund.give_back(bought, 1500)
    site.settle()
    assert site.seats() == {("Balcony", "seated"): 1}


def test_nobody_waits_for_what_has_a_price(site, group):
    site.page = actions.change_page(group.id, site.page.id, own={**site.event.own, "waiting": "1"})
    site.order(3)
    assert "None left" in site.get(site.here).text
    assert site.order(1, email="bob@example.org").status_code == 409
    assert site.seats() == {("Front rows", "held"): 3}


def test_money_for_seats_that_are_gone_goes_back_though_stripe_fails_at_first(site, stripe, monkeypatch):
    led = site.order(2)
    monkeypatch.setattr(buy, "_hand_over", lambda page, order: False)
    stripe.control(fail_next=[{"match": "POST /v1/refunds", "how": "500"}])
    stripe.pay(led.headers["Location"])
    site.settle()
    [order] = site.donations()
    assert order.refunded == 0
    refund.all_of(order.person, order.id)  # its letter comes again
    assert site.donations()[0].refunded == 3000


def test_a_dispute_that_is_lost_frees_the_seats(site, stripe):
    disputed = site.buy(1, card="4000000000000259")
    assert site.taken() == 1
    [dispute] = [each for each in stripe.things("dispute") if each["payment_intent"] == disputed.payment]
    stripe.do("lose", dispute["id"])
    site.settle()
    assert site.taken() == 0


def test_events_three_times_and_reversed_sell_once(site, stripe):
    stripe.pay(site.order(2).headers["Location"])
    events = site.events()
    for event in [*reversed(events), *events, *reversed(events)]:
        assert site.hook(event).status_code == 200
        site.work()
    assert site.seats() == {("Front rows", "seated"): 2}
    assert len(site.inbox()) == 1
    assert sums.of_page(site.page.id, "USD").kept == 3000


def test_what_an_organizer_took_away_after_it_was_paid_does_not_come_back(site):
    """An event that comes late finds seats that were theirs, and are not any more."""
    order = site.buy(2)
    attend.stay_away(site.event, order.id)
    follow.settled(store.find(order.person, order.id))
    site.work()
    assert site.seats() == {}
    assert store.find(order.person, order.id).refunded == 0


def test_tickets_are_no_gifts_of_hers_but_contributions_by_law(site, group):
    order = site.buy(2)
    donors.remember(group.id, site.person())
    ada = people.find(group.id, site.person(), consistent=True)
    assert (ada.gifts.highest, ada.gifts.number) == (0, 0)
    assert sums.of_group(group.id)["USD"].kept == 3000
    assert len(list(fec.rows([order], "UTC"))) == 1


def test_a_group_that_must_ask_donors_asks_buyers(site, group):
    network.change_group(
        group.id, giving={"employer": True, "statements": ["I am a citizen."], "most_from_donor": 4000}
    )
    missing = site.order(1)
    assert missing.status_code == 422
    assert "I am a citizen." in missing.text
    asked = terms.Terms(employer=True, statements=("I am a citizen.",))
    told = {"employer": "Self", "occupation": "Writer", "statement": "0", "attested": asked.version}
    site.buy(2, **told)
    assert site.donations()[0].donor.employer == "Self"
    assert "employer" not in actions.find_action(site.page.id, site.person()).own
    refused = site.order(1, **told)
    assert refused.status_code == 409
    assert "more than one person may give" in refused.text
    assert site.taken() == 2


def test_without_an_account_nothing_is_ordered(site, group):
    accounts.disconnect(group)
    page = site.get(site.here).text
    assert "Tickets cannot be ordered just now" in page
    assert "<form" not in page
    for numbers in ((1, 0), (0, 1)):
        assert site.order(*numbers).status_code == 409
    assert site.seats() == {}


@pytest.mark.parametrize(
    "sent",
    [
        {f"ticket-{FRONT}": "-1"},
        {f"ticket-{FRONT}": "5"},
        {f"ticket-{FRONT}": "1.5"},
        {f"ticket-{FRONT}": "٢"},
        {f"ticket-{FRONT}": "1" * 400},
        {f"ticket-{PRESS}": "1"},
        {"ticket-dddddddd": "1"},
        {"ticket-": "1"},
        {"given": "1", f"ticket-{PRESS}": "1"},
    ],
)
def test_what_is_no_order_takes_nothing(site, sent):
    assert site.order(**sent).status_code == 422
    assert site.seats() == {}
    assert site.donations() == []


@pytest.mark.parametrize("sent", [{"price": "1"}, {"amount": "1"}, {f"ticket-{FRONT}-price": "1"}, {"given": "1"}])
def test_the_price_is_bobs_whatever_the_form_says(site, sent):
    assert site.order(2, **sent).status_code == 303
    assert [each.amount for each in site.donations()] == [3000]


def test_a_price_that_changes_meanwhile_is_that_of_the_order(site, stripe, group):
    led = site.order(2)
    dearer = [KINDS[0] | {"price": 9900}, *KINDS[1:]]
    site.page = actions.change_page(group.id, site.page.id, own={**site.event.own, "tickets": dearer})
    stripe.pay(led.headers["Location"])
    site.settle()
    assert sums.of_page(site.page.id, "USD").kept == 3000
    [(_, seat)] = attend.each(site.event)
    assert (seat.price, seat.currency, seat.standing) == (3000, "USD", "seated")


def test_stripe_that_does_not_answer_loses_nothing_and_the_same_form_goes_on(site, stripe):
    stripe.control(fail_next=[{"match": "POST /v1/checkout/sessions", "how": "before", "times": 3}])
    assert site.order(2).status_code == 503
    assert site.order(2).status_code == 303
    assert site.taken() == 2


def test_yen_have_no_smaller_part(site, group):
    site.page = actions.change_page(group.id, site.page.id, own={**site.event.own, "currency": "JPY"})
    bought = site.buy(2)
    assert (bought.amount, bought.currency) == (3000, "JPY")
    assert "¥3,000" in site.inbox()[-1]["text"]


def test_another_groups_payment_hands_over_nothing(site, group):
    """What an order is of stands with the order, and its page with its group."""
    order = site.buy(1)
    other = gala(network.create_group(f"eve-{clock.new_id()[-12:]}", "Eve"))
    buy.settle(actions.find_page(group.id, site.page.id), order, theirs=True, open_still=False)
    assert list(attend.each(other)) == []


@pytest.mark.parametrize("lines", [[], [Line(FRONT, 2, 1500)], [Line(FRONT, 1, 1500), Line(BALCONY, 20, 0)]])
def test_an_order_reads_as_it_was_written(lines):
    assert basket.read(basket.written(lines)) == lines
