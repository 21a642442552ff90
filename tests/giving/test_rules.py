"""Rules of giving: months, medians, forecasts, what a person gave, and sums that are what rows say."""

import pytest
from giving.gifts import DAY, NOW, at, gift
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.giving import countries, donors, forecast, monthly, recurring, store, sums
from chalicelib.giving.donation import Dispute, Often, Payment, State, news, settled, tally
from chalicelib.giving.recurring import Recurring, Standing, Subscribed
from chalicelib.giving.stripe_gateway import intervals

# Months


@pytest.mark.parametrize(
    ("given_at", "next_"),
    [
        ("2027-01-15T10:20:30", "2027-02-15T10:20:30"),
        ("2027-01-31T23:59:59", "2027-02-28T23:59:59"),
        ("2028-01-31T00:00:00", "2028-02-29T00:00:00"),
        ("2027-12-31T12:00:00", "2028-01-31T12:00:00"),
        ("2027-02-28T12:00:00", "2027-03-28T12:00:00"),
    ],
)
def test_a_month_later_is_the_same_day_or_that_months_last(given_at, next_):
    assert monthly.next_month(at(given_at), at(given_at)) == at(next_)


@pytest.mark.parametrize(
    ("now", "next_"),
    [
        ("2027-02-28T11:59", "2027-02-28T12:00"),
        ("2027-02-28T12:00", "2027-03-31T12:00"),
        ("2028-04-01", "2028-04-30T12:00"),
    ],
)
def test_who_decides_after_months_begins_with_the_next_that_is_to_come(now, next_):
    assert monthly.next_month(at("2027-01-31T12:00"), at(now)) == at(next_)


def test_what_was_given_on_the_31st_and_made_monthly_on_the_28th_of_february_waits_no_longer_than_a_month():
    given_at, now = at("2027-01-31T12:00"), at("2027-02-28T13:00")
    assert monthly.first_at(given_at, now, now + 3600) == at("2027-03-28T13:00")


@given(st.integers(0, 4 * 10**9), st.integers(0, 400 * DAY))
def test_it_is_taken_first_once_the_page_is_over_and_within_a_month(given_at, later):
    begun_at = given_at + later
    assert begun_at + 3600 < monthly.first_at(given_at, begun_at, begun_at + 3600) <= begun_at + 31 * DAY


@given(st.integers(0, 4 * 10**9))
def test_the_next_month_is_28_to_31_days_away(moment):
    assert 28 * DAY <= monthly.next_month(moment, moment) - moment <= 31 * DAY


# Medians and forecasts


@pytest.mark.parametrize(
    ("sizes", "median"),
    [
        ([], 0),
        ([(5, 1)], 5),
        ([(5, 1), (10, 1)], 7),
        ([(10, 1), (5, 2)], 5),
        ([(1, 2), (100, 2)], 50),
        ([(3, 10**9)], 3),
    ],
)
def test_the_median(sizes, median):
    assert sums.middle(sizes) == median


@given(st.lists(st.integers(1, 500), min_size=1, max_size=40))
def test_half_of_the_gifts_do_not_exceed_the_median(amounts):
    median = sums.middle((amount, amounts.count(amount)) for amount in set(amounts))
    assert sum(amount <= median for amount in amounts) * 2 >= len(amounts) - 1
    assert sum(amount >= median for amount in amounts) * 2 >= len(amounts)


@pytest.mark.parametrize(
    ("amount", "size"),
    [
        *((amount, amount) for amount in (1, 50, 99, 100, 500, 950, 1000, 1250, 2700, 12500, 10**6)),
        *((333, 335), (3333, 3350), (102, 100), (997, 995), (998, 1000), (12345, 12500), (12249, 12000)),
    ],
)
def test_usual_amounts_are_counted_as_they_are_and_others_as_the_nearest(amount, size):
    assert sums.size(amount) == size


def test_a_counters_row_has_room_for_all_amounts_that_there_can_be():
    """Uploads and ActBlue tell eleven digits at the most; DynamoDB takes 400 KB. A count has six bytes and less."""
    sizes = set(range(1, 100))
    for digits in range(3, 12):
        step = 5 * 10 ** (digits - 3)
        sizes |= {sums.size(amount) for amount in range(10 ** (digits - 1), 10**digits, step)}
    assert {sums.size(size) for size in sizes} == sizes
    assert len(sizes) < 1900
    assert sum(len(str(size)) + 6 for size in sizes) < 32_000


