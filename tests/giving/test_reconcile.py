"""A treasurer compares a month with Stripe: what is missing is found and mended, what is not ours is left alone."""

import time

import pytest
from giving.conftest import Site, page_of
from msgspec.structs import replace

from chalicelib import clock
from chalicelib.giving import accounts, months, outside_store, reconcile, reconcile_recurring, recurring_store, store
from chalicelib.giving.difference import WORDS, Kind
from chalicelib.giving.stripe_gateway import Later, client, subscriptions
from chalicelib.network import store as network
from infra import reconcile as command
from infra.group import CannotMake

DAY = 86400


@pytest.fixture
def group(stripe):
    """A group with an account of its own, so that nobody else's payments are on it."""
    made = network.create_group(f"roof-{clock.new_id()[-12:]}", "Friends of the Roof", postal_address="1 Main St")
    return connect(stripe, made)


def connect(stripe, group):
    account = accounts.begin(group, "bob@example.org")
    page = accounts.gateway.link(account.id, "https://example.org", "https://example.org")
    stripe.connect(page)
    accounts.settle(group)
    return network.find_group(group.id, consistent=True)


@pytest.fixture
def account(group):
    return accounts.of(group).id


def compare(group):
    now = time.time()
    found = reconcile.compare(group, now - DAY, now + DAY)
    return found._replace(differences=found.differences + reconcile_recurring.compare(group))


def kinds(compared):
    return [each.kind for each in compared.differences]


def pay(site, stripe, account, **how):
    """Ada pays; Stripe's events of it are lost."""
    stripe.pay(site.give(**how).headers["Location"])
    site.events(account)


def test_an_account_that_is_left_while_stripe_is_asked_stays_left(group, account, monkeypatch):
    find = accounts.gateway.find

    def slow(known_as):
        accounts.disconnect(group)
        return find(known_as)

    monkeypatch.setattr(accounts.gateway, "find", slow)
    accounts.settle(group)
    now = accounts.of(network.find_group(group.id, consistent=True))
    assert (now.id, now.former) == ("", (account,))


def test_everything_that_came_agrees(site, stripe, group, account):
    for amount in ("1000", "2500"):
        stripe.pay(site.give(amount=amount).headers["Location"])
    stripe.pay(site.give(amount="5000", often="monthly").headers["Location"])
    site.settle(account)
    compared = compare(group)
    assert (compared.ours, compared.theirs, compared.others, kinds(compared)) == (3, 3, 0, [])
    assert compared.our_sums == compared.their_sums == {"USD": 8500}


@pytest.mark.parametrize("often", ["once", "monthly"])
def test_what_was_never_heard_of_is_found_and_mended(site, stripe, group, account, often):
    pay(site, stripe, account, often=often)
    compared = compare(group)
    goes_on = [Kind.RECURRING] if often == "monthly" else []
    assert kinds(compared) == [Kind.NOT_HERE, *goes_on]
    assert compared.differences[0].theirs == 2500
    assert reconcile.mend(compared.differences) == 1 + len(goes_on)
    site.work()
    assert kinds(compare(group)) == []
    assert [each.is_given for each in site.donations()] == [True]


def test_a_renewal_that_was_lost_is_found_though_it_carries_no_label(site, stripe, group, account):
    stripe.pay(site.give(amount="1000", often="monthly").headers["Location"])
    site.settle(account)
    [known] = recurring_store.of_person(site.person())
    stripe.do("renew", known.subscription, account)
    site.events(account)
    compared = compare(group)
    assert (kinds(compared), compared.others) == ([Kind.NOT_HERE, Kind.RECURRING], 0)
    reconcile.mend_later(compared.differences)
    site.work()
    assert kinds(compare(group)) == []
    assert [each.amount for each in site.donations()] == [1000, 1000]


def test_one_that_was_paid_after_days_is_known_by_its_customer(site, stripe, group, account, monkeypatch):
    stripe.pay(site.give(amount="1000", often="monthly").headers["Location"])
    site.settle(account)
    [known] = recurring_store.of_person(site.person())
    stripe.do("renew", known.subscription, account)
    site.events(account)
    monkeypatch.setattr(reconcile, "_INVOICED_SECONDS", -2 * DAY)  # no invoice was made lately
    assert kinds(compare(group)) == [Kind.NOT_HERE, Kind.RECURRING]


