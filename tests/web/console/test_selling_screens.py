"""Bob sells tickets: prices in his editor, what came of them, and giving the money back. Charlie sees none of it."""

import csv
import io

import pytest
from cloud import Cloud
from giving.networks import network_of_their_own
from organizers import Browser, Organizer, everything, published, saved, written
from test_ticketed_screens import TYPED, email_of, has, who

from chalicelib import clock
from chalicelib.action_types.event import attend
from chalicelib.action_types.event.settings import Ticket, settings_of
from chalicelib.action_types.ticketed import tickets
from chalicelib.actions import take_action, tell_people
from chalicelib.actions.action_page import ActionPage
from chalicelib.actions.submission import Problem
from chalicelib.giving import accounts, hear, settle, store
from chalicelib.guard import form_token
from chalicelib.mailings import deliver
from chalicelib.network import store as network

PRICED = TYPED | {"ticket-0-price": "15", "currency": "USD"}


@pytest.fixture
def seller(bob: Organizer) -> Organizer:
    accounts.use_own(bob.group)
    bob.group = network.find_group(bob.group.id, consistent=True) or bob.group
    return bob


@pytest.fixture
def gala(seller: Organizer, jobs: list[str]) -> ActionPage:
    return published(seller, written(seller, "ticketed", **PRICED))


@pytest.fixture
def buy(seller: Organizer, visitor: Browser, gala: ActionPage, aws: Cloud):
    """Somebody orders, and pays unless they are to stay at Stripe."""

    def send(name: str, front: int, balcony: int = 0, *, pay: bool = True):
        first, second, _ = settings_of(gala).tickets
        numbers = {f"ticket-{first.id}": str(front), f"ticket-{second.id}": str(balcony)}
        token = form_token.kept(gala.id, "", clock.now() - 60)
        fields = {"email": email_of(seller, name), "name": f"{name} Lovelace", "form_token": token} | numbers
        # Of a network of their own: tries are counted by it.
        led = visitor.post(f"/{seller.group.slug}/{gala.slug}", fields, X_Forwarded_For=network_of_their_own())
        assert led.status == 303, led.text
        order = store.of_person(who(seller, name))[-1]
        if pay:
            aws.stripe.pay(led.location)
            settle.session(order.account, order.session)
            aws.handle("submissions", take_action.record_all)
        return store.find(order.person, order.id)

    return send


def edit(bob: Organizer, page: ActionPage, **typed: str):
    return bob.post(f"/console/actions/{page.id}/edit", PRICED | typed | {"opened": repr(saved(page).edited)})


def test_without_an_account_prices_are_not_published(bob) -> None:
    page = written(bob, "ticketed", **PRICED)
    assert "No account takes money yet: a page with prices" in bob.get(f"/console/actions/{page.id}/edit").text
    refused = edit(bob, page, then="publish")
    assert refused.status == 422
    assert "No account takes money yet: connect one in the giving settings, or empty the prices" in refused.text
    free = edit(bob, page, then="publish", **{"ticket-0-price": ""})
    assert free.location.endswith("done=published")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"ticket-0-price": "-5"}, "Write a price like 15 or 12.50"),
        ({"ticket-0-price": "cheap"}, "Write a price like 15 or 12.50"),
        ({"ticket-0-price": "٣"}, "Write a price like 15 or 12.50"),
        ({"ticket-0-price": "0.20"}, "Write a price that Stripe takes"),
        ({"ticket-0-price": "99999999"}, "Write a price that Stripe takes"),
        ({"ticket-2-price": "5"}, "A complimentary ticket has no price"),
        ({"ticket-3-price": "5"}, "Name this kind of ticket"),
        ({"currency": "XXX"}, "Choose a currency"),
    ],
)
def test_a_price_that_is_none(seller, gala, typed, said) -> None:
    wrong = edit(seller, gala, **typed)
    assert wrong.status == 422
    assert said in wrong.text
    assert f'value="{typed.get("ticket-0-price", "15")}"' in wrong.html


