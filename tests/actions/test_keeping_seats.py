"""Seats are never sold twice, nobody who waits is passed, and whoever asks again changes nothing."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from cloud import Cloud, answering, losing_a_reply, watching
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from chalicelib import clock
from chalicelib.actions import keep_seats, seat_store
from chalicelib.actions.seats import Pool, Room, Seat, Standing, Step, Terms, decide

SEATED, WAITING, CANCELLED, HELD = Standing


@pytest.fixture
def pool(aws: Cloud) -> Pool:
    return Pool(clock.new_id(), clock.new_id())


def somebody() -> str:
    return clock.new_id()[::-1]


def standings(pool: Pool) -> dict[Standing, list[Seat]]:
    found: dict[Standing, list[Seat]] = {standing: [] for standing in Standing}
    for seat in seat_store.each(pool):
        found[seat.standing].append(seat)
    return found


def order(pool: Pool) -> list[str]:
    return [one.holder for one in seat_store.waiting(pool)]


def is_true(pool: Pool, capacity: int) -> None:
    """What is counted is what is held, and it is not too much; the waiting list is those who wait."""
    found = standings(pool)
    assert seat_store.room(pool).taken == sum(seat.seats for seat in found[SEATED]) <= capacity
    assert sorted(order(pool)) == sorted(seat.holder for seat in found[WAITING])


@pytest.mark.parametrize("waiting_list", [True, False])
def test_five_hundred_at_once_for_a_hundred_seats(pool: Pool, waiting_list: bool) -> None:
    people, terms = [somebody() for _ in range(500)], Terms(100, waiting_list)
    with ThreadPoolExecutor(32) as crowd:
        claims = list(crowd.map(lambda person: keep_seats.claim(pool, person, 1, terms), people))
    found = standings(pool)
    assert len(found[SEATED]) == seat_store.room(pool).taken == 100
    assert len(found[WAITING]) == (400 if waiting_list else 0)
    assert sum(claim.refused == "full" for claim in claims) == (0 if waiting_list else 400)
    assert {claim.seat.holder for claim in claims if claim.seat} == {
        seat.holder for seat in found[SEATED] + found[WAITING]
    }
    is_true(pool, 100)


def test_a_hundred_give_back_at_once_and_the_first_hundred_who_wait_are_seated(pool: Pool) -> None:
    terms = Terms(40, waiting_list=True)
    people = [somebody() for _ in range(120)]
    for person in people:
        keep_seats.claim(pool, person, 1, terms)
    with ThreadPoolExecutor(16) as crowd:
        list(crowd.map(lambda person: keep_seats.give_back(pool, person, 40), people[:40]))
    found = standings(pool)
    assert {seat.holder for seat in found[SEATED]} == set(people[40:80])
    assert order(pool) == people[80:]
    assert {holder for holder, _ in seat_store.untold(pool)} == set(people[40:80])
    is_true(pool, 40)


def test_coming_going_and_changing_all_at_once(pool: Pool) -> None:
    people, terms = [somebody() for _ in range(30)], Terms(12, waiting_list=True)

    def fidget(number: int) -> None:
        chance = random.Random(number)
        for _ in range(12):
            person = chance.choice(people)
            if chance.random() < 0.4:
                keep_seats.give_back(pool, person, 12)
            else:
                keep_seats.claim(pool, person, chance.randint(1, 3), terms)

    with ThreadPoolExecutor(12) as crowd:
        list(crowd.map(fidget, range(12)))
    is_true(pool, 12)
    free = 12 - seat_store.room(pool).taken
    assert all(one.seats > free for one in seat_store.waiting(pool))


def test_asking_twice_is_asking_once(pool: Pool) -> None:
    ada, terms = somebody(), Terms(1, waiting_list=True)
    first, again = (keep_seats.claim(pool, ada, 1, terms) for _ in range(2))
    assert first.seat
    assert again.seat
    assert first.seat.claim == again.seat.claim
    is_true(pool, 1)


def test_one_person_in_ten_windows_holds_one_seat(pool: Pool) -> None:
    ada = somebody()
    with ThreadPoolExecutor(10) as windows:
        list(windows.map(lambda _: keep_seats.claim(pool, ada, 2, Terms(100)), range(10)))
    assert seat_store.room(pool).taken == 2


@pytest.mark.parametrize("operation", ["TransactWriteItems", "UpdateItem", "BatchGetItem"])
def test_an_answer_that_was_lost_takes_no_second_seat(pool: Pool, operation: str) -> None:
    ada, bea, terms = somebody(), somebody(), Terms(1, waiting_list=True)
    keep_seats.claim(pool, somebody(), 1, Terms(1))
    for person in (ada, bea):
        with losing_a_reply("dynamodb", operation):
            keep_seats.claim(pool, person, 1, terms)
    [holder] = standings(pool)[SEATED]
    with losing_a_reply("dynamodb", operation):
        keep_seats.give_back(pool, holder.holder, 1)
    assert ([seat.holder for seat in standings(pool)[SEATED]], order(pool)) == ([ada], [bea])
    is_true(pool, 1)


def test_a_claim_that_met_another_on_the_way_is_made_again(pool: Pool) -> None:
    """DynamoDB lets no two transactions at one row; the emulator does, so its answer is made up here."""
    keep_seats.claim(pool, somebody(), 1, Terms(2, waiting_list=True))
    met = {"Error": {"Code": "TransactionCanceledException", "Message": ""}}
    met["CancellationReasons"] = [{"Code": "None"}, {"Code": "TransactionConflict"}]  # type: ignore[assignment]
    with answering("dynamodb", "TransactWriteItems", met, met):
        assert keep_seats.claim(pool, somebody(), 1, Terms(2, waiting_list=True)).seat
    busy = {"Error": {"Code": "TransactionConflictException", "Message": ""}}
    with answering("dynamodb", "UpdateItem", busy):
        keep_seats.claim(pool, somebody(), 1, Terms(2, waiting_list=True))
    assert len(standings(pool)[SEATED]) == 2
    assert len(order(pool)) == 1
    is_true(pool, 2)


def test_guests_become_more_only_where_there_is_room(pool: Pool) -> None:
    ada, terms = somebody(), Terms(4)
    assert keep_seats.claim(pool, ada, 3, terms).refused == ""
    assert keep_seats.claim(pool, ada, 4, terms).refused == ""
    refused = keep_seats.claim(pool, ada, 5, terms)
    assert refused.refused == "more"
    assert refused.seat
    assert refused.seat.seats == 4
    keep_seats.claim(pool, ada, 1, terms)
    assert seat_store.room(pool).taken == 1


def test_guests_who_stay_at_home_make_room_for_the_first_who_waits(pool: Pool) -> None:
    ada, bea, terms = somebody(), somebody(), Terms(2, waiting_list=True)
    keep_seats.claim(pool, ada, 2, terms)
    keep_seats.claim(pool, bea, 1, terms)
    keep_seats.claim(pool, ada, 1, terms)
    assert {seat.holder for seat in standings(pool)[SEATED]} == {ada, bea}


def test_nobody_passes_those_who_wait_by_coming_at_the_right_moment(pool: Pool) -> None:
    """Two seats are free, three are wanted by the first; whom two are enough for, gets them in order."""
    ada, bea, cyd, terms = somebody(), somebody(), somebody(), Terms(4, waiting_list=True)
    keep_seats.claim(pool, somebody(), 2, terms)
    keep_seats.claim(pool, ada, 3, terms)
    assert keep_seats.claim(pool, bea, 2, terms).seat
    assert [seat.holder for seat in standings(pool)[WAITING]] == [ada]
    keep_seats.claim(pool, cyd, 1, terms)
    assert order(pool) == [ada, cyd]


def test_a_party_larger_than_all_seats_does_not_wait_for_ever(pool: Pool) -> None:
    assert keep_seats.claim(pool, somebody(), 5, Terms(4, waiting_list=True)).refused == "full"


def test_whoever_comes_back_stands_at_the_end(pool: Pool) -> None:
    ada, bea, terms = somebody(), somebody(), Terms(1, waiting_list=True)
    keep_seats.claim(pool, somebody(), 1, terms)
    for person in (ada, bea):
        keep_seats.claim(pool, person, 1, terms)
    keep_seats.give_back(pool, ada, 1)
    keep_seats.claim(pool, ada, 1, terms)
    assert order(pool) == [bea, ada]


def test_what_has_no_limit_meets_no_hot_row(pool: Pool) -> None:
    with watching("dynamodb", "TransactWriteItems") as asked:
        for _ in range(3):
            keep_seats.claim(pool, somebody(), 2, Terms(None))
    keys = {write["Update"]["Key"]["id"]["S"] for call in asked for write in call["TransactItems"]}
    assert len(keys) == 3
    assert seat_store.room(pool) == Room()


def test_a_limit_that_comes_later_counts_those_who_are_there(pool: Pool) -> None:
    people = [somebody() for _ in range(60)]
    for person in people:
        keep_seats.claim(pool, person, 1, Terms(None))
    assert keep_seats.claim(pool, somebody(), 1, Terms(60)).refused == "full"
    assert keep_seats.claim(pool, people[0], 1, Terms(60)).refused == ""
    keep_seats.give_back(pool, people[0], 60)
    assert keep_seats.claim(pool, somebody(), 1, Terms(60)).refused == ""
    is_true(pool, 60)


def test_without_a_limit_everybody_who_waits_is_seated(pool: Pool) -> None:
    for _ in range(4):
        keep_seats.claim(pool, somebody(), 1, Terms(1, waiting_list=True))
    keep_seats.promote(pool, None)
    assert len(standings(pool)[SEATED]) == 4
    is_true(pool, 4)


def test_a_pool_that_is_shut_takes_nobody_and_lets_go(pool: Pool) -> None:
    ada = somebody()
    keep_seats.claim(pool, ada, 1, Terms(5))
    seat_store.set_shut(pool, True)
    assert keep_seats.claim(pool, somebody(), 1, Terms(5)).refused == "shut"
    assert keep_seats.give_back(pool, ada, 5)
    seat_store.set_shut(pool, False)
    assert keep_seats.claim(pool, somebody(), 1, Terms(5)).refused == ""


def an_order(person: str, seats: int) -> Seat:
    held = Standing.HELD
    return Seat(holder=clock.new_id(), standing=held, seats=seats, at=0, claim="c", person=person, price=3000)


def test_an_order_holds_its_seats_until_they_are_its_own(pool: Pool) -> None:
    terms = Terms(3, waiting_list=True)
    order = an_order(somebody(), 2)
    for _ in range(2):
        assert keep_seats.hold(pool, order, terms).refused == ""
    assert keep_seats.hold(pool, an_order(somebody(), 2), terms).refused == "full"
    [held] = standings(pool)[HELD]
    assert (held.seats, held.whose, held.price) == (2, order.person, 3000)
    for _ in range(2):
        keep_seats.hand_over(pool, order.holder)
    assert [seat.holder for seat in standings(pool)[SEATED]] == [order.holder]
    assert keep_seats.hold(pool, order, terms).seat.standing == SEATED  # type: ignore[union-attr]
    is_true(pool, 3)


def test_a_hold_that_ends_leaves_nothing_and_seats_who_waits(pool: Pool) -> None:
    bea, order, terms = somebody(), an_order(somebody(), 2), Terms(2, waiting_list=True)
    keep_seats.hold(pool, order, terms)
    keep_seats.claim(pool, bea, 1, terms)
    for _ in range(2):
        keep_seats.give_back(pool, order.holder, 2)
    assert [seat.holder for seat in seat_store.each(pool)] == [bea]
    keep_seats.hand_over(pool, order.holder)
    is_true(pool, 2)


def test_a_hundred_orders_at_once_hold_no_seat_too_many(pool: Pool) -> None:
    orders = [an_order(somebody(), 1 + number % 3) for number in range(100)]
    with ThreadPoolExecutor(16) as crowd:
        list(crowd.map(lambda order: keep_seats.hold(pool, order, Terms(30)), orders))
        list(crowd.map(lambda order: keep_seats.hand_over(pool, order.holder), orders[::2]))
        list(crowd.map(lambda order: keep_seats.give_back(pool, order.holder, 30), orders[1::2]))
    assert standings(pool)[HELD] == []
    is_true(pool, 30)


def test_a_limit_that_comes_later_counts_what_is_held(pool: Pool) -> None:
    keep_seats.hold(pool, an_order(somebody(), 2), Terms(None))
    assert keep_seats.claim(pool, somebody(), 1, Terms(2)).refused == "full"


@pytest.mark.parametrize("operation", ["TransactWriteItems", "BatchGetItem"])
def test_an_answer_that_was_lost_holds_no_second_seat(pool: Pool, operation: str) -> None:
    order = an_order(somebody(), 1)
    for verb in (
        lambda: keep_seats.hold(pool, order, Terms(1)),
        lambda: keep_seats.give_back(pool, order.holder, 1),
        lambda: keep_seats.hold(pool, order, Terms(1)),
        lambda: keep_seats.hand_over(pool, order.holder),
    ):
        with losing_a_reply("dynamodb", operation):
            verb()
    assert seat_store.room(pool).taken == 1
    assert len(standings(pool)[SEATED]) == 1


def test_two_pools_of_a_page_do_not_meet(pool: Pool) -> None:
    balcony = pool._replace(kind="balcony")
    ada = somebody()
    assert keep_seats.claim(pool, ada, 1, Terms(1)).seat
    assert keep_seats.claim(balcony, ada, 1, Terms(1)).seat
    assert [len(standings(each)[SEATED]) for each in (pool, balcony)] == [1, 1]


def seat(standing: Standing, seats: int) -> Seat:
    counted = seats if standing == SEATED else 0
    return Seat(holder="ada", standing=standing, seats=seats, at=0, claim="c", counted=counted)


@pytest.mark.parametrize(
    ("room", "held", "wanted", "step"),
    [
        (Room(taken=3), None, 1, Step.TAKE),
        (Room(taken=4), None, 1, Step.WAIT),
        (Room(taken=3), None, 2, Step.WAIT),
        (Room(taken=3, bell=1), None, 1, Step.WAIT),
        (Room(taken=3, bell=1, calm=1), None, 1, Step.TAKE),
        (Room(taken=9), None, 1, Step.WAIT),  # the limit was lowered
        (Room(taken=9), seat(SEATED, 3), 2, Step.TAKE),
        (Room(taken=4), seat(SEATED, 1), 1, Step.KEEP),
        (Room(taken=4), seat(SEATED, 1), 2, Step.MORE),
        (Room(taken=3, bell=1), seat(SEATED, 1), 2, Step.MORE),
        (Room(taken=4), seat(WAITING, 1), 1, Step.KEEP),
        (Room(taken=0), seat(WAITING, 1), 2, Step.WAIT),
        (Room(taken=0), seat(WAITING, 1), 5, Step.MORE),
        (Room(taken=3), seat(CANCELLED, 0), 1, Step.TAKE),
        (Room(taken=4), seat(CANCELLED, 0), 1, Step.WAIT),
        (Room(shut=True), None, 1, Step.SHUT),
    ],
)
def test_what_becomes_of_a_wish(room: Room, held: Seat | None, wanted: int, step: Step) -> None:
    assert decide(room, held, wanted, Terms(4, waiting_list=True)) == step
    without = decide(room, held, wanted, Terms(4))
    assert without == (Step.FULL if step == Step.WAIT and (held is None or held.standing != WAITING) else step)


class Town(RuleBasedStateMachine):
    """Eight people come, go and change their minds; beside it, a list on paper."""

    @initialize(capacity=st.integers(0, 6), waiting_list=st.booleans())
    def open(self, capacity: int, waiting_list: bool) -> None:
        self.pool, self.terms = Pool(clock.new_id(), clock.new_id()), Terms(capacity, waiting_list)
        self.people = [somebody() for _ in range(8)]
        self.seated: dict[str, int] = {}
        self.line: dict[str, int] = {}

    @rule(who=st.integers(0, 7), seats=st.integers(1, 3))
    def claim(self, who: int, seats: int) -> None:
        person, capacity = self.people[who], self.terms.capacity or 0
        free = capacity - sum(self.seated.values())
        claimed = keep_seats.claim(self.pool, person, seats, self.terms)
        if person in self.line:
            if seats <= capacity:
                self.line[person] = seats
            else:
                assert claimed.refused in ("more", "")  # "": they asked for what they have
        elif person in self.seated:
            more = seats - self.seated[person]
            if more <= 0 or (more <= free and not self.line):
                self.seated[person] = seats
            else:
                assert claimed.refused == "more"
        elif seats <= free and not self.line:
            self.seated[person] = seats
        elif self.terms.waiting_list and seats <= capacity:
            self.line[person] = seats
        else:
            assert claimed.refused == "full"
        self.move_up()

    @rule(who=st.integers(0, 7))
    def give_back(self, who: int) -> None:
        keep_seats.give_back(self.pool, self.people[who], self.terms.capacity)
        self.seated.pop(self.people[who], None)
        self.line.pop(self.people[who], None)
        self.move_up()

    @rule(capacity=st.integers(0, 6))
    def change_the_limit(self, capacity: int) -> None:
        self.terms = self.terms._replace(capacity=capacity)
        keep_seats.promote(self.pool, capacity)
        self.move_up()

    def move_up(self) -> None:
        while True:
            free = (self.terms.capacity or 0) - sum(self.seated.values())
            first = next((person for person, seats in self.line.items() if seats <= free), None)
            if first is None:
                return
            self.seated[first] = self.line.pop(first)

    @invariant()
    def it_is_as_on_paper(self) -> None:
        if not hasattr(self, "pool"):
            return
        found = standings(self.pool)
        assert {seat.holder: seat.seats for seat in found[SEATED]} == self.seated
        assert [(one.holder, one.seats) for one in seat_store.waiting(self.pool)] == list(self.line.items())
        assert seat_store.room(self.pool).taken == sum(self.seated.values())


def test_whatever_happens_it_is_as_on_paper(aws: Cloud) -> None:
    checks = list(HealthCheck)
    run_state_machine_as_test(
        Town, settings=settings(max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=checks)
    )
