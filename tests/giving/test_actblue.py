"""Ada gives to Bob's group through ActBlue, which tells us with the password that Bob gave it."""

import json
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from chalice.test import Client
from giving.conftest import handled
from msgspec.structs import replace

from app import app, take_feedback
from chalicelib import clock, counters
from chalicelib.giving import donors, fec, forecast, outside, recurring_store, refund, store, sums
from chalicelib.giving.actblue import access, record, told
from chalicelib.giving.actblue.told import Kind
from chalicelib.giving.recurring import Standing
from chalicelib.network import store as network
from chalicelib.people import store as people
from chalicelib.people import subscription
from chalicelib.people.person import Subscription, person_id

ADA = "ada@example.org"


def body(**changes):
    """A contribution as ActBlue documents it; names with two parts are of `donor`, `contribution`, `lineitem`."""
    known = {
        "donor": {
            "firstname": "Ada",
            "lastname": "Lovelace",
            "addr1": "1 Engine Street",
            "city": "Boston",
            "state": "MA",
            "zip": "02139",
            "country": "United States",
            "isEligibleForExpressLane": False,
            "employerData": {"employer": "Analytical Engines", "occupation": "Engineer", "employerAddr1": None},
            "email": ADA,
            "phone": "6175550100",
        },
        "contribution": {
            "createdAt": "2026-03-05T10:00:00-05:00",
            "orderNumber": "AB100",
            "contributionForm": "spring",
            "refcodes": {"refcode": "letter-1", "refcode2": "grace"},
            "refcode": "letter-1",
            "refcode2": "grace",
            "recurringPeriod": "once",
            "recurringDuration": 1,
            "isRecurring": False,
            "status": "approved",
            "customFields": [],
        },
        "lineitems": [
            {
                "sequence": 1,
                "entityId": 77,
                "fecId": "C00000001",
                "committeeName": "Friends of the Roof",
                "amount": "25.0",
                "paidAt": "2026-03-05T10:00:02-05:00",
                "paymentId": 9,
                "lineitemId": 5001,
            }
        ],
        "form": {"name": "spring", "kind": "page"},
    }
    for name, value in changes.items():
        part, _, field = name.partition("__")
        if not field:
            known[part] = value
        elif part == "lineitem":
            known["lineitems"][0][field] = value
        else:
            known[part][field] = value
    return known


class ActBlue:
    """ActBlue as a group has set it up."""

    def __init__(self, cloud, group):
        self.cloud, self.group, self.client = cloud, group, Client(app)
        self.password = access.renew(group)

    def tell(self, order, kind="contributions", **how):
        """The status of the answer."""
        return self.ask(order, kind, **how).status_code

    def ask(self, order, kind="contributions", *, group="", password=None, user="muster", header=None, raw=None):
        named = f"{user}:{self.password if password is None else password}"
        headers = {"Content-Type": "application/json"}
        headers["Authorization"] = header if header is not None else f"Basic {b64encode(named.encode()).decode()}"
        content = raw if raw is not None else json.dumps(order).encode()
        return self.client.http.post(f"/hooks/actblue/{group or self.group.id}/{kind}", headers=headers, body=content)

    def work(self):
        self.cloud.handle("feedback", handled(take_feedback))

    def told(self, order, kind="contributions"):
        assert self.tell(order, kind) == 200
        self.work()

    def gifts(self, email=ADA):
        return store.of_person(person_id(self.group.salt, email))

    def person(self, email=ADA):
        return people.find(self.group.id, person_id(self.group.salt, email), consistent=True)

    def raised(self):
        return sums.of_group(self.group.id).get("USD", sums.Sum())


@pytest.fixture
def bob(aws):
    made = network.create_group(f"roof-{clock.new_id()[-12:]}", "Friends of the Roof")
    return network.find_group(made.id, consistent=True)


@pytest.fixture
def actblue(aws, bob):
    return ActBlue(aws, bob)