def test_whatever_people_type_a_counter_has_few_sizes():
    counted = [store._sums(None, gift(amount=amount)) for amount in range(1, 45_000)]
    names = {name for each in counted for about, _, counts in each if about.startswith("sizes#") for name in counts}
    assert len(names) < 600


@given(st.integers(1, 10**11 - 1))
def test_a_size_is_one_of_few_and_near_the_amount(amount):
    size = sums.size(amount)
    assert abs(size - amount) * 40 <= amount
    assert len(str(size).rstrip("0")) <= 2 or str(size).rstrip("0")[2:] == "5"


@given(st.lists(st.integers(1, 10**11 - 1) | st.integers(1, 20_000), min_size=1, max_size=60))
def test_a_median_of_sizes_is_near_that_of_the_amounts(amounts):
    exact = sums.middle((amount, amounts.count(amount)) for amount in set(amounts))
    told = sums.middle((sums.size(amount), 1) for amount in amounts)
    assert abs(told - exact) <= exact / 40 + 1


def test_sums_are_read_by_currency_and_strange_counters_are_left_out():
    counts = {"USD_given": 500, "USD_gifts": 2, "USD_back": 100, "JPY_given": 7, "JPY_gifts": 1, "XXX_given": 1}
    found = sums.by_currency(counts | {"USD_what": 1, "USD": 1, "": 1})
    assert {currency: (each.kept, each.mean) for currency, each in found.items()} == {"USD": (400, 250), "JPY": (7, 7)}
    assert sums.Sum().written("USD") == {}


def monthly_gift(**words):
    known = {"id": "d", "group": "a", "page": "b", "person": "c", "account": "own", "subscription": "sub_1"}
    known |= {"customer": "cus_1", "amount": 1000, "currency": "USD", "often": Often.MONTHLY, "since": NOW}
    return Recurring(**known | words)


@pytest.mark.parametrize(
    ("often", "yearly"), [("weekly", 52000), ("monthly", 12000), ("quarterly", 4000), ("yearly", 1000)]
)
def test_what_a_year_brings(often, yearly):
    counts = recurring.tally(monthly_gift(often=Often(often)))
    assert monthly_gift(often=Often(often)).yearly == yearly
    assert forecast._of(counts, "USD")[:3] == (1, 0, yearly)


@pytest.mark.parametrize(
    ("standing", "number", "paused"), [("active", 1, 0), ("failing", 1, 0), ("paused", 0, 1), ("ended", 0, 0)]
)
def test_who_is_counted(standing, number, paused):
    told = forecast._of(recurring.tally(monthly_gift(standing=Standing(standing))), "USD")
    assert (told.number, told.paused, told.yearly) == (number, paused, 12000 * number)


@given(
    st.lists(
        st.tuples(st.sampled_from(list(Standing)), st.integers(100, 10**6), st.sampled_from(list(recurring.PER_YEAR))),
        min_size=1,
        max_size=12,
    )
)
def test_changes_one_by_one_end_in_the_forecast_of_the_last(changes):
    counts, before = {}, None
    for standing, amount, often in changes:
        after = monthly_gift(standing=standing, amount=amount, often=often)
        for name, count in recurring.tally(after).items():
            counts[name] = counts.get(name, 0) + count
        for name, count in recurring.tally(before).items():
            counts[name] = counts.get(name, 0) - count
        before = after
    assert {name: count for name, count in counts.items() if count} == dict(recurring.tally(before))


def test_a_recurring_donation_is_as_stripe_told_it_last():
    now = Subscribed(id="sub_1", customer="cus_2", amount=5, often=Often.YEARLY, standing=Standing.PAUSED, next_at=9)
    told = recurring.as_told(monthly_gift(card="4242", asked=3, version=8), now)
    assert (told.customer, told.amount, told.often, told.standing, told.next_at) == ("cus_2", 5, "yearly", "paused", 9)
    assert (told.card, told.asked, told.version, told.id) == ("4242", 3, 8, "d")
    assert recurring.begun(gift(at=5), now).since == 5


@pytest.mark.parametrize("often", list(recurring.PER_YEAR))
def test_how_often_is_read_back_from_stripes_words(often):
    told = intervals.of(often)
    assert intervals.read(told["interval"], told["interval_count"]) == often


