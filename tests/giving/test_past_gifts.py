"""Bob uploads the gifts of years past: each counted once, nobody written to, no subscription changed."""

import threading
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import clock, counters, files, lambdas
from chalicelib.giving import donors, outside_store, store, sums
from chalicelib.giving.donation import Donation, Donor
from chalicelib.giving.donation import State as DonationState
from chalicelib.giving.past_gifts import columns
from chalicelib.giving.past_gifts.columns import PastGift, Reading
from chalicelib.network import store as network
from chalicelib.people import import_file, import_people, import_store
from chalicelib.people import store as people
from chalicelib.people.columns import Wrong
from chalicelib.people.import_file import Look
from chalicelib.people.import_store import Counts, Kind, State
from chalicelib.people.person import Person, Subscription, person_id

HEAD = "email,amount,date\n"
HOW = Reading(("email", "amount", "date", "currency", "often"), "USD", day_first=False, today=date(2026, 11, 28))


class Killed(BaseException):
    """The worker's process ended here."""


@pytest.fixture
def bob(aws):
    return network.create_group(f"g{clock.new_id()}", "Friends of the Roof")


@pytest.fixture
def workers(monkeypatch):
    """None is started, and none waits for a dead one."""
    monkeypatch.setattr(lambdas, "start", lambda job, payload: None)
    monkeypatch.setattr(clock, "sleep", lambda seconds: None)
    monkeypatch.setattr(import_people, "_SILENCE_SECONDS", -1)
    monkeypatch.setattr(import_file, "BATCH", 20)


def begin(group, content, **how):
    """Put the file where the browser puts it, and begin its dry run with the columns as guessed."""
    wanted = clock.new_id()
    files.put(import_file.key(group.id, wanted), content if isinstance(content, bytes) else content.encode())
    seen = import_file.look(group.id, wanted, columns.guess)
    assert isinstance(seen, Look), seen
    usual = {"kind": Kind.GIFTS, "currency": "USD", "day_first": False}
    assert import_people.start(group.id, wanted, "bob@example.org", seen.meanings, "", **usual | how)
    return wanted


def work_on(group, wanted):
    for _ in range(50):
        import_people.run(group.id, wanted)
        found = import_store.find(group.id, wanted)
        if not found.running:
            return found
    raise AssertionError("It never ends.")


def add(group, content, **how):
    """Dry run, confirmation, and adding; both passes find the same."""
    wanted = begin(group, content, **how)
    checked = work_on(group, wanted)
    assert checked.state == State.CHECKED
    assert import_people.confirm(group.id, wanted)
    done = work_on(group, wanted)
    assert (done.state, done.counts) == (State.DONE, checked.counts)
    return done


def given_by(group, email):
    return sorted(store.of_person(person_id(group.salt, email)), key=lambda gift: gift.given_at)


def known(group, email):
    return people.find(group.id, person_id(group.salt, email), consistent=True)


def raised(group, currency="USD"):
    return sums.of_group(group.id).get(currency, sums.Sum())


def test_past_gifts_are_gifts(bob, workers):
    done = add(
        bob,
        "Email;Amount;Date;Frequency;Refcode;Gift ID;Name\n"
        "Ada@example.org;$1,000.50;2024-03-05;;letter-1;R1;Ada Lovelace\n"
        "ada@example.org;25;3/9/2025;Monthly;;R2;Ada Lovelace\n"
        "josé@example.org;5;2025-01-01;;;R3;José\n",
    )
    assert done.counts == Counts(new=2, invalid=1, people=1)
    first, second = given_by(bob, "ada@example.org")
    assert (first.amount, first.origin, first.source, first.reference) == (100050, "upload", "letter-1", "R1")
    assert (second.often, second.given_at) == ("monthly", date_at(2025, 3, 9))
    ada = known(bob, "ada@example.org")
    assert (ada.full_name, ada.subscription) == ("Ada Lovelace", Subscription.OUTSIDE)
    assert (ada.gifts.highest, ada.gifts.number, ada.gifts.last, ada.gifts.recurring) == (100050, 2, 2500, False)
    assert raised(bob) == sums.Sum(given=102550, gifts=2, once=100050, again=2500)
    assert sums.of_days(bob.id, "2024-03-05", "2024-03-05")["2024-03-05"]["USD"].given == 100050
    assert sums.of_ways(bob.id, "origin")["upload"]["USD"].gifts == 2
    assert counters.read(f"group#{bob.id}") == {"people": 1}


def date_at(year, month, day):
    return PastGift("", 0, "", date(year, month, day)).at


def test_a_dry_run_adds_nothing(bob, workers):
    checked = work_on(bob, begin(bob, HEAD + "ada@example.org,25,2024-03-05\n"))
    assert checked.counts == Counts(new=1, people=1)
    assert (given_by(bob, "ada@example.org"), known(bob, "ada@example.org"), raised(bob).gifts) == ([], None, 0)


