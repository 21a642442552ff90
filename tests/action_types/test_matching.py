"""Who fits whom when people need help."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.action_types.aid.matching import MOST_FITTING, Reply, distance_km, fitting, reply_of

NEED = Reply("ada", 1, frozenset(("Food", "Transport")), frozenset(), "02139")


def gives(person: str, *kinds: str, zip_code: str = "", at: float = 2) -> Reply:
    return Reply(person, at, frozenset(), frozenset(kinds), zip_code)


def names(*offers: Reply) -> list[str]:
    return [fit.reply.person for fit in fitting(NEED, offers)]


def test_the_same_kind_of_help_comes_first_and_then_the_shortest_way() -> None:
    far, near = gives("far", "Food", zip_code="90210"), gives("near", "Food", zip_code="02140")
    both = gives("both", "Food", "Transport", zip_code="90210")
    assert names(far, near, both) == ["both", "near", "far"]


def test_whoever_came_first_of_two_alike() -> None:
    assert names(gives("later", "Food", at=5), gives("sooner", "Food", at=4)) == ["sooner", "later"]


def test_nobody_helps_themselves_or_with_something_else() -> None:
    assert names(gives("ada", "Food"), gives("grace", "Childcare")) == []


@pytest.mark.parametrize(
    ("here", "there", "km"), [("02139", "02139", 0), ("02139", "90210", 4180), ("02139-1234", "02140", 2)]
)
def test_how_far_it_is(here: str, there: str, km: int) -> None:
    assert distance_km(here, there) == pytest.approx(km, abs=15)


@pytest.mark.parametrize("unknown", ["", "x", "00000", "٠٢١٣٩", "0213", "K1A 0B1"])
def test_a_place_that_is_not_known(unknown: str) -> None:
    assert distance_km(unknown, "02139") is None


KINDS = st.frozensets(st.sampled_from(["Food", "Transport", "Childcare"]))


@given(st.lists(st.tuples(KINDS, st.sampled_from(["02139", "90210", ""])), max_size=20))
def test_nobody_who_fits_better_is_left_out(offers: list[tuple[frozenset[str], str]]) -> None:
    replies = [Reply(f"p{number}", number, frozenset(), kinds, place) for number, (kinds, place) in enumerate(offers)]
    fits = fitting(NEED, replies)
    assert len(fits) == min(MOST_FITTING, sum(bool(NEED.needs & reply.gives) for reply in replies))
    worst = min((len(fit.shared) for fit in fits), default=0)
    left = [reply for reply in replies if reply.person not in {fit.reply.person for fit in fits}]
    assert all(len(NEED.needs & reply.gives) <= worst for reply in left)


def test_an_answer_that_says_nothing() -> None:
    assert reply_of("ada", 1, {}) == Reply("ada", 1, frozenset(), frozenset())