@pytest.mark.parametrize(
    ("interval", "often"),
    [(("day", 1), "weekly"), (("month", 6), "monthly"), (("year", 3), "yearly"), (("?", 1), "yearly")],
)
def test_what_we_do_not_offer_is_the_nearest_that_we_have(interval, often):
    assert intervals.read(*interval) == often


# What a person gave


def test_only_what_is_left_in_the_currency_of_the_last_gift_is_summed():
    given_ = [
        gift(amount=9000, currency="JPY", given_at=NOW - 9),
        gift(amount=5000, given_at=NOW - 5, version=2),
        gift(amount=4000, refunded=1000, given_at=NOW, version=1),
        gift(amount=99999, refunded=99999, given_at=NOW + 1),
        gift(amount=88888, dispute=Dispute.LOST, given_at=NOW + 2),
        gift(amount=77777, state=State.STARTED, given_at=0),
    ]
    found = donors.summed(given_, [monthly_gift(version=1)])
    assert (found.currency, found.highest, found.total, found.number, found.last) == ("USD", 5000, 8000, 2, 3000)
    assert (found.last_at, found.recurring, found.version) == (NOW, True, 11)


def test_who_gave_nothing_has_sums_of_nothing():
    assert (donors.summed([]).number, donors.summed([]).currency, donors.summed([]).version) == (0, "", 0)


@given(st.permutations([gift(amount=n, given_at=NOW + n, version=n) for n in range(1, 6)]))
def test_the_order_of_rows_does_not_matter(rows):
    assert donors.summed(rows) == donors.summed(sorted(rows, key=lambda each: each.given_at))


# Countries


@pytest.mark.parametrize("language", ["en", "es", "de"])
def test_countries_are_named_in_the_order_of_their_names(language):
    named = countries.names(language)
    assert {code for code, _ in named} == countries.codes()
    assert all(len(code) == 2 and code.isupper() and name for code, name in named)
    assert len(named) > 240


def test_accents_do_not_send_a_country_to_the_end():
    spanish = [name for _, name in countries.names("es")]
    assert spanish.index("Egipto") < spanish.index("Etiopía") < spanish.index("Francia")
    assert spanish[-1].startswith("Z")


# Sums and rows


@pytest.mark.parametrize(
    ("dispute", "disputed", "refunded", "kept"),
    [
        (Dispute.NONE, 0, 500, 2000),
        (Dispute.OPEN, 1000, 500, 1000),
        (Dispute.LOST, 1000, 0, 1500),
        (Dispute.LOST, 2500, 500, 0),
        (Dispute.WON, 0, 500, 2000),
        # Written before parts were known: all of it.
        (Dispute.OPEN, 0, 500, 0),
    ],
)
def test_what_is_left_of_a_gift_that_a_bank_disputes(dispute, disputed, refunded, kept):
    assert gift(dispute=dispute, disputed=disputed, refunded=refunded).kept == kept


payments_states = st.builds(
    dict,
    state=st.sampled_from([State.STARTED, State.PROCESSING, State.GIVEN, State.FAILED]),
    amount=st.integers(50, 10**7),
    refunded=st.integers(0, 50),
    fee=st.integers(0, 40),
    dispute=st.sampled_from(list(Dispute)),
    disputed=st.integers(0, 10**7),
    declined=st.sampled_from(["", "card_declined"]),
)


@given(st.lists(payments_states, max_size=12), st.sampled_from([Often.ONCE, Often.MONTHLY]))
def test_payments_in_any_order_end_in_sums_that_are_the_last_rows(told, often):
    row = gift(state=State.STARTED, given_at=0, often=often)
    counts, was_given = {}, False
    for words in told:
        paid = Payment(id="pi_1", currency="USD", at=NOW if words["state"] == State.GIVEN else 0, **words)
        after = settled(row, paid)
        for name, count in news(row, after).items():
            counts[name] = counts.get(name, 0) + count
        row, was_given = after, was_given or words["state"] == State.GIVEN
        assert row.is_given == was_given
        assert bool(row.given_at) == was_given
    assert {name: count for name, count in counts.items() if count} == {
        name: count for name, count in tally(row).items() if count
    }


def test_the_same_news_twice_is_no_news():
    assert news(gift(), gift()) == {}
    assert news(gift(), replace(gift(), refunded=2500)) == {"USD_back": 2500, "USD_once": -2500}