@pytest.mark.parametrize(("text", "minor"), [("15", 1500), ("12.50", 1250), ("$1,000", 100000), ("", 0), ("0", 0)])
def test_a_price_is_read_and_shown_again(text, minor) -> None:
    [read] = tickets.read({"ticket-0-name": "A", "ticket-0-price": text}, [], "USD")
    assert isinstance(read, Ticket)
    assert read.price == minor
    assert tickets.read(tickets.typed([read], "USD"), [read], "USD") == [read]


def test_a_yen_price_has_no_smaller_part() -> None:
    assert tickets.read({"ticket-0-name": "A", "ticket-0-price": "12.50"}, [], "JPY") == [
        Problem("ticket-0-price", "wrong")
    ]


def test_results_tell_what_is_sold_held_given_and_raised(seller, gala, buy, aws) -> None:
    front = settings_of(gala).tickets[0].id
    buy("Ada", 1, 1)
    buy("Bea", 1, pay=False)
    text = seller.get(f"/console/actions/{gala.id}").text
    assert "Raised $15" in text
    assert "Front rows $15 1 2 1 0 1 0 $15" in text
    given = {"email": email_of(seller, "Grace"), "ticket": front, "number": "1"}
    assert seller.post(f"/console/actions/{gala.id}/give-ticket", given).location.endswith("none-left")
    settle_left(seller, "Bea", aws)
    assert seller.post(f"/console/actions/{gala.id}/give-ticket", given).location.endswith("ticket-given")
    assert has(gala, who(seller, "Grace")) == {"Front rows": ("seated", 1)}
    assert "Front rows $15 2 2 1 1 0 0 $15" in seller.get(f"/console/actions/{gala.id}").text


def test_a_complimentary_ticket_of_a_kind_that_is_sold_waits_for_nobody(seller, buy, gala) -> None:
    assert edit(seller, gala, waiting="1", **ids(gala)).status == 303
    buy("Ada", 2)
    given = {"email": email_of(seller, "Grace"), "ticket": settings_of(gala).tickets[0].id, "number": "1"}
    assert seller.post(f"/console/actions/{gala.id}/give-ticket", given).location.endswith("none-left")
    assert has(saved(gala), who(seller, "Grace")) == {}


def ids(page: ActionPage) -> dict[str, str]:
    """What the editor's rows carry along."""
    return {f"ticket-{number}-id": ticket.id for number, ticket in enumerate(settings_of(page).tickets)}


def settle_left(seller: Organizer, name: str, aws: Cloud) -> None:
    order = store.of_person(who(seller, name))[-1]
    aws.stripe.do("expire", order.session)
    settle.session(order.account, order.session)


def test_a_complimentary_ticket_changes_no_order_that_is_paid(seller, gala, buy, aws) -> None:
    buy("Ada", 1)
    front = settings_of(gala).tickets[0].id
    given = {"email": email_of(seller, "Ada"), "ticket": front, "number": "1"}
    seller.post(f"/console/actions/{gala.id}/give-ticket", given)
    assert attend.room(gala, front).taken == 2
    aws.handle("submissions", take_action.record_all)
    aws.handle("mail", deliver.deliver_all)
    emails = aws.inbox(email_of(seller, "Ada"))
    assert len(emails) == 2
    assert "/cancel/" in emails[-1]["text"]


def test_the_link_in_an_email_gives_back_nothing_that_was_paid(seller, gala, buy) -> None:
    buy("Ada", 1)
    attend.stay_away(gala, who(seller, "Ada"))
    assert attend.room(gala, settings_of(gala).tickets[0].id).taken == 1


def test_whoever_paid_is_checked_in(seller, gala, buy) -> None:
    order = buy("Ada", 1, 1)
    listed = seller.get(f"/console/actions/{gala.id}/attendance")
    assert "Ada Lovelace" in listed.text
    assert f"/console/giving/gifts/{order.person}/{order.id}" in listed.html
    assert "Cancel their RSVP" not in listed.text
    seller.post(f"/console/actions/{gala.id}/check-in", {"person": order.person, "here": "1"})
    assert "1 of 1 here" in seller.get(f"/console/actions/{gala.id}/attendance").text


