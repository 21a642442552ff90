"""A gift, from the form to the receipt."""

import json

import pytest
from giving.conftest import page_of

from chalicelib import clock, config
from chalicelib.giving import accounts, links, refund, settle, sums
from chalicelib.giving.donation import State
from chalicelib.giving.stripe_gateway import Later, client
from chalicelib.people import store as people
from local.stripe.postman import signature


def test_ada_gives_25_dollars(site, stripe):
    led = site.give()
    assert led.status_code == 303, led.text
    [begun] = site.donations()
    assert (begun.state, begun.amount, begun.currency) == (State.STARTED, 2500, "USD")
    assert led.headers["Location"] == begun.url
    status, back = stripe.pay(begun.url)
    assert status == 303
    site.settle()
    [given] = site.donations()
    assert (given.state, given.fee, given.passed_on, given.waiting) == (State.GIVEN, 103, True, "")
    assert "$25 has arrived" in site.get(back).text
    ada = people.find(site.group.id, site.person(), consistent=True)
    assert (ada.full_name, ada.gifts.highest, ada.gifts.number) == ("Ada Lovelace", 2500, 1)
    assert sums.of_page(site.page.id, "USD").kept == 2500
    assert sums.of_group(site.group.id)["USD"].fees == 103
    assert [mail["subject"] for mail in site.inbox()] == ["Your gift of $25 to Friends of the Roof"]


def give_and_pay(site, stripe, card="4242424242424242", **how):
    led = site.give(**how)
    assert led.status_code == 303, led.text
    stripe.pay(led.headers["Location"], card)
    site.settle()
    return site.donations(how.get("email", ""))[-1]


def test_pressing_twice_leads_to_the_same_page(site):
    first, second = site.give(), site.give()
    assert first.headers["Location"] == second.headers["Location"]
    assert len(site.donations()) == 1


def test_who_goes_back_after_paying_is_asked_whether_they_mean_to_give_again(site, stripe):
    paid = give_and_pay(site, stripe)
    again = site.give()
    assert again.status_code == 200
    assert "Do you mean to give again?" in again.text
    assert len(site.donations()) == 1
    led = site.give(again=paid.id)
    assert led.status_code == 303
    assert len(site.donations()) == 2


def test_who_chose_an_amount_and_typed_another_is_asked_which(site):
    answer = site.give(amount="2500", other="30")
    assert (answer.status_code, site.donations()) == (422, [])
    assert "You chose an amount and typed another" in answer.text
    assert site.give(amount="2500", other="25.00").status_code == 303


def test_another_amount_is_another_gift(site):
    assert site.give().headers["Location"] != site.give(amount="5000").headers["Location"]


def test_events_three_times_and_reversed_make_one_gift_and_one_receipt(site, stripe):
    led = site.give()
    stripe.pay(led.headers["Location"])
    events = site.events()
    for event in [*reversed(events), *events, *reversed(events)]:
        assert site.hook(event).status_code == 200
        site.work()
    assert sums.of_page(site.page.id, "USD")[:2] == (2500, 1)
    assert len(site.inbox()) == 1
    assert people.find(site.group.id, site.person(), consistent=True).gifts.number == 1


def test_no_event_at_all_is_made_up_for_by_looking(site, stripe):
    led = site.give()
    stripe.pay(led.headers["Location"])
    site.events()
    [begun] = site.donations()
    assert settle.look(begun.person, begun.id) is False
    site.work()
    assert site.donations()[0].is_given
    assert len(site.inbox()) == 1


def test_a_declined_card_takes_nothing_and_another_card_gives(site, stripe):
    led = site.give()
    status, _ = stripe.pay(led.headers["Location"], "4000000000000002")
    assert status == 402
    site.settle()
    assert site.donations()[0].state == State.STARTED
    stripe.pay(led.headers["Location"])
    site.settle()
    assert site.donations()[0].is_given
    assert sums.of_page(site.page.id, "USD").gifts == 1


def test_a_bank_that_takes_days(site, stripe):
    donation = give_and_pay(site, stripe, "000123456789")
    assert donation.state == State.PROCESSING
    assert "bank is at work" in site.get(f"{site.here}/given/{links.of_donation(donation)}").text
    assert site.inbox() == []
    stripe.do("paid", donation.session)
    site.settle()
    assert site.donations()[0].is_given
    assert len(site.inbox()) == 1