def test_one_that_was_paid_five_weeks_after_it_began_agrees(site, stripe, group, account):
    stripe.pay(site.give().headers["Location"])
    site.settle(account)
    [given] = site.donations()
    assert store.change(given, replace(given, at=given.given_at - 35 * DAY))
    compared = compare(group)
    assert (compared.ours, compared.theirs, kinds(compared)) == (1, 1, [])


def test_a_refund_that_was_lost_is_found_and_mended(site, stripe, group, account):
    stripe.pay(site.give().headers["Location"])
    site.settle(account)
    [given] = site.donations()
    stripe.do("refund", given.charge, account)
    site.events(account)
    compared = compare(group)
    assert kinds(compared) == [Kind.REFUND]
    reconcile.mend(compared.differences)
    assert (kinds(compare(group)), site.donations()[0].refunded) == ([], 2500)


def test_a_part_that_is_disputed_as_all_of_it_differs(site, stripe, group, account):
    stripe.pay(site.give().headers["Location"])
    site.settle(account)
    [given] = site.donations()
    stripe.control(dispute={"account": account, "charge": given.charge, "amount": 700})
    site.settle(account)
    assert kinds(compare(group)) == []
    [disputed] = site.donations()
    assert store.change(disputed, replace(disputed, disputed=0))
    compared = compare(group)
    assert [(each.kind, each.ours, each.theirs) for each in compared.differences] == [(Kind.DISPUTE, 2500, 700)]
    reconcile.mend(compared.differences)
    assert kinds(compare(group)) == []


def test_what_stripe_does_not_have_is_said_and_looking_again_does_no_harm(site, stripe, group, account):
    stripe.pay(site.give().headers["Location"])
    site.settle(account)
    [given] = site.donations()
    assert outside_store.add(replace(given, id=clock.new_id(), payment="pi_made_up", version=0))
    compared = compare(group)
    assert [(each.kind, each.stripe_id) for each in compared.differences] == [(Kind.NOT_THERE, "pi_made_up")]
    assert reconcile.mend(compared.differences) == 0


def test_a_shop_on_the_same_account_is_left_alone_however_much_it_sells(site, stripe, group, account, monkeypatch):
    monkeypatch.setattr(reconcile, "_PAGES", 1)
    pay(site, stripe, account)
    now = int(clock.now())
    stripe.control(sell={"account": account, "number": 250, "since": now - 260 * 60})
    before = stripe.control()["asked"]
    parts, until = [], now + 1
    while until > now - DAY:
        parts.append(reconcile.compare(group, now - DAY, until))
        until = parts[-1].since
    assert stripe.control()["asked"] - before <= 9
    assert len(parts) == 3
    assert sum(part.others for part in parts) == 250
    assert [kinds(part) for part in parts] == [[Kind.NOT_HERE], [], []]


def test_a_second_with_more_payments_than_a_part_is_compared_whole(site, stripe, group, account, monkeypatch):
    monkeypatch.setattr(reconcile, "_PAGES", 1)
    now = int(clock.now())
    for number in range(3):
        stripe.control(sell={"account": account, "number": 1, "since": now - 100 + (number == 2)})
    assert compare(group).others == 3


def test_another_group_on_the_same_account_is_none_of_ours(stripe, aws, site, group, account):
    """One installation's own account may serve several groups: their treasurers see their own payments only."""
    network.change_group(group.id, stripe={"id": "own", "ready": True})
    site.group = network.find_group(group.id, consistent=True)
    other = network.create_group(f"eve-{clock.new_id()[-12:]}", "Eve's", postal_address="2 Main St")
    accounts.use_own(other)
    eves = Site(aws, network.find_group(other.id, consistent=True), page_of(other))
    eves.email = "eve@example.com"
    since = time.time() - 1
    pay(eves, stripe, "", often="once")
    compared = reconcile.compare(site.group, since, since + DAY)
    assert (compared.theirs, kinds(compared)) == (0, [])
    assert compared.others >= 1
    assert kinds(reconcile.compare(eves.group, since, since + DAY)) == [Kind.NOT_HERE]