def test_whoever_is_at_stripe_is_not_let_in(seller, gala, buy) -> None:
    order = buy("Ada", 1, pay=False)
    checked = seller.post(f"/console/actions/{gala.id}/check-in", {"person": order.person, "here": "1"})
    assert "not-changed" in checked.location
    assert "Being paid 1" in seller.get(f"/console/actions/{gala.id}/attendance").text


def test_the_export_says_what_was_paid(seller, gala, buy) -> None:
    buy("Ada", 1, 1)
    text = seller.get(f"/console/actions/{gala.id}/export").html
    [row] = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["standing"], row["tickets"], row["seats"]) == ("seated", "Front rows 1; Balcony 1", "2")
    assert (row["paid"], row["currency"]) == ("15", "USD")


def test_called_off_all_that_was_paid_goes_back_however_often_bob_presses(seller, gala, buy, aws) -> None:
    at = f"/console/actions/{gala.id}"
    first, second = buy("Ada", 1), buy("Bea", 1)
    assert seller.post(f"{at}/give-all-back").location.endswith("not-changed")
    seller.post(f"{at}/call-off", {"called_off_text": "Snow"})
    assert "2 paid orders stand, $30 altogether" in seller.get(at).text
    for _ in range(2):
        assert seller.post(f"{at}/give-all-back").location.endswith("giving-back")
    aws.handle("feedback", hear.take_all)
    seller.post(f"{at}/give-all-back")
    aws.handle("feedback", hear.take_all)
    assert [store.find(each.person, each.id).refunded for each in (first, second)] == [1500, 1500]
    assert "Give the money back" not in seller.get(at).text
    assert attend.room(gala, settings_of(gala).tickets[0].id).taken == 0


def test_whoever_has_their_money_back_at_once_is_still_told_why(seller, gala, buy, aws) -> None:
    buy("Ada", 1)
    seller.post(f"/console/actions/{gala.id}/call-off")
    seller.post(f"/console/actions/{gala.id}/give-all-back")
    aws.handle("feedback", hear.take_all)
    page = saved(gala)
    tell_people.run(page.group, page.id, "called_off", str(int(settings_of(page).called_off)))
    aws.handle("mail", deliver.deliver_all)
    subjects = [each["subject"] for each in aws.inbox(email_of(seller, "Ada"))]
    assert sorted(subjects) == ["Called off: “Library gala”", "We gave back $15: “Library gala”"]


def test_whom_the_money_went_back_at_stripe_stops_nobody(seller, gala, buy, aws) -> None:
    at = f"/console/actions/{gala.id}"
    first, second = buy("Ada", 1), buy("Bea", 1)
    aws.stripe.do("refund", first.charge)
    seller.post(f"{at}/call-off")
    seller.post(f"{at}/give-all-back")
    aws.handle("feedback", hear.take_all)
    assert [store.find(each.person, each.id).refunded for each in (first, second)] == [1500, 1500]


def test_charlie_gives_nothing_back_of_bobs(charlie, seller, gala, buy) -> None:
    order = buy("Ada", 1)
    before = everything()
    assert charlie.post(f"/console/actions/{gala.id}/give-all-back").status == 404
    assert charlie.get(f"/console/giving/gifts/{order.person}/{order.id}").status == 404
    assert everything() == before


def test_what_a_bank_does_not_take_is_not_said_to_be_given_back(seller, buy, aws) -> None:
    order = buy("Ada", 1)
    here = f"/console/giving/gifts/{order.person}/{order.id}"
    for keeps, said, refunded in ((True, "did not take it", 0), (False, "Given back", 1000)):
        aws.stripe.control(keeping={"": keeps})
        answer = seller.post(f"{here}/refund", {"amount": "10", "seen": "0"})
        assert said in seller.get(answer.location).text
        assert store.find(order.person, order.id).refunded == refunded
