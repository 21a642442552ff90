"""Gifts again and again: begun, renewed, failed and mended, changed by their donor, ended."""

import html
import re
import time

import pytest
from giving.conftest import page_of
from msgspec.structs import replace

from chalicelib import clock
from chalicelib.actions import find_page
from chalicelib.giving import (
    card_testing,
    change,
    forecast,
    give,
    links,
    reconcile_recurring,
    recurring_store,
    settle,
    store,
    sums,
    write,
)
from chalicelib.giving.donation import Often, State
from chalicelib.giving.stripe_gateway import client
from chalicelib.guard import budgets, tries
from chalicelib.mailings.outbox import GiftNews, GiftWord
from chalicelib.network import store as network
from chalicelib.people import store as people

DAY = 86400


@pytest.fixture
def monthly(site, stripe):
    """Ada gives ten dollars every month."""
    return begin(site, stripe)


def begin(site, stripe, card="4242424242424242", often="monthly", amount="1000"):
    led = site.give(amount=amount, often=often)
    assert led.status_code == 303, led.text
    stripe.pay(led.headers["Location"], card)
    site.settle()
    return recurring_store.of_person(site.person())[-1]


def renew(site, stripe, known):
    stripe.do("renew", known.subscription)
    site.settle()
    return recurring_store.find(known.person, known.id)


def test_ada_gives_every_month(site, stripe, monthly):
    [first] = site.donations()
    assert (first.state, first.recurring, first.amount) == (State.GIVEN, first.id, 1000)
    assert (monthly.standing, monthly.often, monthly.amount) == ("active", Often.MONTHLY, 1000)
    assert forecast.of_group(site.group.id)["USD"][:3] == (1, 0, 12000)
    renew(site, stripe, monthly)
    renewed = renew(site, stripe, monthly)
    assert [each.state for each in site.donations()] == ["given"] * 3
    assert sums.of_page(site.page.id, "USD").kept == 3000
    assert renewed.next_at > monthly.next_at + 50 * DAY
    assert [mail["subject"] for mail in site.inbox()] == ["Your gift of $10 to Friends of the Roof"] * 3
    assert people.find(site.group.id, site.person(), consistent=True).gifts.recurring


@pytest.mark.parametrize("often", ["weekly", "quarterly", "yearly"])
def test_other_periods(site, stripe, group, often):
    site.page = page_of(group, slug=often, own={"often": [often]})
    assert begin(site, stripe, often=often).often == often


def test_a_first_gift_that_nobody_looked_at_before_it_was_renewed_is_found(site, stripe):
    stripe.pay(site.give(amount="1000", often="monthly").headers["Location"])
    site.events()
    [begun] = site.donations()
    [there] = [each for each in stripe.things("subscription") if is_hers(site, each)]
    stripe.do("renew", there["id"])
    site.events()
    assert settle.look(begun.person, begun.id) is False
    assert site.donations()[0].is_given


def test_events_of_a_renewal_in_any_order_make_one_gift(site, stripe, monthly):
    stripe.do("renew", monthly.subscription)
    events = site.events()
    for event in [*reversed(events), *events]:
        site.hook(event)
        site.work()
    assert len(site.donations()) == 2
    assert sums.of_page(site.page.id, "USD").gifts == 2
    assert len(site.inbox()) == 2


def test_a_card_that_fails_and_is_mended(site, stripe):
    known = begin(site, stripe, "4000000000000341")
    failing = renew(site, stripe, known)
    assert failing.standing == "failing"
    assert len(site.donations()) == 1
    assert site.inbox()[-1]["subject"] == "Your gift of $10 could not be taken"
    token = links.for_donor(failing, site.donations()[0].at).rpartition("/g/")[2]
    assert "it is tried again" in site.get(f"/g/{token}").text
    led = site.post(f"/g/{token}", {"id": known.id, "do": "card"})
    assert led.status_code == 303
    stripe.replace_card(led.headers["Location"], "4242424242424242")
    site.settle()
    assert recurring_store.find(known.person, known.id).standing == "active"
    assert [each.state for each in site.donations()] == ["given", "given"]