def test_a_gift_through_actblue_is_a_gift(actblue):
    actblue.told(body())
    [gift] = actblue.gifts()
    assert (gift.amount, gift.currency, gift.origin, gift.title) == (2500, "USD", "actblue", "spring")
    assert (gift.source, gift.referrer, gift.reference) == ("letter-1", "grace", "AB100/5001")
    assert gift.given_at == gift.at == datetime(2026, 3, 5, 15, 0, 2, tzinfo=UTC).timestamp()
    assert (gift.donor.employer, gift.donor.state, gift.donor.country) == ("Analytical Engines", "MA", "US")
    assert refund.refundable(gift) == 0
    assert actblue.raised()[:2] == (2500, 1)
    assert sums.of_ways(actblue.group.id, "origin")["actblue"]["USD"].kept == 2500
    assert sums.of_days(actblue.group.id, "2026-03-05", "2026-03-05")["2026-03-05"]["USD"].kept == 2500


def test_its_donor_is_known_and_gets_no_mail(actblue, aws):
    actblue.told(body(donor__email="quiet@example.org"))
    ada = actblue.person("quiet@example.org")
    assert (ada.full_name, ada.city, ada.subscription) == ("Ada Lovelace", "Boston", Subscription.OUTSIDE)
    assert (ada.gifts.highest, ada.gifts.number) == (2500, 1)
    assert counters.read(f"group#{actblue.group.id}")["people"] == 1
    assert aws.inbox("quiet@example.org") == []


def test_a_group_may_say_that_its_donors_join_and_who_left_stays_away(actblue):
    access.choose(network.find_group(actblue.group.id, consistent=True), (), joins=True)
    actblue.told(body())
    assert actblue.person().subscription == Subscription.SUBSCRIBED
    assert subscription.unsubscribe(actblue.group.id, actblue.person().id)
    actblue.told(body(contribution__orderNumber="AB101", lineitem__lineitemId=5002))
    assert actblue.person().subscription == Subscription.UNSUBSCRIBED
    assert len(actblue.gifts()) == 2


def test_who_acted_without_joining_joins_only_where_the_group_says_so(actblue):
    actblue.told(body())
    actblue.told(body())
    assert actblue.person().subscription == Subscription.OUTSIDE
    access.choose(network.find_group(actblue.group.id, consistent=True), (), joins=True)
    actblue.told(body())
    assert actblue.person().subscription == Subscription.SUBSCRIBED
    assert counters.read(f"group#{actblue.group.id}")["subscribed"] == 1


CONTRIBUTION = ("contributions", body())
BOTH = [CONTRIBUTION, ("refunds", body())]
REFUND = ("refunds", body(lineitem__refundedAt="2026-03-09T10:00:00-05:00"))


@pytest.mark.parametrize("order", [*permutations([CONTRIBUTION, REFUND, CONTRIBUTION]), [REFUND] * 3 + [CONTRIBUTION]])
def test_a_refund_may_come_first_last_and_thrice(actblue, order):
    for kind, told_of in order:
        actblue.told(told_of, kind)
    [gift] = actblue.gifts()
    assert (gift.amount, gift.refunded, gift.kept) == (2500, 2500, 0)
    assert actblue.raised() == sums.Sum(given=2500, gifts=1, back=2500)
    assert actblue.person().gifts.number == 0


def test_a_gift_that_changed_changes_the_sums_once(actblue):
    actblue.told(body())
    for _ in range(3):
        actblue.told(body(lineitem__amount="30.50"))
    assert actblue.raised() == sums.Sum(given=3050, gifts=1, once=3050)
    assert sums.median(actblue.group.id, "USD") == 3050


def test_a_donor_with_another_address_by_the_time_of_the_refund_has_not_given_twice(actblue):
    actblue.told(body())
    actblue.told(body(donor__email="ada@example.com"), "refunds")
    assert [gift.refunded for gift in actblue.gifts()] == [2500]
    assert actblue.gifts("ada@example.com") == []
    assert actblue.raised().gifts == 1


