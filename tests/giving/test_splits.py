"""One gift to several groups: Ada gives, Bob's page collects, the parks and the river get their part once they agreed."""

import json
from contextlib import suppress

import pytest
from giving.conftest import Site, handled, page_of
from web.console.organizers import Organizer

from app import take_feedback
from chalicelib import clock
from chalicelib.actions import find_page, recognise
from chalicelib.actions import store as actions
from chalicelib.giving import (
    accounts,
    charge_split,
    give,
    links,
    recipient_store,
    recipients,
    reconcile,
    refund,
    split_store,
    store,
    sums,
)
from chalicelib.giving.donation import State
from chalicelib.giving.split import Standing
from chalicelib.giving.stripe_gateway import accounts as gateway
from chalicelib.giving.stripe_gateway import client
from chalicelib.guard import budgets, tries
from chalicelib.network import store as network
from chalicelib.people import recognition
from chalicelib.people import store as people
from chalicelib.people.person import person_id
from chalicelib.people.recognition import Known

GOOD = "4242424242424242"
LATER_DECLINED = "4000000000000341"
ASKS = "4000002500003155"


def connected(stripe, name, **terms):
    """A group with an account of its own that takes money."""
    made = network.create_group(f"{name.split()[0].lower()}-{clock.new_id()[-12:]}", name, giving=terms)
    account = accounts.begin(made, "bob@example.org")
    stripe.connect(gateway.link(account.id, "https://example.org", "https://example.org"))
    accounts.settle(network.find_group(made.id, consistent=True))
    return network.find_group(made.id, consistent=True)


class Tandem(Site):
    """Ada at a page that collects for several groups."""

    def __init__(self, cloud, groups, page):
        super().__init__(cloud, groups[0], page)
        self.groups = groups

    def fresh(self, email):
        self.email = email
        find_page._lately.clear()
        return self

    def give(self, **more):
        named = " ".join(group.slug for group in self.groups[1:])
        return super().give(**{"amount": "10000", "recipients": named} | more)

    def pay(self, card=GOOD, **more):
        """Give, leave a card at Stripe, and everything that follows."""
        led = self.give(**more)
        assert led.status_code == 303, led.text
        _, back = self.cloud.stripe.pay(led.headers["Location"], card)
        self.settle_all()
        return back

    def bring(self):
        """What Stripe has to tell by now, of every account."""
        return [event for account in self.accounts for event in self.events(account)]

    def settle_all(self):
        for event in self.bring():
            assert self.hook(event).status_code == 200
        self.work()

    def work(self):
        """A card that was taken is charged behind the queue that told of it."""
        self.cloud.handle("feedback", handled(take_feedback))
        super().work()

    @property
    def accounts(self):
        return ["", *(accounts.of(group).id for group in self.groups)]

    def shares(self, email=""):
        """What each group has of Ada's, by its name."""
        return {group.name: store.of_person(person_id(group.salt, email or self.email)) for group in self.groups}

    def amounts(self):
        return [(share.state.value, share.amount) for [share] in self.shares().values()]

    def split(self):
        [first, *_] = [share for shares in self.shares().values() for share in shares]
        return split_store.find(first.whole)

    def charged(self):
        """What came through at Stripe: by group, the amounts of Ada's."""
        labels = {share.label for shares in self.shares().values() for share in shares}
        return {
            group.name: [
                intent["amount"]
                for intent in self.cloud.stripe.things("payment_intent", accounts.of(group).id)
                if intent["status"] == "succeeded" and intent["metadata"].get("muster") in labels
            ]
            for group in self.groups
        }


@pytest.fixture(scope="module")
def groups(aws):
    return (
        connected(aws.stripe, "Roof Friends", legal_name="Roof Inc.", receipt="Tax number 1"),
        connected(aws.stripe, "Park Friends", legal_name="Park Inc.", receipt="Tax number 2"),
        connected(aws.stripe, "River Watch", receipt="Tax number 3"),
    )