def test_somebody_who_labels_their_own_payment_with_nonsense_confuses_nobody(stripe, group, account):
    for label in ("x", f"{group.id}", "." * 98, f"{'0' * 32}.{'1' * 32}.{'2' * 32}"):
        params = {"amount": 700, "currency": "usd", "metadata": {"muster": label}}
        client.ask(dict, "payment_intents.create", account=account, params=params)
    compared = compare(group)
    assert (compared.theirs, kinds(compared)) == (0, [])


def test_banks_that_said_no_are_asked_about_some_at_a_time(site, stripe, group, account, monkeypatch, capsys):
    monkeypatch.setattr(reconcile, "MOST_WAITING", 2)
    for number in range(4):
        stripe.pay(site.give(amount=f"{number + 1}000").headers["Location"], "000123456789")
        site.settle(account)
    for each in site.donations()[1:]:
        stripe.do("unpaid", each.session, account)
    site.events(account)
    now = clock.now()
    asked = stripe.control()["asked"]
    part = reconcile.compare(group, now - DAY, now + DAY)
    assert stripe.control()["asked"] - asked == 3
    assert [(each.kind, each.ours) for each in part.differences] == [(Kind.WAITING, 2000)]
    assert part.unasked == 2
    agrees, said = run(group, capsys)
    assert (agrees, said.count("The donor's bank said no")) == (False, 3)
    assert run(group, capsys, mend=True)[0]
    assert (compare(group).unasked, [each.state for each in site.donations()].count("failed")) == (0, 3)


def test_labels_of_nonsense_or_of_others_find_no_recurring_donation(site, stripe, group, account):
    stripe.pay(site.give(amount="1000", often="monthly").headers["Location"])
    site.settle(account)
    [known] = recurring_store.of_person(site.person())
    real = subscriptions.find(account, known.subscription)
    other = replace(group, id="f" * 32)
    assert reconcile_recurring._ours(group, account, [real]) == {real.id: known}
    for label in (group.id, f"{group.id}..", f"{group.id}.{'1' * 32}.{'2' * 32}", f"{group.id}.a.b.c", "x"):
        assert reconcile_recurring._ours(group, account, [replace(real, metadata={"muster": label})]) == {}
    assert reconcile_recurring._ours(other, account, [real]) == {}
    assert reconcile_recurring._ours(group, "own", [real]) == {}


# Accounts of before


def test_who_connected_another_account_still_finds_what_the_old_one_got(site, stripe, group, account):
    pay(site, stripe, account, often="monthly")
    accounts.disconnect(group)
    gone = network.find_group(group.id, consistent=True)
    assert kinds(compare(gone)) == [Kind.NOT_HERE, Kind.RECURRING]
    group = connect(stripe, gone)
    new = accounts.of(group).id
    assert new != account
    assert accounts.of(group).all == (new, account)
    pay(Site(site.cloud, group, page_of(group, slug="tower")), stripe, new, amount="1000")
    compared = compare(group)
    assert {(each.kind, each.account) for each in compared.differences} == {
        (Kind.NOT_HERE, new),
        (Kind.NOT_HERE, account),
        (Kind.RECURRING, account),
    }
    assert (compared.theirs, compared.their_sums) == (2, {"USD": 3500})
    assert reconcile.mend(compared.differences) == 3
    site.work()
    compared = compare(group)
    assert (compared.ours, kinds(compared), compared.unseen) == (2, [], ())


def test_what_the_old_account_gave_back_is_mended_there_and_later(site, stripe, group, account):
    stripe.pay(site.give().headers["Location"])
    site.settle(account)
    accounts.disconnect(group)
    group = connect(stripe, group)
    stripe.do("refund", site.donations()[0].charge, account)
    site.events(account)
    compared = compare(group)
    assert [(each.kind, each.account) for each in compared.differences] == [(Kind.REFUND, account)]
    reconcile.mend_later(compared.differences)
    site.work()
    assert (kinds(compare(group)), site.donations()[0].refunded) == ([], 2500)


def test_accounts_of_a_part_all_begin_at_the_same_second(site, stripe, group, account, monkeypatch):
    """The old one had so many payments that only its latest are compared: then no more of the new one either."""
    monkeypatch.setattr(reconcile, "_PAGES", 2)
    pay(site, stripe, account)
    accounts.disconnect(group)
    group = connect(stripe, group)
    now = int(clock.now())
    stripe.control(sell={"account": accounts.of(group).id, "number": 30, "since": now - 300 * 60})
    stripe.control(sell={"account": account, "number": 150, "since": now - 160 * 60})
    parts, until = [], now + 1
    while until > now - DAY:
        parts.append(reconcile.compare(group, now - DAY, until))
        until = parts[-1].since
    assert len(parts) > 1
    assert sum(part.others for part in parts) == 180
    assert [kind for part in parts for kind in kinds(part)] == [Kind.NOT_HERE]