def test_the_same_news_by_many_workers_at_once_is_one_gift(actblue):
    orders = [told.read(actblue.group.id, Kind(kind), json.dumps(of).encode(), clock.now()) for kind, of in BOTH * 4]
    with ThreadPoolExecutor(8) as pool:
        failed = [error for error in pool.map(_tried, orders) if error]
    assert all(isinstance(error, record.Rivals) for error in failed)
    for order in orders[:2]:  # the queue brings again whatever failed
        record.record(order)
    assert [gift.refunded for gift in actblue.gifts()] == [2500]
    assert actblue.raised() == sums.Sum(given=2500, gifts=1, back=2500)
    assert actblue.person().gifts.number == 0


def _tried(order):
    try:
        record.record(order)
    except record.Rivals as error:
        return error


def test_line_items_are_gifts_of_their_own_and_only_those_to_ones_own_committees(actblue):
    access.choose(network.find_group(actblue.group.id, consistent=True), ("77", "C00000009"), joins=False)
    first = body()["lineitems"][0]
    others = [
        first | {"lineitemId": 5002, "entityId": 78, "fecId": "C00000009", "amount": "10"},
        first | {"lineitemId": 5003, "entityId": 79, "fecId": None, "amount": "1000.00"},
        first,  # doubled within one message
    ]
    actblue.told(body(lineitems=[first, *others]))
    assert sorted(gift.amount for gift in actblue.gifts()) == [1000, 2500]
    assert actblue.raised().given == 3500


def test_nothing_to_ones_own_committees_leaves_no_trace(actblue):
    access.choose(network.find_group(actblue.group.id, consistent=True), ("1",), joins=True)
    actblue.told(body())
    assert actblue.person() is None


def monthly(month, place=1, **more):
    usual = {
        "contribution__recurringPeriod": "monthly",
        "contribution__recurringDuration": "infinite",
        "lineitem__lineitemId": 6000 + month,
        "lineitem__sequence": place,
        "lineitem__paidAt": f"2026-{month:02}-05T10:00:02-05:00",
    }
    return body(**usual | more)


CANCELLED = ("cancellations", monthly(5, 3, lineitem__paidAt=None))
STORY = [("contributions", monthly(3)), ("contributions", monthly(4, 2)), CANCELLED]


@pytest.mark.parametrize("order", [*permutations(STORY)])
def test_a_monthly_gift_and_its_end_in_any_order(actblue, order):
    for kind, told_of in order:
        actblue.told(told_of, kind)
    assert not any(any(counts.values()) for counts in counters.read_spans(f"recurring#{actblue.group.id}", 99).values())
    gifts = actblue.gifts()
    assert (len(gifts), {gift.often for gift in gifts}, actblue.raised().again) == (2, {"monthly"}, 5000)
    [series] = recurring_store.of_person(person_id(actblue.group.salt, ADA))
    assert (series.standing, series.amount, {gift.recurring for gift in gifts}) == (Standing.ENDED, 2500, {series.id})
    assert actblue.person().gifts.recurring is False
    assert forecast.of_group(actblue.group.id) == {}


def expected(actblue, day, monkeypatch):
    """The forecast as it is on a day of 2026: how many give, and what comes of it in a year."""
    with monkeypatch.context() as then:
        then.setattr(clock, "now", lambda: datetime.fromisoformat(f"2026-{day}T12:00Z").timestamp())
        return forecast.of_group(actblue.group.id).get("USD", (0, 0, 0, ""))[:3:2]


def test_who_gives_every_month_is_known_to(actblue, monkeypatch):
    actblue.told(monthly(3, lineitem__recurringAmount="10.00"))
    assert actblue.person().gifts.recurring is True
    assert expected(actblue, "04-01", monkeypatch) == (1, 12000)
    actblue.told(monthly(4, 2, donor__email="ada@example.com"), "contributions")
    assert expected(actblue, "04-10", monkeypatch) == (1, 30000)