def decline(site, stripe, card="4000000000000002"):
    """Ada tries to give every month; her card is declined, and she stays at Stripe's page."""
    led = site.give(amount="1000", often="monthly")
    assert stripe.pay(led.headers["Location"], card)[0] == 402
    site.settle()
    [tried] = [each for each in stripe.things("subscription") if is_hers(site, each)]
    return led.headers["Location"], tried


def is_hers(site, subscription):
    return subscription["metadata"]["muster"] == site.donations()[0].label


def test_a_card_that_is_declined_at_stripes_page_begins_nothing_and_nobody_is_told(site, stripe):
    page, tried = decline(site, stripe)
    assert tried["status"] == "incomplete"
    assert recurring_store.of_person(site.person()) == []
    stripe.do("expire", page.rpartition("/")[2])
    stripe.do("lapse", tried["id"])
    site.settle()
    assert [each.state for each in site.donations()] == ["left"]
    assert recurring_store.of_person(site.person()) == []
    assert forecast.of_group(site.group.id) == {}
    assert site.inbox() == []
    assert reconcile_recurring.compare(site.group) == ()


def test_another_card_at_the_same_page_begins_one_that_the_first_does_not_end(site, stripe):
    page, tried = decline(site, stripe)
    stripe.pay(page)
    site.settle()
    stripe.do("lapse", tried["id"])
    site.settle()
    [known] = recurring_store.of_person(site.person())
    assert (known.standing, known.subscription != tried["id"]) == ("active", True)
    assert forecast.of_group(site.group.id)["USD"].number == 1
    assert [mail["subject"] for mail in site.inbox()] == ["Your gift of $10 to Friends of the Roof"]


@pytest.mark.parametrize(("word", "state", "number"), [("paid", "given", 1), ("unpaid", "failed", 0)])
def test_a_first_bank_debit_is_waited_for(site, stripe, word, state, number):
    led = site.give(amount="1000", often="monthly")
    stripe.pay(led.headers["Location"], "000123456789")
    site.settle()
    assert [each.state for each in site.donations()] == ["processing"]
    assert (recurring_store.of_person(site.person()), site.inbox()) == ([], [])
    stripe.do(word, led.headers["Location"].rpartition("/")[2])
    site.settle()
    assert [each.state for each in site.donations()] == [state]
    assert len(recurring_store.of_person(site.person())) == number
    assert len(site.inbox()) == number


@pytest.mark.parametrize("often", ["once", "monthly"])
def test_a_bank_that_said_no_before_anybody_looked(site, stripe, often):
    page = site.give(amount="1000", often=often).headers["Location"]
    stripe.pay(page, "000123456789")
    stripe.do("unpaid", page.rpartition("/")[2])
    site.events()
    [begun] = site.donations()
    assert settle.look(begun.person, begun.id) is False
    assert site.donations()[0].state == State.FAILED


def test_who_pays_at_a_shop_in_some_days_is_waited_for(site, stripe, monkeypatch):
    page = site.give(amount="1000").headers["Location"]
    stripe.pay(page, "000123456789")
    site.events()
    find = settle.payments.find

    def to_be_paid_at_a_shop(*about):
        found = find(*about)
        return replace(found, payment=replace(found.payment, state=State.STARTED, declined=""))

    [begun] = site.donations()
    monkeypatch.setattr(settle.payments, "find", to_be_paid_at_a_shop)
    assert settle.look(begun.person, begun.id) is False
    assert site.donations()[0].state == State.PROCESSING
    assert "Do you mean to give again?" in site.give(amount="1000").text
    monkeypatch.setattr(settle.payments, "find", find)
    stripe.do("paid", page.rpartition("/")[2])
    site.settle()
    assert [each.state for each in site.donations()] == [State.GIVEN]