def test_a_bank_that_says_no_after_days(site, stripe):
    donation = give_and_pay(site, stripe, "000123456789")
    stripe.do("unpaid", donation.session)
    site.settle()
    assert site.donations()[0].state == State.FAILED
    assert sums.of_page(site.page.id, "USD").gifts == 0


def test_who_never_pays_has_given_nothing(site, stripe):
    led = site.give()
    stripe.do("expire", led.headers["Location"].rpartition("/")[2])
    site.settle()
    [left] = site.donations()
    assert (left.state, left.waiting) == (State.LEFT, "")
    assert people.find(site.group.id, site.person(), consistent=True) is None


def test_giving_back_in_parts(site, stripe):
    given = give_and_pay(site, stripe)
    part = refund.give_back(given, 1000)
    assert refund.refundable(part) == 1500
    assert refund.give_back(given, 1000).refunded == 1000  # the same button, pressed twice
    site.settle()
    whole = refund.give_back(part, 1500)
    site.settle()
    assert (whole.kept, whole.refunded) == (0, 2500)
    assert sums.of_page(site.page.id, "USD").kept == 0
    assert [mail["subject"] for mail in site.inbox()][1:] == ["We gave back $10", "We gave back $25"]
    assert people.find(site.group.id, site.person(), consistent=True).gifts.highest == 0


def test_all_of_it_goes_back_though_stripe_failed_under_the_first_key(site, stripe):
    given = give_and_pay(site, stripe)
    stripe.control(fail_next=[{"match": "POST /v1/refunds", "how": "500"}])
    with pytest.raises(Later):
        refund.all_of(given.person, given.id)
    assert site.donations()[0].refunded == 0
    refund.all_of(given.person, given.id)
    assert site.donations()[0].refunded == 2500


def test_a_part_waits_until_stripe_has_forgotten_that_it_failed(site, stripe):
    """It might be doing it still: under another key it would go back twice."""
    given = give_and_pay(site, stripe)
    stripe.control(fail_next=[{"match": "POST /v1/refunds", "how": "500"}])
    for _ in range(2):
        with pytest.raises(Later):
            refund.give_back(site.donations()[0], 1000)
    assert refund.give_back(given, 2500).refunded == 2500


def test_an_old_screen_gives_nothing_back_twice(site, stripe):
    given = give_and_pay(site, stripe)
    assert refund.may_go_back(given, 1000, "0")
    part = refund.give_back(given, 1000)
    assert not refund.may_go_back(part, 1000, "0")
    assert [refund.may_go_back(part, amount, "1000") for amount in (0, 1500, 1501)] == [False, True, False]


def test_a_refund_in_stripes_own_dashboard_is_known_here(site, stripe):
    given = give_and_pay(site, stripe)
    stripe.do("refund", given.charge)
    site.settle()
    assert site.donations()[0].refunded == 2500


def test_a_bank_disputes_and_loses_or_wins(site, stripe):
    disputed = give_and_pay(site, stripe, "4000000000000259")
    assert (disputed.dispute, disputed.kept) == ("open", 0)
    assert refund.refundable(disputed) == 0
    [dispute] = [each for each in stripe.things("dispute") if each["payment_intent"] == disputed.payment]
    stripe.do("win", dispute["id"])
    site.settle()
    assert (site.donations()[0].dispute, site.donations()[0].kept) == ("won", 2500)
    assert sums.of_page(site.page.id, "USD").kept == 2500


def test_a_bank_that_disputes_a_part_takes_that_part(site, stripe):
    given = refund.give_back(give_and_pay(site, stripe), 300)
    stripe.control(dispute={"charge": given.charge, "amount": 1000})
    site.settle()
    [disputed] = site.donations()
    assert (disputed.dispute, disputed.disputed, disputed.kept) == ("open", 1000, 1200)
    assert refund.refundable(disputed) == 0
    assert (sums.of_page(site.page.id, "USD").kept, sums.of_page(site.page.id, "USD").back) == (1200, 1300)
    [dispute] = [each for each in stripe.things("dispute") if each["payment_intent"] == disputed.payment]
    stripe.do("lose", dispute["id"])
    site.settle()
    assert (site.donations()[0].dispute, site.donations()[0].kept) == ("lost", 1200)
    assert people.find(site.group.id, site.person(), consistent=True).gifts.highest == 1200


