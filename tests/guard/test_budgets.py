"""Who comes often is noticed, also when many Lambdas each see a little of it; who does not costs no write."""

import pytest
from cloud import answering, losing_a_reply, watching
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import clock, config
from chalicelib.guard import budget_store, budgets
from chalicelib.guard.budgets import ADDRESS, FLOODING_NETWORK, Budget


@pytest.fixture
def fresh(aws, monkeypatch):
    """A process that has counted nothing, at a moment when no window ends."""
    moment = clock.now() // 3600 * 3600 + 60
    monkeypatch.setattr(clock, "now", lambda: moment)
    budgets.forget()
    yield clock.new_id()
    budgets.forget()


def test_whoever_comes_a_few_times_costs_no_write(fresh):
    with watching("dynamodb", "UpdateItem") as asked:
        assert [budgets.count(FLOODING_NETWORK, fresh) for _ in range(9)] == list(range(1, 10))
    assert asked == []


def test_many_in_one_process_are_counted_in_steps(fresh):
    with watching("dynamodb", "UpdateItem") as asked:
        assert [budgets.count(FLOODING_NETWORK, fresh) for _ in range(35)][-1] == 35
    assert len(asked) == 3


def test_many_processes_see_a_flood_together(fresh):
    """Twenty Lambdas, none of which sees more than 40."""
    seen = 0
    for _ in range(20):
        budgets.forget()
        seen = [budgets.count(FLOODING_NETWORK, fresh) for _ in range(40)][-1]
    assert seen > FLOODING_NETWORK.most


def test_what_is_far_over_budget_is_not_counted_any_further(fresh):
    for _ in range(20):
        budgets.count(ADDRESS, fresh)
    with watching("dynamodb", "UpdateItem") as asked:
        assert budgets.count(ADDRESS, fresh) > ADDRESS.most
    assert asked == []


def test_a_new_window_begins_at_nothing(fresh, monkeypatch):
    for _ in range(20):
        budgets.count(ADDRESS, fresh)
    later = clock.now() + ADDRESS.seconds
    monkeypatch.setattr(clock, "now", lambda: later)
    assert budgets.count(ADDRESS, fresh) == 1


def test_a_lost_answer_may_count_twice_and_loses_nothing(fresh):
    with losing_a_reply("dynamodb", "UpdateItem"):
        assert [budgets.count(ADDRESS, fresh) for _ in range(3)][-1] in (3, 6)


def test_when_nothing_can_be_counted_the_process_counts_alone(fresh):
    broken = {"Error": {"Code": "ResourceNotFoundException", "Message": "no such table"}}
    with answering("dynamodb", "UpdateItem", *[broken] * 20):
        assert [budgets.count(ADDRESS, fresh) for _ in range(5)] == [1, 2, 3, 4, 5]


def test_the_table_names_nobody_and_forgets(fresh, aws):
    budget_store.add("address\0ada@example.org", 1, clock.now() + 60)
    scanned = aws.stack.client("dynamodb").scan(TableName=config.table_name("guard"))["Items"]
    counts = [row for row in scanned if "n" in row]
    assert counts
    assert "ada@" not in str(counts)
    assert all("x" in row for row in counts)


def test_links_go_out_on_three_days_until_one_is_used(fresh):
    asked = [budget_store.may_ask(fresh, day, 3) for day in (1, 1, 2, 3, 4, 3, 5)]
    assert asked == [True, True, True, True, False, True, False]
    budget_store.link_used(fresh)
    assert budget_store.may_ask(fresh, 5, 3)


def test_memory_has_an_end(fresh, monkeypatch):
    monkeypatch.setattr(budgets, "_MOST_KEPT", 50)
    for number in range(500):
        budgets.count(FLOODING_NETWORK, f"{fresh}{number}")
    assert len(budgets._counts) <= 50


@given(steps=st.lists(st.integers(0, 2), max_size=60), alone=st.integers(1, 7))
def test_what_processes_know_together_is_never_too_much_and_lacks_little(steps, alone):
    """Three processes take turns as they like; the table is one number."""
    table, budget, kept = {}, Budget("test", 3600, 1_000, alone), {0: {}, 1: {}, 2: {}}

    def add(what, count, ends):
        table[what] = table.get(what, 0) + count
        return table[what]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(budget_store, "add", add)
        patch.setattr(clock, "now", lambda: 1_790_000_000.0)
        for done, process in enumerate(steps, start=1):
            patch.setattr(budgets, "_counts", kept[process])
            seen = budgets.count(budget, "ada")
            assert seen <= done
            assert sum(table.values()) > done - 3 * alone