def test_a_whole_dinner_makes_its_gifts_monthly(site, stripe):
    for number in range(12):
        budgets.forget()
        site.email = f"guest{number}-{site.group.slug}@example.org"
        once = given_once(site, stripe)
        led = make_monthly(site, once)
        assert led.status_code == 303, number
        stripe.pay(led.headers["Location"])
        site.settle()


def test_who_presses_on_though_the_network_is_spent_leaves_nothing_behind(site, stripe):
    once = given_once(site, stripe)
    for _ in range(tries.INBOX_FROM):
        tries.count(site.page.id, once.network, "eve@example.com", 1, clock.now())
    before = len(site.donations())
    assert all(make_monthly(site, once).status_code == 409 for _ in range(3))
    assert len(site.donations()) == before


def test_who_is_never_mended_ends(site, stripe):
    known = begin(site, stripe, "4000000000000341")
    renew(site, stripe, known)
    [invoice] = [
        each for each in stripe.things("invoice") if each["status"] == "open" and each["customer"] == known.customer
    ]
    for _ in range(3):
        stripe.do("retry", invoice["id"])
        site.settle()
    ended = recurring_store.find(known.person, known.id)
    assert ended.standing == "ended"
    assert forecast.of_group(site.group.id) == {}
    assert site.inbox()[-1]["subject"] == "Your gift every month has ended"


def test_a_card_that_ends_before_the_next_gift_is_told_in_time(site, stripe, monthly):
    before = recurring_store.find(monthly.person, monthly.id)
    assert recurring_store.change(before, replace(before, card_ends="2026-01"))
    stripe.do("announce", monthly.subscription)
    site.settle()
    assert site.inbox()[-1]["subject"] == "Your card ends before your next gift"


class Donor:
    """Ada on her own page."""

    def __init__(self, site, known):
        self.site, self.known = site, known
        self.address = "/g/" + links.for_donor(known, known.since).rpartition("/g/")[2]

    def do(self, verb, **fields):
        answer = self.site.post(self.address, {"id": self.known.id, "do": verb} | fields)
        self.site.settle()
        return answer

    @property
    def now(self):
        return recurring_store.find(self.known.person, self.known.id)


@pytest.fixture
def ada(site, monthly):
    return Donor(site, monthly)


def test_looking_changes_nothing(site, ada):
    before = ada.now
    assert "$10 every month for “A new roof”" in site.get(ada.address).text
    assert ada.now == before


def test_ada_changes_the_amount(site, stripe, ada, monthly):
    assert ada.do("amount", amount="12.50", often="monthly").status_code == 303
    assert (ada.now.amount, ada.now.often) == (1250, "monthly")
    renew(site, stripe, monthly)
    assert sorted(each.amount for each in site.donations()) == [1000, 1250]
    assert forecast.of_group(site.group.id)["USD"].yearly == 15000
    assert "Your gift has changed: $12.50 every month" in [mail["subject"] for mail in site.inbox()]


def test_giving_less_often_takes_nothing_before_the_next_time(site, stripe, ada, monthly):
    assert ada.do("amount", amount="120", often="yearly").status_code == 303
    assert (ada.now.amount, ada.now.often, ada.now.next_at) == (12000, "yearly", monthly.next_at)
    assert [each.amount for each in site.donations()] == [1000]
    after = renew(site, stripe, monthly)
    assert sorted(each.amount for each in site.donations()) == [1000, 12000]
    assert 364 * DAY < after.next_at - monthly.next_at < 367 * DAY


@pytest.mark.parametrize("amount", ["", "abc", "-5", "0", "0.10", "1e9", "٣٠"])
def test_nonsense_is_no_amount(ada, amount):
    answer = ada.do("amount", amount=amount, often="monthly")
    assert answer.status_code == 422
    assert ada.now.amount == 1000