def test_the_same_file_twice_adds_nothing(bob, workers):
    content = HEAD + "ada@example.org,25,2024-03-05\n" * 3 + "grace@example.org,10,2024-03-05\n"
    assert add(bob, content).counts == Counts(new=4, people=2)
    assert add(bob, content).counts == Counts(unchanged=4)
    assert raised(bob)[:2] == (8500, 4)
    more = add(bob, content + "ada@example.org,25,2024-03-05\n")
    assert more.counts == Counts(new=1, unchanged=4)
    assert known(bob, "ada@example.org").gifts.number == 4


def test_one_reference_is_one_gift_whatever_else_is_said(bob, workers):
    head = "email,amount,date,reference\n"
    done = add(bob, head + "ada@example.org,25,2024-03-05,R1\nada@example.org,26,2024-03-05,R1\n")
    assert done.counts == Counts(new=1, repeated=1, people=1)
    assert add(bob, head + "ada@example.com,25,2024-03-05,R1\n").counts == Counts(unchanged=1, people=1)
    assert raised(bob)[:2] == (2500, 1)


def test_nobodys_subscription_or_name_is_changed(bob, workers):
    for standing in Subscription:
        who = f"{standing}@example.org"
        person = Person(id=person_id(bob.salt, who), group=bob.id, email=who, given_name="Grace", subscription=standing)
        people.upsert(person, at=1)
    before = list(people.each(bob.id))
    add(bob, "email,amount,date,name\n" + "".join(f"{each}@example.org,5,2024-03-05,Eve X\n" for each in Subscription))
    after = list(people.each(bob.id))
    assert [each.gifts.number for each in after] == [1] * len(Subscription)
    assert [(each.given_name, each.subscription, each.tags) for each in after] == [
        (each.given_name, each.subscription, each.tags) for each in before
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_files_as_people_have_them(bob, workers, encoding):
    content = "Correo;Importe;Fecha;Nombre\njose@example.org;1.000,50 €;5.3.2024;José\n".encode(encoding)
    assert add(bob, content, currency="EUR", day_first=True).counts == Counts(new=1, people=1)
    [gift] = given_by(bob, "jose@example.org")
    assert (gift.amount, gift.currency, gift.given_at) == (100050, "EUR", date_at(2024, 3, 5))
    assert known(bob, "jose@example.org").given_name == "José"


def test_bytes_that_are_no_text_cost_their_row_and_no_other(bob, workers):
    gifts = "".join(f"ada@example.org,{amount},2024-03-05\n" for amount in range(1, 41))
    content = (HEAD + gifts).encode() + b"\xff\xfe\x00,\x80,\x00\n" * 3
    assert add(bob, content).counts == Counts(new=40, invalid=3, people=1)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (("nobody", "25", "2024-03-05"), "not an email address"),
        (("", "25", "2024-03-05"), "no email address"),
        (("a@example.org", "", "2024-03-05"), "no amount"),
        (("a@example.org", "1e5", "2024-03-05"), "not an amount in USD"),
        (("a@example.org", "-5", "2024-03-05"), "not an amount in USD"),
        (("a@example.org", "(5.00)", "2024-03-05"), "not an amount in USD"),
        (("a@example.org", "NaN", "2024-03-05"), "not an amount in USD"),
        (("a@example.org", "٢٥", "2024-03-05"), "not an amount in USD"),
        (("a@example.org", "'=1+1", "2024-03-05"), "not an amount in USD"),
        (("a@example.org", "25.555", "2024-03-05"), "a thousand times"),
        (("a@example.org", "0.00", "2024-03-05"), "nothing, or too large"),
        (("a@example.org", "999999999999", "2024-03-05"), "nothing, or too large"),
        (("a@example.org", "25", ""), "no date"),
        (("a@example.org", "25", "2024-02-30"), "not a date"),
        (("a@example.org", "25", "13/13/2024"), "not a date"),
        (("a@example.org", "25", "５/3/2024"), "not a date"),
        (("a@example.org", "25", "2026-11-29"), "has not come yet"),
        (("a@example.org", "25", "9999-12-31"), "has not come yet"),
        (("a@example.org", "25", "1066-10-14"), "before 1970"),
        (("a@example.org", "25", "2024-03-05", "BTC"), "currency is not known"),
        (("a@example.org", "25", "2024-03-05", "USD", "now and then"), "How often"),
        (("a@example.org", "1", "000.00", "", ""), "not a date"),
        (("a@example.org", "1", "2024-03-05", "", "", "x"), "more values than there are columns"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_in_words(cells, words):
    row = columns.read_row(cells, HOW)
    assert isinstance(row, Wrong)
    assert words in row


@pytest.mark.parametrize(
    ("text", "day_first", "day"),
    [
        ("2024-03-05", False, date(2024, 3, 5)),
        ("2024-03-05 23:59:59 -0800", True, date(2024, 3, 5)),
        ("2024-03-05T01:02:03Z", False, date(2024, 3, 5)),
        ("2024/3/5", False, date(2024, 3, 5)),
        ("3/5/2024", False, date(2024, 3, 5)),
        ("3/5/2024 14:00", True, date(2024, 5, 3)),
        ("5.3.2024", True, date(2024, 3, 5)),
        ("29-02-2024", True, date(2024, 2, 29)),
        ("3/5/24", False, None),
        ("20240305", False, None),
    ],
)
def test_what_is_a_date(text, day_first, day):
    assert columns.read_day(text, day_first=day_first) == day


@pytest.mark.parametrize(
    ("cells", "day_first"),
    [
        (["3/5/2024", "3/25/2024"], False),
        (["3/5/2024", "25/3/2024"], True),
        (["5.3.2024"], True),
        (["2024-03-25"], False),
    ],
)
def test_whether_the_day_comes_first_is_guessed_by_what_makes_sense(cells, day_first):
    assert columns.guess_day_first([[cell] for cell in cells], 0) is day_first


@given(st.lists(st.text(max_size=30), max_size=7))
def test_no_row_breaks_anything(cells):
    row = columns.read_row(cells, HOW)
    assert isinstance(row, Wrong) or row.amount > 0


@given(st.integers(1, 10**9), st.sampled_from(["USD", "EUR", "JPY"]))
def test_amounts_as_spreadsheets_write_them_are_read_exactly(amount, currency):
    written = str(amount) if currency == "JPY" else f"{amount // 100}.{amount % 100:02}"
    row = columns.read_row(("a@example.org", written, "2024-03-05", currency), HOW)
    assert row.amount == amount


def many(count, donors_of=40):
    return HEAD + "".join(
        f"p{number % donors_of}@example.org,{number % 7 + 1}.50,2024-0{number % 9 + 1}-11\n" for number in range(count)
    )


@pytest.mark.parametrize("dies", [1, 4, 9, 14, 25])
def test_a_worker_that_dies_anywhere_loses_and_doubles_nothing(bob, workers, monkeypatch, dies):
    wanted = begin(bob, many(120))
    work_on(bob, wanted)
    import_people.confirm(bob.id, wanted)
    calls = []

    def dying(do):
        def call(*args, **how):
            calls.append(1)
            if len(calls) == dies:
                raise Killed
            return do(*args, **how)

        return call

    with monkeypatch.context() as patch:
        patch.setattr(outside_store.dynamo, "together", dying(outside_store.dynamo.together))
        patch.setattr(import_store, "change", dying(import_store.change))
        patch.setattr(donors.gift_store, "keep", dying(donors.gift_store.keep))
        with pytest.raises(Killed):
            import_people.run(bob.id, wanted)
    done = work_on(bob, wanted)
    assert done.counts == Counts(new=120, people=40)
    assert raised(bob)[:2] == (sum(number % 7 * 100 + 150 for number in range(120)), 120)
    assert {known(bob, f"p{each}@example.org").gifts.number for each in range(40)} == {3}


def test_two_uploads_at_once_count_each_gift_once(bob, workers):
    both = [begin(bob, many(100)), begin(bob, many(100))]
    for wanted in both:
        work_on(bob, wanted)
        import_people.confirm(bob.id, wanted)
    threads = [threading.Thread(target=work_on, args=(bob, wanted)) for wanted in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts = [import_store.find(bob.id, wanted).counts for wanted in both]
    assert sum(each.new for each in counts) == 100
    assert sum(each.unchanged for each in counts) == 100
    assert raised(bob).gifts == 100
    assert counters.read(f"group#{bob.id}")["people"] == 40


def one(group, number):
    day = date_at(2000 + number % 20, 1 + number % 12, 1 + number % 28)
    return Donation(
        id=f"{number:032x}",
        group=group.id,
        page="",
        person=f"{number:032x}",
        amount=number + 1,
        currency="USD",
        at=day,
        given_at=day,
        donor=Donor(email=f"p{number}@example.org"),
        state=DonationState.GIVEN,
        origin="upload",
        source=f"s{number}",
    )


def test_gifts_that_have_no_sum_in_common_are_parted_into_transactions_that_fit(bob):
    gifts = [one(bob, number) for number in range(90)]
    assert outside_store.add_all(gifts[:7]) == []
    assert outside_store.add_all(gifts) == gifts[:7]
    assert outside_store.add_all(gifts) == gifts
    assert raised(bob)[:2] == (sum(range(1, 91)), 90)