def test_a_refund_of_what_ended_before_the_group_was_connected_begins_nothing(actblue, monkeypatch):
    refund_of = monthly(3, lineitem__refundedAt="2026-03-09T10:00:00-05:00")
    actblue.told(refund_of, "refunds")
    assert recurring_store.of_person(person_id(actblue.group.salt, ADA)) == []
    assert (actblue.person().gifts.recurring, expected(actblue, "03-10", monkeypatch)) == (False, (0, 0))
    [gift] = actblue.gifts()
    assert (gift.kept, gift.often) == (0, "monthly")
    actblue.told(monthly(4, 2))
    actblue.told(refund_of, "refunds")
    [series] = recurring_store.of_person(person_id(actblue.group.salt, ADA))
    assert (series.standing, series.id) == (Standing.ACTIVE, gift.recurring)
    assert expected(actblue, "04-10", monkeypatch) == (1, 30000)


# Due on 5 April, or 12 March; and two periods later.
@pytest.mark.parametrize(("often", "last"), [("monthly", "06-05"), ("weekly", "03-26")])
def test_what_ended_without_a_word_leaves_the_forecast(actblue, often, last, monkeypatch):
    actblue.told(monthly(3, contribution__recurringPeriod=often))
    day = datetime.fromisoformat(f"2026-{last}").replace(tzinfo=UTC)
    assert expected(actblue, f"{day:%m-%d}", monkeypatch)[0] == 1
    assert expected(actblue, f"{day + timedelta(days=1):%m-%d}", monkeypatch) == (0, 0)


def test_each_gift_moves_it_on_and_its_end_takes_it_out(actblue, monkeypatch):
    for month in (3, 4, 5):
        actblue.told(monthly(month, month - 2))
    assert expected(actblue, "07-20", monkeypatch) == (1, 30000)
    assert expected(actblue, "08-20", monkeypatch) == (0, 0)
    actblue.told(monthly(6, 4, lineitem__paidAt=None), "cancellations")
    assert expected(actblue, "05-20", monkeypatch) == (0, 0)
    assert not any(any(counts.values()) for counts in counters.read_spans(f"recurring#{actblue.group.id}", 99).values())


def test_a_recurring_gift_with_an_end_ends_with_its_last_payment(actblue):
    actblue.told(monthly(3, contribution__recurringDuration=2))
    assert actblue.person().gifts.recurring is True
    actblue.told(monthly(4, 2, contribution__recurringDuration=2))
    assert actblue.person().gifts.recurring is False


@pytest.mark.parametrize(
    "header",
    ["", "Basic", "Basic !!!", "Bearer x", "Basic " + b64encode(b"\xff\xfe").decode(), "Basic " + "A" * 100_000],
)
def test_a_forged_header_opens_nothing(actblue, header):
    assert actblue.tell(body(), header=header) == 401
    actblue.work()
    assert actblue.gifts() == []


def test_who_may_not_tell_learns_nothing_by_trying(actblue, aws):
    other = network.create_group(f"other-{clock.new_id()[-12:]}", "Another group")
    answers = [
        actblue.ask(body(), password="guess"),
        actblue.ask(body(), password=""),
        actblue.ask(body(), user="root"),
        actblue.ask(body(), group=other.id),  # never switched on
        actblue.ask(body(), group=clock.new_id()),  # no such group
        actblue.ask(body(), group="x" * 3000),
        actblue.ask(body(), group=other.id, password="nonsense", kind="whatever"),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.body for answer in answers} == {b""}
    assert {answer.headers["WWW-Authenticate"] for answer in answers} == {'Basic realm="ActBlue", charset="UTF-8"'}


def test_one_groups_password_does_not_open_anothers_address(actblue, aws):
    charlies = ActBlue(aws, network.create_group(f"other-{clock.new_id()[-12:]}", "Another group"))
    assert actblue.tell(body(), group=charlies.group.id) == 401
    assert charlies.tell(body()) == 200
    actblue.work()
    assert actblue.gifts() == []
    assert charlies.raised().gifts == 1