def tandem_page(groups, **words):
    page = page_of(groups[0], slug=f"tandem-{clock.new_id()[-8:]}", **words)
    for group in groups[1:]:
        assert recipients.ask(groups[0], page, group.slug) == ""
        assert recipients.agree(group, page.id, "charlie@example.org") == ""
        page = actions.find_page(groups[0].id, page.id, consistent=True)
    find_page._lately.clear()
    return page


@pytest.fixture
def tandem(aws, stripe, groups):
    site = Tandem(aws, groups, tandem_page(groups))
    site.email = f"ada-{clock.new_id()[-8:]}@example.org"
    site.bring()
    return site


def test_a_hundred_dollars_over_three(tandem):
    assert "Park Inc. <span>(USD)</span>" in tandem.get(tandem.here).text
    back = tandem.pay()
    assert tandem.amounts() == [("given", 3334), ("given", 3333), ("given", 3333)]
    assert tandem.charged() == {"Roof Friends": [3334], "Park Friends": [3333], "River Watch": [3333]}
    assert sorted(mail["subject"] for mail in tandem.inbox()) == [
        "Your gift of $33.33 to Park Inc.",
        "Your gift of $33.33 to River Watch",
        "Your gift of $33.34 to Roof Inc.",
    ]
    park = next(mail for mail in tandem.inbox() if "Park" in mail["subject"])
    assert "Tax number 2" in park["text"]
    assert "Tax number 1" not in park["text"]
    shown = tandem.get(back).text
    assert "$33.33 for River Watch has arrived." in shown
    assert "Thank you for your gift" in shown


def test_the_card_is_forgotten_and_never_charged_by_the_platform(tandem, stripe):
    tandem.pay()
    split = tandem.split()
    [card] = [each for each in stripe.things("payment_method") if each["id"] == split.method]
    assert card["customer"] is None
    assert [each for each in stripe.things("charge") if each["payment_method"] == split.method] == []


def test_each_group_has_its_own_sums_people_and_part_only(tandem):
    tandem.pay()
    whole = str(tandem.split().amount)
    for group, [share] in zip(tandem.groups, tandem.shares().values(), strict=True):
        assert share.group == group.id
        assert whole not in json.dumps({name: str(getattr(share, name)) for name in share.__struct_fields__})
        assert people.find(group.id, share.person, consistent=True).gifts.total == share.amount
    assert sums.of_page(tandem.page.id, "USD").kept == 3334
    own = actions.find_action(tandem.page.id, tandem.person())
    assert own.own["amount"] == "3334"


def test_ada_joins_only_the_lists_that_she_ticks(tandem):
    seen = tandem.get(tandem.here).text.partition('name="consent" value="')[2].partition('"')[0]
    tandem.pay(consent=seen, join=[tandem.groups[2].slug])
    standing = {
        group.name: people.find(group.id, share.person, consistent=True).subscription
        for group, [share] in zip(tandem.groups, tandem.shares().values(), strict=True)
    }
    assert standing == {"Roof Friends": "outside", "Park Friends": "outside", "River Watch": "subscribed"}


def test_ada_writes_who_gets_what_and_who_gets_nothing_learns_nothing(tandem):
    park, river = tandem.groups[1:]
    tandem.pay(amount="other", other="60", **{f"share-{park.slug}": "25.50", f"share-{river.slug}": "0"})
    assert tandem.charged() == {"Roof Friends": [3450], "Park Friends": [2550], "River Watch": []}
    assert tandem.shares()["River Watch"] == []
    assert people.find(river.id, person_id(river.salt, tandem.email), consistent=True) is None


def test_nothing_for_the_pages_own_group_is_fine(tandem):
    roof, park, river = tandem.groups
    tandem.pay(amount="", **{f"share-{roof.slug}": "0", f"share-{park.slug}": "5", f"share-{river.slug}": "7"})
    assert tandem.charged() == {"Roof Friends": [], "Park Friends": [500], "River Watch": [700]}
    assert sums.of_page(tandem.page.id, "USD").gifts == 0