@pytest.mark.parametrize(
    ("field", "fields", "words"),
    [
        ("amount", {"do": "amount", "amount": "<3", "often": "yearly"}, "Write an amount like 25 ($0.50 – "),
        ("often", {"do": "amount", "amount": "30", "often": "daily"}, "Choose how often"),
        ("day", {"do": "move", "day": "2020-01-01"}, "Choose a day after today and within a year"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(ada, field, fields, words):
    page = ada.do(fields["do"], **fields).text
    at = f"{field}-{ada.known.id}"
    assert f'<li><a href="#{at}">{words}' in page
    assert f'<p class="error" id="{at}-error">{words}' in page
    assert f' aria-describedby="{at}-error" aria-invalid="true"' in page
    assert "<title>Error: Your gifts to" in page
    assert re.findall(r"<details( open)?>", page) == [" open", "", ""]
    assert fields["do"] == "move" or f'value="{html.escape(fields["amount"])}"' in page
    assert fields["do"] == "amount" or 'value="2020-01-01"' in page
    assert ('<option value="yearly" selected>' in page) == (fields.get("often") == "yearly")


@pytest.mark.parametrize(
    ("method", "fields", "open_folds", "kept"),
    [
        ("GET", {"do": "amount", "amount": "33", "often": "monthly"}, [" open", "", ""], 'value="33"'),
        ("POST", {"do": "pause", "months": "6"}, ["", " open", ""], '<option value="6" selected>'),
        ("DELETE", {"do": "cancel"}, ["", "", " open"], ""),
    ],
)
def test_what_stripe_did_not_take_can_be_sent_again(stripe, ada, method, fields, open_folds, kept):
    stripe.control(fail_next=[{"match": f"{method} /v1/subscriptions", "how": "before", "times": 3}])
    answer = ada.do(fields["do"], **fields)
    assert answer.status_code == 503
    assert "That did not go through just now" in answer.text
    assert re.findall(r"<details( open)?>", answer.text) == open_folds
    assert kept in answer.text


def test_one_gift_of_two_is_mended(site, stripe, ada):
    other = begin(site, stripe, amount="700")
    page = ada.do("amount", amount="much", often="monthly").text
    assert len(re.findall("<details>", page)) == 5
    assert f'id="amount-{other.id}" name="amount" inputmode="decimal" autocomplete="off" value="7">' in page


def test_where_donors_may_not_change_nothing_is_said_to_be_saved(site, ada):
    network.change_group(site.group.id, giving={"donors_change": False})
    answer = ada.do("amount", amount="20", often="monthly")
    assert (answer.status_code, "write to Friends of the Roof" in answer.text) == (200, True)
    assert "Saved." not in answer.text
    assert ada.now.amount == 1000


def test_ada_pauses_and_goes_on(site, stripe, ada, monthly):
    assert ada.do("pause", months="1").status_code == 303
    assert ada.now.standing == "paused"
    renew(site, stripe, monthly)
    assert len(site.donations()) == 1
    assert ada.do("resume").status_code == 303
    renew(site, stripe, monthly)
    assert len(site.donations()) == 2


@pytest.fixture
def failing(site, stripe):
    """Ada's card was declined at the last renewal, and is tried again."""
    return Donor(site, renew(site, stripe, begin(site, stripe, "4000000000000341")))


def open_invoices(stripe, known):
    return [
        each["id"]
        for each in stripe.things("invoice")
        if each["customer"] == known.customer and each["status"] == "open"
    ]


@pytest.mark.parametrize(
    ("button", "standing"),
    [({"verb": "pause", "months": "1"}, "paused"), ({"verb": "move", "day": "in ten days"}, "active")],
)
def test_what_could_not_be_taken_is_not_tried_again_by_who_pauses_or_moves(site, stripe, failing, button, standing):
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 10 * DAY))
    [invoice] = open_invoices(stripe, failing.known)
    assert failing.do(**{name: day if value == "in ten days" else value for name, value in button.items()}).status_code == 303  # fmt: skip
    assert failing.now.standing == standing
    assert open_invoices(stripe, failing.known) == []
    emails = len(site.inbox())
    stripe.do("retry", invoice)
    site.settle()
    assert (failing.now.standing, len(site.inbox())) == (standing, emails)
    assert len(site.donations()) == 1


@pytest.mark.parametrize("how", ["before", "after", "500"])
def test_a_pause_whose_answer_is_lost_may_be_asked_for_again(stripe, failing, how):
    for operation in ("POST /v1/invoices", "POST /v1/subscriptions"):
        stripe.control(fail_next=[{"match": operation, "how": how, "times": 3}])
        assert failing.do("pause", months="1").status_code == 503
    assert failing.do("pause", months="1").status_code == 303
    assert (failing.now.standing, open_invoices(stripe, failing.known)) == ("paused", [])


def test_a_pause_shows_while_an_older_gift_is_still_tried(site, stripe, failing):
    """It was paused in Stripe's own dashboard, where nobody voided anything."""
    client.ask(
        dict,
        "subscriptions.update",
        failing.known.subscription,
        account="own",
        params={"pause_collection": {"behavior": "void"}},
    )
    site.settle()
    assert failing.now.standing == "paused"
    assert forecast.of_group(site.group.id)["USD"][:2] == (0, 1)


def test_ada_moves_the_day(ada, site):
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 10 * DAY))
    assert ada.do("move", day=day).status_code == 303
    assert time.strftime("%Y-%m-%d", time.gmtime(ada.now.next_at)) == day
    assert ada.do("move", day="2020-01-01").status_code == 422
    assert ada.do("move", day="soon").status_code == 422