def test_yen_have_no_smaller_part(site, stripe, group):
    site.page = page_of(group, slug="yen", own={"currency": "JPY", "amounts": [3000], "least": 100})
    given = give_and_pay(site, stripe, amount="3000")
    assert (given.amount, given.currency, given.fee) == (3000, "JPY", 117)
    assert site.inbox()[-1]["subject"] == "Your gift of ¥3,000 to Friends of the Roof"


@pytest.mark.parametrize("signed", ["", "t=1,v1=00", "nonsense"])
def test_nobody_but_stripe_is_heard(site, stripe, signed):
    stripe.pay(site.give().headers["Location"])
    answers = [site.hook(event, signed=signed or "t=1") for event in site.events()]
    assert {answer.status_code for answer in answers} == {400}
    site.work()
    assert site.donations()[0].state == State.STARTED


def test_each_of_stripes_endpoints_has_a_secret_of_its_own(site, monkeypatch):
    event = {"id": "evt_1", "type": "account.updated", "data": {"object": {"id": "acct_1"}}}
    monkeypatch.setattr(config, "_parameter", lambda name: "whsec_one whsec_two")
    for secret, status in (("whsec_one", 200), ("whsec_two", 200), ("whsec_three", 400), ("whsec_one whsec_two", 400)):
        signed = signature(json.dumps(event).encode(), secret)
        assert (secret, site.hook(event, signed=signed).status_code) == (secret, status)


def test_nobody_is_heard_before_a_secret_is_set(site, monkeypatch):
    event = {"id": "evt_1", "type": "account.updated", "data": {"object": {"id": "acct_1"}}}
    monkeypatch.setattr(config, "_parameter", lambda name: "none")
    assert site.hook(event, signed=signature(json.dumps(event).encode(), "none")).status_code == 400


@pytest.mark.parametrize("body", [b"[]", b"1", b"\xff", b"{", b"null"])
def test_what_is_signed_and_no_event_is_refused(site, body):
    headers = {"Content-Type": "application/json", "Stripe-Signature": signature(body, "whsec_local")}
    assert site.client.http.post("/hooks/stripe", headers=headers, body=body).status_code == 400


def test_an_event_of_an_hour_ago_is_not_heard(site, stripe):
    body = b'{"id": "evt_1", "type": "checkout.session.completed", "data": {"object": {"id": "cs_1"}}}'
    old = signature(body, "whsec_local", at=clock.now() - 3600)
    headers = {"Content-Type": "application/json", "Stripe-Signature": old}
    assert site.client.http.post("/hooks/stripe", headers=headers, body=body).status_code == 400


def test_a_label_of_another_account_changes_nothing(site, stripe):
    """Whoever has connected an account may write any label on their payments."""
    site.give()
    [victim] = site.donations()
    eve = accounts.gateway.create("eve", "eve@example.com", clock.new_id()).id
    params = {"amount": 2500, "currency": "usd", "metadata": {"muster": victim.label}}
    charged = client.ask(dict, "payment_intents.create", account=eve, params=params)
    site.settle(eve)
    assert settle.payment(eve, charged["id"], victim.label) is None
    assert site.donations() == [victim]


def test_stripe_that_does_not_answer_takes_nothing_and_the_form_may_be_sent_again(site, stripe):
    stripe.control(fail_next=[{"match": "POST /v1/checkout/sessions", "how": "before", "times": 3}])
    failed = site.give()
    assert failed.status_code == 503
    led = site.give()
    assert led.status_code == 303
    assert len(site.donations()) == 1


def test_a_lost_answer_leads_to_the_same_page(site, stripe):
    before = len(stripe.things("checkout.session"))
    stripe.control(fail_next=[{"match": "POST /v1/checkout/sessions", "how": "after", "times": 1}])
    assert site.give().status_code == 303
    assert len(stripe.things("checkout.session")) == before + 1


def test_stripe_with_an_error_of_its_own_gets_another_key(site, stripe):
    stripe.control(fail_next=[{"match": "POST /v1/checkout/sessions", "how": "500", "times": 3}])
    assert site.give().status_code == 503
    assert site.donations()[0].attempt == 1
    assert site.give().status_code == 303


def test_a_key_that_is_in_use_this_moment_is_asked_with_again(site, stripe):
    before = len(stripe.things("checkout.session"))
    stripe.control(fail_next=[{"match": "POST /v1/checkout/sessions", "how": "409", "times": 3}])
    assert site.give().status_code == 503
    assert site.donations()[0].attempt == 0
    assert site.give().status_code == 303
    assert len(stripe.things("checkout.session")) == before + 1