def test_a_password_is_good_until_there_is_another_or_none(actblue):
    old = actblue.password
    actblue.password = access.renew(network.find_group(actblue.group.id, consistent=True))
    assert actblue.tell(body(), password=old) == 401
    assert actblue.tell(body()) == 200
    group = network.find_group(actblue.group.id, consistent=True)
    assert actblue.password not in json.dumps(dict(group.actblue))
    access.switch_off(group)
    assert actblue.tell(body()) == 401


@pytest.mark.parametrize("amount", ["1e5", "-5", "25.555", "NaN", "", "٢٥", "25.", "1,000", "0x10", "9" * 12, 25, None])
def test_what_is_no_amount_is_no_gift(actblue, amount):
    assert actblue.tell(body(lineitem__amount=amount)) == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"lineitem__paidAt": "2036-03-05T10:00:00Z"},
        {"lineitem__paidAt": "1999-03-05T10:00:00Z"},
        {"lineitem__paidAt": "2026-03-05T10:00:00"},
        {"lineitem__paidAt": "yesterday"},
        {"lineitem__paidAt": None},
        {"lineitem__lineitemId": None},
        {"lineitem__lineitemId": ""},
        {"lineitem__lineitemId": {"$ne": 1}},
        {"donor__email": "nobody"},
        {"donor__email": ["ada@example.org"]},
        {"contribution__orderNumber": "A" * 65},
        {"contribution__orderNumber": 5},
        {"lineitems": []},
        {"lineitems": [body()["lineitems"][0]] * 101},
        {"donor": None},
        {"contribution": []},
    ],
)
def test_what_actblue_does_not_send_is_not_taken_and_not_repeated(actblue, changes):
    assert actblue.tell(body(**changes)) == 400
    actblue.work()
    assert actblue.raised().gifts == 0


@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b"{", b"\xff\xfe\x00", b'{"donor": "\xff"}', b"[" * 60_000])
def test_what_is_no_json_of_theirs_is_not_taken(actblue, raw):
    assert actblue.tell(None, raw=raw) == 400


def test_twenty_megabytes_are_too_much(actblue):
    assert actblue.tell(None, raw=b" " * (20 * 1024 * 1024)) == 413
    assert actblue.tell(None, raw=b" " * (20 * 1024 * 1024), password="guess") == 401


def test_kinds_of_news_that_there_are_not(actblue):
    assert actblue.tell(body(), kind="express") == 404


def test_words_of_theirs_are_kept_short_and_plain():
    order = told.read(
        "0" * 32,
        Kind.CONTRIBUTIONS,
        json.dumps(
            body(
                donor__firstname="A\u202eda" + "x" * 500,
                contribution__refcode="a b<script>",
                contribution__recurringDuration="9" * 400,
                donor__country="Nowhere",
                donor__employerData=None,
            )
        ).encode(),
        clock.now(),
    )
    assert order.donor.given_name.startswith("A da")
    assert len(order.donor.given_name) == 120
    assert (order.source, order.payments, order.donor.country, order.donor.employer) == ("abscript", 0, "", "")


def test_a_price_of_nothing_is_no_gift(actblue):
    actblue.told(body(lineitem__amount="0.00"))
    assert actblue.person() is None


def test_for_the_fec_it_was_earmarked_and_uploads_only_count(actblue):
    actblue.told(body())
    [gift] = actblue.gifts()
    earlier = replace(gift, id="1" * 32, origin=outside.UPLOAD, given_at=gift.given_at - 86400)
    [row] = fec.rows([gift, earlier], "UTC")
    shown = dict(zip(fec.COLUMNS, row, strict=True))
    assert shown["CONTRIBUTION PURPOSE DESCRIP"] == "Earmarked through ActBlue"
    assert (shown["CONTRIBUTION AMOUNT"], shown["CONTRIBUTION AGGREGATE"]) == ("25.00", "50.00")


def test_summing_up_again_changes_nothing(actblue):
    actblue.told(body())
    before = actblue.person()
    donors.remember(actblue.group.id, before.id)
    assert actblue.person() == before