def test_ada_ends_it_and_nothing_is_taken_any_more(site, stripe, ada, monthly):
    assert ada.do("cancel").status_code == 303
    assert ada.now.standing == "ended"
    assert ada.do("cancel").status_code == 200
    assert change.cancel(monthly).standing == "ended"
    assert forecast.of_group(site.group.id) == {}
    assert [mail["subject"] for mail in site.inbox()][1:] == ["Your gift every month has ended"]


def test_another_donors_gift_is_none_of_adas(site, stripe, ada):
    led = site.give(amount="1000", often="monthly", email="eve@example.com")
    stripe.pay(led.headers["Location"])
    site.settle()
    [eves] = recurring_store.of_person(site.person("eve@example.com"))
    ada.do("cancel", id=eves.id)
    assert recurring_store.find(eves.person, eves.id).standing == "active"


def test_a_link_of_a_hundred_days_sends_a_fresh_one(site, ada, monthly):
    old = "/g/" + links.for_donor(monthly, monthly.since - 100 * DAY).rpartition("/g/")[2]
    assert "This link is older than 90 days" in site.get(old).text
    site.post(old, {"do": "cancel", "id": monthly.id})
    assert ada.now.standing == "active"
    for _ in range(3):
        assert "Look into your inbox" in site.post(old, {"do": "link"}).text
    site.settle()
    assert [mail["subject"] for mail in site.inbox()][1:] == ["Your link to what you give"]


@pytest.mark.parametrize("token", ["", "x", "AAAA", "%00", "é", "a" * 3000])
def test_a_made_up_link_shows_nothing(site, token):
    assert site.get(f"/g/{token}").status_code in (400, 403, 404)


def given_once(site, stripe, **how):
    stripe.pay(site.give(**how).headers["Location"])
    site.settle()
    return next(each for each in site.donations() if each.is_given)


def make_monthly(site, once):
    form = {"gift": links.of_donation(once)}
    return site.post(f"{site.here}/monthly", form, X_Forwarded_For=site.address)


def test_what_is_made_monthly_stays_within_what_a_donor_may_give(site, stripe):
    network.change_group(site.group.id, giving={"most_from_donor": 4000})
    find_page._lately.clear()
    once = given_once(site, stripe)
    answer = make_monthly(site, once)
    assert answer.status_code == 409
    assert "more than one person may give" in answer.text
    assert [each.state for each in site.donations() if each.id != once.id] == ["left"]