def test_a_refund_that_a_bank_does_not_take_is_ours_again(site, stripe):
    given = give_and_pay(site, stripe)
    refund.give_back(given, 1000)
    [made] = [each for each in stripe.things("refund") if each["payment_intent"] == given.payment]
    stripe.do("bounce", made["id"])
    site.settle()
    assert (site.donations()[0].refunded, sums.of_page(site.page.id, "USD").kept) == (0, 2500)


def test_several_disputes_of_one_gift_each_take_their_part(site, stripe):
    given = give_and_pay(site, stripe)
    for amount, won in ((700, False), (500, True)):
        stripe.control(dispute={"charge": given.charge, "amount": amount})
        site.settle()
        assert site.donations()[0].kept == 2500 - 700 - (500 if won else 0)
        [dispute] = [
            each for each in stripe.things("dispute") if each["charge"] == given.charge and each["amount"] == amount
        ]
        stripe.do("win" if won else "lose", dispute["id"])
        site.settle()
    assert (site.donations()[0].kept, site.donations()[0].dispute) == (1800, "lost")


def test_who_goes_back_and_mends_the_form_gives_as_it_says_then(site, stripe):
    first = site.give(name="Ada Lovelase")
    second = site.give(name="Ada Lovelace")
    assert first.headers["Location"] == second.headers["Location"]
    stripe.pay(second.headers["Location"])
    site.settle()
    [given] = site.donations()
    assert given.donor.family_name == "Lovelace"
    assert people.find(site.group.id, given.person, consistent=True).family_name == "Lovelace"


def test_what_a_bank_did_not_take_is_given_back_and_told_again(site, stripe):
    given = give_and_pay(site, stripe)
    first = refund.give_back(given, 1000)
    site.settle()
    [made] = [each for each in stripe.things("refund") if each["payment_intent"] == given.payment]
    stripe.do("bounce", made["id"])
    site.settle()
    [bounced] = site.donations()
    assert (bounced.refunded, bounced.told_back, bounced.is_told) == (0, 0, True)
    again = refund.give_back(bounced, 1000)
    assert (first.refunded, again.refunded) == (1000, 1000)
    assert not again.is_told or again.told_back == 1000
    site.settle()
    assert [mail["subject"] for mail in site.inbox()][1:] == ["We gave back $10"] * 2
    assert len([each for each in stripe.things("refund") if each["payment_intent"] == given.payment]) == 2


def test_what_a_bank_does_not_take_at_all_is_not_told_as_given_back(site, stripe):
    given = give_and_pay(site, stripe)
    stripe.control(keeping={"": True})
    try:
        for _ in range(2):
            with pytest.raises(refund.NotTaken):
                refund.give_back(site.donations()[0], 1000)
        refund.all_of(given.person, given.id)
    finally:
        stripe.control(keeping={"": False})
    site.settle()
    assert (site.donations()[0].refunded, len(site.inbox())) == (0, 1)
    assert refund.give_back(site.donations()[0], 1000).refunded == 1000


def test_nobody_learns_what_ada_gave_by_typing_her_address_elsewhere(site, stripe):
    give_and_pay(site, stripe)
    assert "Do you mean to give again?" in site.give().text
    assert site.give(address="198.51.100.9").status_code == 303


@pytest.mark.parametrize(
    ("currency", "amount", "shown"),
    [("USD", "49", "$0.50"), ("USD", "1", "$0.50"), ("MXN", "999", "MX$10"), ("CLP", "499", "CLP 500"), ("JPY", "49", "¥50")],
)  # fmt: skip
def test_less_than_stripe_takes_is_said_beside_the_amount(site, group, currency, amount, shown):
    own = {"currency": currency, "amounts": [int(amount)], "least": 0}
    site.page = page_of(group, slug="small", own=own)
    answer = site.give(amount=amount)
    assert (answer.status_code, site.donations()) == (422, [])
    assert shown in answer.text


@pytest.mark.parametrize("amount", ["99999999999", "1e9", "-5", "0", "2500.5", "٢٥٠٠", "x" * 500])
def test_what_stripe_would_not_take_is_said_beside_the_amount(site, amount):
    answer = site.give(amount=amount)
    assert (answer.status_code, site.donations()) == (422, [])
    assert "$999,999.99" in answer.text