@pytest.mark.parametrize("why", ["insufficient_funds", "authentication_required"])
def test_one_is_declined_and_given_by_itself(tandem, stripe, why):
    river = accounts.of(tandem.groups[2]).id
    stripe.control(declining={river: why})
    back = tandem.pay()
    assert tandem.amounts() == [("given", 3334), ("given", 3333), ("failed", 3333)]
    told = tandem.inbox()[-1]
    assert told["subject"] == "$33.33 of your gift could not be taken"
    assert links.of_split(tandem.split()) in told["text"]
    shown = tandem.get(back).text
    assert "Give $33.33 to River Watch" in shown
    [share] = tandem.shares()["River Watch"]
    stripe.control(declining={river: ""})
    first, second = (tandem.post(back, {"share": share.id}) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert "still waiting at Stripe" in tandem.get(back).text
    stripe.pay(first.headers["Location"])
    tandem.settle_all()
    assert tandem.amounts()[2] == ("given", 3333)
    assert tandem.charged()["River Watch"] == [3333]
    assert tandem.inbox()[-1]["subject"] == "Your gift of $33.33 to River Watch"
    assert tandem.post(back, {"share": share.id}).headers["Location"] == links.of_split(tandem.split())


def test_a_part_that_nobody_finishes_can_be_given_another_day(tandem, stripe):
    river = accounts.of(tandem.groups[2]).id
    stripe.control(declining={river: "insufficient_funds"})
    back = tandem.pay()
    stripe.control(declining={river: ""})
    [share] = tandem.shares()["River Watch"]
    first = tandem.post(back, {"share": share.id}).headers["Location"]
    stripe.do("expire", first.rpartition("/")[2], river)
    tandem.settle_all()
    assert tandem.amounts()[2] == ("failed", 3333)
    second = tandem.post(back, {"share": share.id}).headers["Location"]
    assert second != first
    stripe.pay(second)
    tandem.settle_all()
    assert tandem.charged()["River Watch"] == [3333]
    assert people.find(tandem.groups[2].id, share.person, consistent=True)


def test_a_part_whose_page_is_ended_for_another_gift_can_still_be_given_another_day(tandem, stripe):
    river = accounts.of(tandem.groups[2]).id
    stripe.control(declining={river: "insufficient_funds"})
    back = tandem.pay()
    stripe.control(declining={river: ""})
    [share] = tandem.shares()["River Watch"]
    tandem.post(back, {"share": share.id})
    assert give.close(store.find(share.person, share.id))
    assert tandem.amounts()[2] == ("failed", 3333)


def test_a_part_takes_no_more_cards_than_any_page(tandem, stripe, monkeypatch):
    river = accounts.of(tandem.groups[2]).id
    stripe.control(declining={river: "insufficient_funds"})
    back = tandem.pay()
    stripe.control(declining={river: ""})
    [share] = tandem.shares()["River Watch"]
    tried = 0
    for _ in range(12):
        led = tandem.post(back, {"share": share.id}, X_Forwarded_For=f"203.0.{tried}.9").headers.get("Location", "")
        for _ in range(3):
            tried += "/checkout/" in led and stripe.pay(led, "4000000000000002")[0] == 402
            tandem.settle_all()
    assert 0 < tried <= 6


def test_a_group_that_has_another_account_by_then_is_not_paid_into_the_old_one(tandem, stripe):
    river = tandem.groups[2]
    stripe.control(declining={accounts.of(river).id: "insufficient_funds"})
    back = tandem.pay()
    stripe.control(declining={accounts.of(river).id: ""})
    [share] = tandem.shares()["River Watch"]
    before = network.find_group(river.id, consistent=True).stripe
    network.change_group(river.id, stripe={"id": "acct_another", "ready": True})
    assert tandem.post(back, {"share": share.id}).status_code == 409
    assert tandem.amounts()[2] == ("failed", 3333)
    network.change_group(river.id, stripe=before)


def test_all_are_declined_and_nothing_is_taken(tandem):
    tandem.pay(LATER_DECLINED)
    assert {state for state, _ in tandem.amounts()} == {"failed"}
    assert list(tandem.charged().values()) == [[], [], []]
    assert len(tandem.inbox()) == 3


def test_a_bank_that_wants_to_hear_from_her_each_time(tandem):
    led = tandem.give()
    tandem.cloud.stripe.pay(led.headers["Location"], ASKS, confirmed="1")
    tandem.settle_all()
    assert {state for state, _ in tandem.amounts()} == {"failed"}


def test_events_twice_and_reversed_charge_each_once(tandem, stripe):
    stripe.pay(tandem.give().headers["Location"])
    for _ in range(2):
        told = tandem.bring()
        for event in [*reversed(told), *told]:
            assert tandem.hook(event).status_code == 200
            tandem.cloud.handle("feedback", handled(take_feedback))
        tandem.work()
    assert tandem.charged() == {"Roof Friends": [3334], "Park Friends": [3333], "River Watch": [3333]}
    assert len(tandem.inbox()) == 3
    assert sums.of_page(tandem.page.id, "USD")[:2] == (3334, 1)


def test_no_event_at_all_is_made_up_for_by_looking(tandem, stripe):
    stripe.pay(tandem.give().headers["Location"])
    split = tandem.split()
    assert charge_split.look(split.id) is True
    tandem.work()
    assert [state for state, _ in tandem.amounts()] == ["given"] * 3
    assert charge_split.look(split.id) is False


def test_pressing_twice_leads_to_the_same_page_and_going_back_asks(tandem, stripe):
    first, second = tandem.give(), tandem.give()
    assert first.headers["Location"] == second.headers["Location"]
    assert [len(shares) for shares in tandem.shares().values()] == [1, 1, 1]
    stripe.pay(first.headers["Location"])
    tandem.settle_all()
    again = tandem.give()
    assert again.status_code == 200
    assert "Do you mean to give again?" in again.text
    assert tandem.give(again=tandem.split().id).headers["Location"] != first.headers["Location"]


def test_who_goes_back_and_mends_the_form_gives_as_it_says_then(tandem):
    first = tandem.give(name="Ada Lovelase")
    assert tandem.give(name="Ada Lovelace").headers["Location"] == first.headers["Location"]
    tandem.cloud.stripe.pay(first.headers["Location"], GOOD)
    tandem.settle_all()
    assert [share.donor.family_name for [share] in tandem.shares().values()] == ["Lovelace"] * 3
    [park] = tandem.shares()["Park Friends"]
    assert people.find(park.group, park.person, consistent=True).family_name == "Lovelace"


def test_nobody_learns_what_ada_gave_by_typing_her_address_elsewhere(tandem):
    tandem.pay()
    assert "Do you mean to give again?" in tandem.give().text
    assert tandem.give(address="198.51.100.9").status_code == 303


def test_a_burst_of_forms_that_the_door_counts_too_late_opens_no_more_pages(tandem, monkeypatch):
    monkeypatch.setattr(tries, "needed", lambda *_: tries.Needed.NOTHING)
    answers = []
    for number in range(12):
        budgets.forget()
        answers.append(tandem.give(email=f"eve{number}@example.com", address="198.51.101.9"))
    assert [answer.status_code for answer in answers] == [303] * tries.INBOX_FROM + [409] * 4
    assert "Too many cards were tried" in answers[-1].text


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("call", range(1, 10))
def test_killed_at_any_call_of_stripe_each_is_charged_once(tandem, stripe, monkeypatch, call, after):
    """Whoever died, the next that looks finds everything as it was, and asks the same again."""
    river = tandem.groups[2]
    stripe.pay(tandem.give(**{f"share-{river.slug}": "0"}).headers["Location"])
    split, try_, made = tandem.split(), client._try, []

    def dying(do):
        made.append(do)
        if len(made) != call:
            return try_(do)
        if after:
            try_(do)
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(client, "_try", dying)
        with suppress(RuntimeError):
            charge_split.look(split.id)
        tandem.work()
    charge_split.look(split.id)
    tandem.work()
    assert len(made) >= call
    assert tandem.charged() == {"Roof Friends": [5000], "Park Friends": [5000], "River Watch": []}
    assert [share.state for shares in tandem.shares().values() for share in shares] == ["given"] * 2
    assert len(tandem.inbox()) == 2


@pytest.mark.parametrize("how", ["before", "after"])
@pytest.mark.parametrize("match", ["POST /v1/payment_methods", "POST /v1/payment_intents"])
def test_stripe_does_not_answer_for_a_while(tandem, stripe, match, how):
    stripe.pay(tandem.give().headers["Location"])
    stripe.control(fail_next=[{"match": match, "how": how, "times": 3}])
    tandem.settle_all()
    charge_split.look(tandem.split().id)
    tandem.work()
    assert tandem.charged() == {"Roof Friends": [3334], "Park Friends": [3333], "River Watch": [3333]}


@pytest.mark.parametrize("match", ["POST /v1/payment_methods", "POST /v1/payment_intents"])
def test_an_error_of_stripes_own_is_not_gone_around_and_after_an_hour_it_is_told(tandem, stripe, monkeypatch, match):
    """Under another key it might be charged twice: Stripe does not say what became of it."""
    stripe.pay(tandem.give().headers["Location"])
    stripe.control(fail_next=[{"match": match, "how": "500", "times": 3}])
    tandem.settle_all()
    assert sorted(state for state, _ in tandem.amounts()) == ["given", "given", "started"]
    an_hour_later = clock.now() + 3700
    monkeypatch.setattr(clock, "now", lambda: an_hour_later)
    charge_split.look(tandem.split().id)
    tandem.work()
    assert sorted(state for state, _ in tandem.amounts()) == ["failed", "given", "given"]
    assert sum(map(len, tandem.charged().values())) == 2
    assert "of your gift could not be taken" in tandem.inbox()[-1]["subject"]


@pytest.mark.parametrize("how", ["before", "after"])
def test_after_an_hour_nobody_is_charged_any_more_and_what_was_charged_counts(tandem, stripe, monkeypatch, how):
    stripe.pay(tandem.give().headers["Location"])
    tandem.events()
    charge_split.look(tandem.split().id)
    stripe.control(fail_next=[{"match": "POST /v1/payment_intents", "how": how, "times": 9}])
    tandem.work()
    stripe.control(fail_next=[])
    an_hour_later = clock.now() + 3700
    monkeypatch.setattr(clock, "now", lambda: an_hour_later)
    charge_split.look(tandem.split().id)
    tandem.work()
    states = [state for state, _ in tandem.amounts()]
    assert states == (["given"] * 3 if how == "after" else ["failed"] * 3)
    assert [len(charges) for charges in tandem.charged().values()] == ([1] * 3 if how == "after" else [0] * 3)


def test_who_leaves_no_card_has_given_nothing(tandem, stripe):
    led = tandem.give()
    stripe.do("expire", led.headers["Location"].rpartition("/")[2])
    tandem.settle_all()
    assert {state for state, _ in tandem.amounts()} == {"left"}
    assert tandem.split().standing == Standing.LEFT
    assert all(share.waiting == "" for [share] in tandem.shares().values())
    assert tandem.give().headers["Location"] != led.headers["Location"]


def test_thieves_who_try_cards_on_one_page_are_cut_off(tandem, stripe):
    led = tandem.give()
    for _ in range(6):
        stripe.pay(led.headers["Location"], "4000000000000002")
        tandem.settle_all()
    assert tandem.split().standing == Standing.LEFT
    status, _ = stripe.pay(led.headers["Location"])
    assert status >= 400
    assert list(tandem.charged().values()) == [[], [], []]


def test_a_group_that_leaves_after_the_form_gets_nothing(tandem, stripe):
    led = tandem.give()
    recipient_store.remove(tandem.page.id, tandem.groups[1].id)
    _, back = stripe.pay(led.headers["Location"])
    tandem.settle_all()
    assert tandem.charged() == {"Roof Friends": [3334], "Park Friends": [], "River Watch": [3333]}
    assert "Park Inc. takes no gifts here any more, so $33.33 was not taken." in tandem.get(back).text
    find_page._lately.clear()
    asked_again = tandem.fresh("eve@example.org").give()
    assert asked_again.status_code == 422
    assert "has changed since you opened this page" in asked_again.text


def test_a_group_that_has_not_agreed_is_not_there(aws, stripe, groups):
    page = page_of(groups[0], slug=f"asked-{clock.new_id()[-8:]}")
    assert recipients.ask(groups[0], page, groups[1].slug) == ""
    site = Site(aws, groups[0], actions.find_page(groups[0].id, page.id, consistent=True))
    assert "Park Inc." not in site.get(site.here).text
    refused = site.give(recipients=groups[1].slug, **{f"share-{groups[1].slug}": "10"})
    assert refused.status_code == 422
    led = site.give(**{f"share-{groups[1].slug}": "10"})
    assert led.status_code == 303
    [share] = site.donations()
    assert (share.whole, share.amount) == ("", 2500)


@pytest.mark.parametrize(
    "typed",
    ["-5", "1e3", "ten", "٢٥", "0x10", "5; DROP", "9" * 40, "1.0055", "=1+1", "<script>", "0.10", "NaN"],
)
def test_hostile_amounts_are_said_beside_their_group_and_nothing_begins(tandem, typed):
    park = tandem.groups[1]
    answer = tandem.give(**{f"share-{park.slug}": typed})
    assert answer.status_code == 422
    assert f'id="share-{park.slug}-error"' in answer.text
    assert "<script>" not in answer.text.partition("<form")[2]
    assert tandem.shares()["Park Friends"] == []


def test_parts_that_do_not_add_up_are_said(tandem):
    written = {f"share-{group.slug}": "20" for group in tandem.groups}
    answer = tandem.give(**written)
    assert answer.status_code == 422
    assert "$60 ≠ $100" in answer.text
    assert 'value="20"' in answer.text


@pytest.mark.parametrize(
    "fields", [{"amount": ""}, {"amount": "other"}, {"amount": "0"}, {"amount": "abc"}, {"often": "monthly"}]
)
def test_no_amount_and_no_repeating(tandem, fields):
    assert tandem.give(**fields).status_code == 422


class TestTerms:
    """What each group has to ask and may take holds for its own part."""

    @pytest.fixture
    def strict(self, aws, stripe, groups):
        strict = connected(
            aws.stripe,
            "Strict Fund",
            address=True,
            employer=True,
            statements=["I am an adult."],
            refused=["RU"],
            least=500,
            most=2000,
            most_from_donor=3000,
        )
        pair = (groups[0], strict)
        site = Tandem(aws, pair, tandem_page(pair))
        site.email = f"ada-{clock.new_id()[-8:]}@example.org"
        return site

    def give(self, site, **more):
        seen = site.get(site.here).text.partition('name="attested" value="')[2].partition('"')[0]
        told = {"street": "1 Main St", "city": "Springfield", "zip_code": "12345", "state": "IL", "country": "US"}
        work = {"employer": "None", "occupation": "Retired", "attested": seen, "statement": "0"}
        return site.give(**{"amount": "3000"} | told | work | more)

    def test_its_questions_are_asked_of_all(self, strict):
        answer = strict.give(amount="3000")
        for name in ("street", "state", "country", "employer", "occupation", "statements"):
            assert f'id="{name}-error"' in answer.text, name
        led = self.give(strict)
        assert led.status_code == 303, led.text
        assert strict.shares()["Strict Fund"][0].donor.occupation == "Retired"

    @pytest.mark.parametrize("total", ["5000", "600"])
    def test_more_or_less_than_it_takes_is_said_beside_it(self, strict, total):
        answer = self.give(strict, amount=total)
        assert answer.status_code == 422
        assert "Strict Fund: $5 – $20" in answer.text

    def test_a_country_that_it_refuses_is_said_beside_it_and_the_others_may_get_all(self, strict):
        field = f"share-{strict.groups[1].slug}"
        answer = self.give(strict, country="RU")
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
        assert self.give(strict, country="RU", **{field: "0"}).status_code == 303

    def test_more_than_it_takes_from_one_person_is_said_beside_it(self, strict, stripe):
        stripe.pay(self.give(strict, amount="4000").headers["Location"])
        strict.settle_all()
        answer = self.give(strict, amount="3000")
        assert answer.status_code == 422
        assert "Strict Fund may not take so much from one person" in answer.text
        assert self.give(strict, amount="2000").status_code == 303


def test_each_group_gives_back_and_reconciles_its_own_part(tandem):
    tandem.pay()
    park = tandem.groups[1]
    [share] = tandem.shares()["Park Friends"]
    refund.give_back(share, share.amount)
    tandem.settle_all()
    assert tandem.amounts()[0] == ("given", 3334)
    assert tandem.shares()["Park Friends"][0].kept == 0
    assert tandem.inbox()[-1]["subject"] == "We gave back $33.33"
    compared = reconcile.compare(park, share.given_at - 60, share.given_at + 60)
    assert compared.differences == ()
    assert compared.ours >= 1


def test_what_bobs_group_knows_of_ada_does_not_go_to_the_others(tandem):
    tandem.pay()
    token = recognition.token(Known(tandem.group.id, tandem.person()), clock.now())
    public = find_page.read(tandem.group.id, tandem.page.id)
    assert recognise.tell(public, token) == {}
    answer = tandem.give(known=token, name="")
    assert answer.status_code == 422
    assert recognise.tell(public._replace(recipients=()), token)["knows"]


@pytest.mark.parametrize("token", ["", "x", "AAAA", "é", "a" * 3000])
def test_a_made_up_link_shows_nothing(tandem, token):
    assert tandem.get(f"{tandem.here}/shares/{token}").status_code in (403, 404)


def test_a_link_of_another_page_and_a_part_of_another_gift_show_nothing(tandem, groups, stripe):
    back = tandem.pay()
    other = tandem_page(groups)
    assert tandem.get(back.replace(tandem.page.slug, other.slug)).status_code == 404
    assert tandem.post(back, {"share": clock.new_id()}).status_code == 404


class TestConsole:
    """Bob asks, and each group's own organizer answers."""

    @pytest.fixture
    def bob(self, tandem, groups):
        return Organizer(tandem.client, groups[0], f"bob-{clock.new_id()[-8:]}@example.org")

    @pytest.fixture
    def paula(self, tandem, groups):
        return Organizer(tandem.client, groups[1], f"paula-{clock.new_id()[-8:]}@example.org")

    @pytest.fixture
    def page(self, groups):
        return page_of(groups[0], slug=f"asks-{clock.new_id()[-8:]}", title=f"Asks {clock.new_id()[-6:]}")

    def test_bob_asks_and_paula_agrees_and_leaves(self, bob, paula, page, groups):
        asked = bob.post(f"/console/actions/{page.id}/recipients", {"name": f" /{groups[1].slug} "})
        assert asked.location.endswith("done=recipient-asked")
        assert "Asked" in bob.get(f"/console/actions/{page.id}/recipients").text
        assert page.title in paula.get("/console/giving/collected").text
        page = actions.find_page(groups[0].id, page.id, consistent=True)
        assert recipients.of(groups[0], page) == ()
        agreed = paula.post(f"/console/giving/collected/{page.id}/agree")
        assert agreed.location.endswith("done=collect-agreed")
        assert [group.id for group in recipients.of(groups[0], page)] == [groups[1].id]
        paula.post(f"/console/giving/collected/{page.id}/leave")
        assert recipients.of(groups[0], page) == ()
        assert recipient_store.find(page.id, groups[1].id) is None

    def test_charlie_cannot_agree_for_another_nor_see_it(self, bob, page, groups, tandem):
        bob.post(f"/console/actions/{page.id}/recipients", {"name": groups[1].slug})
        charlie = Organizer(tandem.client, groups[2], f"charlie-{clock.new_id()[-8:]}@example.org")
        assert page.title not in charlie.get("/console/giving/collected").text
        assert charlie.post(f"/console/giving/collected/{page.id}/agree").status == 404
        assert charlie.post(f"/console/giving/collected/{page.id}/leave").status == 404
        assert charlie.post(f"/console/actions/{page.id}/recipients", {"name": groups[2].slug}).status == 404
        assert charlie.post(f"/console/actions/{page.id}/recipients/{groups[1].id}/remove").status == 404
        assert not recipient_store.find(page.id, groups[1].id).agreed

    def test_bob_cannot_agree_for_those_he_asks(self, bob, page, groups):
        bob.post(f"/console/actions/{page.id}/recipients", {"name": groups[1].slug})
        assert bob.post(f"/console/giving/collected/{page.id}/agree").status == 404

    @pytest.mark.parametrize("name", ["", "nobody-has-this", "../../x", "é", "a" * 5000])
    def test_nobody_of_that_name_is_said(self, bob, page, name):
        answer = bob.post(f"/console/actions/{page.id}/recipients", {"name": name})
        assert answer.status == 422
        assert "No group has this name here" in answer.text

    def test_ten_others_at_most(self, bob, page, groups):
        for _ in range(recipient_store.MOST):
            recipient_store.ask(page.id, clock.new_id(), groups[0].id)
        answer = bob.post(f"/console/actions/{page.id}/recipients", {"name": groups[1].slug})
        assert "10 other groups at most" in answer.text

    def test_without_an_account_of_its_own_nothing_is_split_and_it_is_said_why(self, site, group):
        bob = Organizer(site.client, group, f"bob-{clock.new_id()[-8:]}@example.org")
        assert "the account of this installation" in bob.get(f"/console/actions/{site.page.id}/edit").text
        assert "connected accounts only" in bob.get(f"/console/actions/{site.page.id}/recipients").text
        asked = bob.post(f"/console/actions/{site.page.id}/recipients", {"name": "anybody"})
        assert asked.status == 404

    def test_who_has_no_account_cannot_agree(self, bob, page, site, group):
        bob.post(f"/console/actions/{page.id}/recipients", {"name": group.slug})
        dora = Organizer(site.client, group, f"dora-{clock.new_id()[-8:]}@example.org")
        answer = dora.post(f"/console/giving/collected/{page.id}/agree")
        assert answer.location.endswith("done=collect-no-account")
        assert not recipient_store.find(page.id, group.id).agreed

    def test_the_editor_says_that_recurring_is_off(self, bob, page, groups):
        assert "split between you and other groups" in bob.get(f"/console/actions/{page.id}/edit").text
        bob.post(f"/console/actions/{page.id}/recipients", {"name": groups[1].slug})
        assert "recurring gifts are off" in bob.get(f"/console/actions/{page.id}/edit").text

    def test_a_copy_of_the_page_asks_nobody(self, bob, tandem):
        copied = bob.post(f"/console/actions/{tandem.page.id}/duplicate")
        copy = actions.find_page(bob.group.id, copied.location.split("/")[3], consistent=True)
        assert not copy.tandem
        assert recipients.of(bob.group, copy) == ()

    def test_paula_sees_her_part_and_no_other(self, paula, tandem):
        tandem.pay(amount="10001")
        [share] = tandem.shares()["Park Friends"]
        shown = paula.get(f"/console/giving/gifts/{share.person}/{share.id}")
        assert "A gift to several groups" in shown.text
        assert "$33.34" in shown.text
        assert "100.01" not in shown.html
        assert "33.33" not in shown.html
        [other] = tandem.shares()["River Watch"]
        assert paula.get(f"/console/giving/gifts/{other.person}/{other.id}").status == 404


def test_yen_are_split_without_loss(aws, stripe, groups):
    page = tandem_page(groups, own={"currency": "JPY", "amounts": [1000], "least": 100})
    site = Tandem(aws, groups, page)
    site.email = f"ada-{clock.new_id()[-8:]}@example.org"
    site.pay(amount="1000")
    assert site.charged() == {"Roof Friends": [334], "Park Friends": [333], "River Watch": [333]}


def test_in_spanish_the_whole_way(aws, stripe, groups):
    site = Tandem(aws, groups, tandem_page(groups, language="es"))
    site.email = f"ada-{clock.new_id()[-8:]}@example.org"
    assert "Quién lo recibe" in site.get(site.here).text
    back = site.pay()
    assert "Han llegado $33,33 para River Watch." in site.get(back).text
    assert [state for state, _ in site.amounts()] == [State.GIVEN] * 3