def test_nobody_raises_a_recurring_donation_above_what_one_donor_may_give(site, stripe):
    known = begin(site, stripe)
    network.change_group(site.group.id, giving={"most_from_donor": 4000})
    page = "/g/" + links.for_donor(known, known.since).rpartition("/g/")[2]
    fields = {"id": known.id, "do": "amount", "often": "monthly"}
    refused = site.post(page, fields | {"amount": "31"})
    assert (refused.status_code, "above the limit" in refused.text) == (422, True)
    assert recurring_store.find(known.person, known.id).amount == 1000
    assert site.post(page, fields | {"amount": "30"}).status_code == 303
    assert recurring_store.find(known.person, known.id).amount == 3000


def test_the_most_of_one_donor_is_not_held_against_another_currency(site, group, stripe):
    network.change_group(site.group.id, giving={"most_from_donor": 330000, "currency": "USD"})
    site.page = page_of(group, slug="pesos", own={"currency": "COP", "amounts": [500000]})
    find_page._lately.clear()
    assert site.give(amount="500000").status_code == 303


def test_a_thief_who_paid_once_has_no_endless_page_by_making_it_monthly(site, stripe):
    once = given_once(site, stripe)
    opened = 0
    for _ in range(12):
        led = make_monthly(site, once)
        opened += "/checkout/" in led.headers.get("Location", "")
        for each in site.donations():
            if each.session and each.id != once.id and each.state == State.STARTED:
                give.close(each)
    assert 0 < opened <= tries.INBOX_FROM
    assert "Too many cards were tried" in led.text


def test_declined_cards_count_for_the_gift_however_often_its_page_is_opened_anew(site, stripe):
    once = given_once(site, stripe)
    make_monthly(site, once)
    [known] = [each for each in site.donations() if each.id != once.id]
    assert store.change(known, replace(known, declines=card_testing.MOST_DECLINES))
    give.close(site.donations()[-1])
    assert "Too many cards were tried" in make_monthly(site, once).text


def made_monthly(site, stripe, card):
    """Ada gives once, and makes it monthly with a card of its own."""
    led = make_monthly(site, given_once(site, stripe, amount="1000"))
    stripe.pay(led.headers["Location"], card)
    site.settle()
    [known] = recurring_store.of_person(site.person())
    return known


def test_who_made_a_gift_monthly_is_told_which_card_failed_at_its_first_charge(site, stripe):
    known = made_monthly(site, stripe, "4000000000000341")
    assert (known.card, known.card_ends) == ("0341", "2034-12")
    assert renew(site, stripe, known).standing == "failing"
    assert "from the card ending in 0341." in site.inbox()[-1]["text"]


def test_what_fails_without_a_card_speaks_of_none(site, stripe):
    known = made_monthly(site, stripe, "4000000000000341")
    failing = replace(known, card="", standing="failing")
    news = GiftNews(GiftWord.FAILED, known.group, known.person, known.id, "")
    assert recurring_store.change(known, failing)
    assert "card ending in" not in write.message(news).text
    assert "Your account or card may have changed" in write.message(news).text


def test_a_gift_is_made_monthly_for_the_first_time_in_a_month(site, stripe):
    led = site.give(amount="1000")
    stripe.pay(led.headers["Location"])
    site.settle()
    [once] = site.donations()
    given = site.get(f"{site.here}/given/{links.of_donation(once)}").text
    assert "Can you make it monthly?" in given
    form = {"gift": links.of_donation(once)}
    first, second = site.post(f"{site.here}/monthly", form), site.post(f"{site.here}/monthly", form)
    assert first.headers["Location"] == second.headers["Location"]
    stripe.pay(first.headers["Location"])
    site.settle()
    [known] = recurring_store.of_person(site.person())
    assert (known.amount, known.often) == (1000, "monthly")
    assert 27 * DAY < known.next_at - once.given_at < 32 * DAY
    site.settle()
    assert [mail["subject"] for mail in site.inbox()][1:] == ["You give $10 every month"]
    assert sums.of_page(site.page.id, "USD").kept == 1000
    assert sorted(each.state for each in site.donations()) == ["given", "promised"]
    renew(site, stripe, known)
    assert sums.of_page(site.page.id, "USD").kept == 2000
    assert sorted(each.state for each in site.donations()) == ["given", "given", "promised"]