def test_an_account_of_before_that_is_closed_to_us_is_said_and_left_out(site, stripe, group, account, capsys):
    stripe.pay(site.give().headers["Location"])
    site.settle(account)
    network.change_group(group.id, stripe=dict(group.stripe) | {"former": ["acct_gone"]})
    group = network.find_group(group.id, consistent=True)
    compared = compare(group)
    assert (compared.ours, compared.theirs, kinds(compared), compared.unseen) == (1, 1, [], ("acct_gone",))
    agrees, said = run(group, capsys)
    assert agrees
    assert "acct_gone: the group's before, left out" in said


def test_no_account_is_forgotten_or_remembered_twice(group, account):
    def now():
        return accounts.of(network.find_group(group.id, consistent=True))

    accounts.disconnect(group)
    accounts.disconnect(group)  # pressed twice, on a screen that shows how it was
    assert (now().id, now().all) == ("", (account,))
    second = accounts.begin(group, "bob@example.org").id
    assert accounts.begin(group, "bob@example.org").id == second
    assert now().all == (second, account)
    accounts.use_own(group)
    assert now().all == ("own", second, account)
    accounts.settle(group)
    accounts.disconnect(group)
    accounts.use_own(group)
    assert now().all == ("own", second, account)


def test_stripe_that_does_not_answer_is_no_comparison(stripe, group):
    stripe.control(fail_next=[{"match": "GET /v1/charges", "how": "before", "times": 3}])
    with pytest.raises(Later):
        compare(group)


# The command


def run(group, capsys, **how):
    agrees = command.run(group.slug, f"{time.gmtime().tm_year}-{time.gmtime().tm_mon:02}", **how)
    return agrees, capsys.readouterr().out


def test_the_command_says_what_differs_and_mends_it(site, stripe, group, account, capsys):
    stripe.pay(site.give().headers["Location"])
    site.settle(account)
    pay(site, stripe, account, amount="5000")
    agrees, said = run(group, capsys)
    assert not agrees
    assert "at Stripe: 2 payments, 75 USD left" in said
    assert "here: 1 payments, 25 USD left" in said
    assert ": Missing here: here 0, at Stripe 50 USD" in said
    agrees, said = run(group, capsys, mend=True)
    assert agrees
    assert "1 of 1 looked at again." in said
    assert "everything agrees" in said


def test_a_renewal_that_was_lost_is_said_once_by_the_command(site, stripe, group, account, capsys, monkeypatch):
    monkeypatch.setattr(reconcile, "_PAGES", 1)
    stripe.pay(site.give(amount="1000", often="monthly").headers["Location"])
    site.settle(account)
    [known] = recurring_store.of_person(site.person())
    stripe.do("renew", known.subscription, account)
    site.events(account)
    stripe.control(sell={"account": account, "number": 110, "since": int(clock.now()) - 111 * 60})
    agrees, said = run(group, capsys)
    assert (agrees, said.count("Recurring donation differs"), said.count("Missing here")) == (False, 1, 1)


def test_every_kind_of_difference_has_words():
    assert set(WORDS) == set(Kind)


@pytest.mark.parametrize(("slug", "month"), [("nobody-is-here", "2026-11"), ("", "2026-13"), ("", "November")])
def test_what_cannot_be_compared_is_said_in_words(group, slug, month):
    with pytest.raises(CannotMake):
        command.run(slug or group.slug, month)


@pytest.mark.parametrize(
    ("name", "since", "until"),
    [
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2028-02", "2028-02-01", "2028-03-01"),
        ("x", "2027-01-01", "2027-02-01"),
    ],
)
def test_a_month_begins_with_its_first_second(name, since, until):
    month = months.named(name, 1_800_000_000)
    assert [time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(at)) for at in month[1:]] == [
        f"{since} 00:00:00",
        f"{until} 00:00:00",
    ]
    assert months.lately(1_800_000_000)[:2] == ["2027-01", "2026-12"]
