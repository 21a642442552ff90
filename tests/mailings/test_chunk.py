"""Facts about a chunk: adding them twice, or in any order, ends the same."""

from collections import Counter
from functools import reduce

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.mailings.chunk import Chunk, Outcome

PLACES = st.integers(0, 9)
SOME = st.frozensets(PLACES, max_size=4)
WHY = st.dictionaries(PLACES, st.just("because"), max_size=3)
OUTCOMES = st.builds(
    Outcome,
    sent=SOME,
    refused=WHY,
    suppressed=WHY,
    unknown=SOME,
    delivered=SOME,
    bounced=WHY,
    complained=SOME,
    opened=SOME,
)
EMPTY = Chunk(run="m.1", number=0, size=10, file=0, start=0, length=1)


def added(chunk, outcome):
    """What the row holds after the facts were added."""
    both = {}
    for name in ("sent", "unknown", "delivered", "complained", "opened"):
        both[name] = getattr(chunk, name) | getattr(outcome, name)
    for name in ("refused", "suppressed", "bounced"):
        both[name] = {**getattr(chunk, name), **getattr(outcome, name)}
    return msgspec.structs.replace(chunk, **both)


@given(st.lists(OUTCOMES, max_size=5))
def test_everyone_meets_one_end_or_is_open(outcomes):
    chunk = reduce(added, outcomes, EMPTY)
    ends = chunk.ends()
    met = [place for places in ends.values() for place in places]
    assert len(met) == len(set(met))
    assert set(met) | set(chunk.open) == set(range(10))
    assert not set(met) & set(chunk.open)


@given(st.lists(OUTCOMES, max_size=5), st.randoms())
def test_order_and_repetition_do_not_matter(outcomes, chance):
    shuffled = outcomes * 2
    chance.shuffle(shuffled)
    assert reduce(added, shuffled, EMPTY).ends() == reduce(added, outcomes, EMPTY).ends()


@given(st.lists(OUTCOMES, max_size=5))
def test_the_numbers_are_those_of_the_rows(outcomes):
    chunk, numbers = EMPTY, Counter()
    for outcome in outcomes:
        numbers.update(outcome.news(chunk))
        chunk = added(chunk, outcome)
    told = {end: len(places) for end, places in chunk.ends().items()}
    told |= {name: len(getattr(chunk, name)) for name in ("delivered", "bounced", "complained", "opened")}
    assert {name: numbers[name] for name in told} == told


@given(OUTCOMES, OUTCOMES)
def test_news_counts_only_what_was_not_known(first, second):
    before = added(EMPTY, first)
    assert second.news(added(before, second)).get("delivered", 0) == 0
    assert second.news(before).get("delivered", 0) == len(second.delivered - first.delivered)
