"""A puzzle is solved once, for one page, by one person; whatever else is sent in its place is no solution."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor

import altcha
import pytest
from cloud import losing_a_reply
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import clock
from chalicelib.guard import proof_of_work
from chalicelib.guard.proof_of_work import GOOD_SECONDS

PAGE, OTHER = "a" * 32, "b" * 32


@pytest.fixture
def easy(aws, monkeypatch):
    """Puzzles that a test solves at once."""
    monkeypatch.setattr(proof_of_work, "_COST", 10)


def solve(challenge):
    """As `proof.js` does."""
    puzzle = altcha.Challenge.from_dict(json.loads(challenge))
    return altcha.Payload(puzzle, altcha.solve_challenge(puzzle)).to_base64()


@pytest.fixture
def solution(easy):
    return solve(proof_of_work.challenge(PAGE, clock.now()))


def test_a_solved_puzzle_lets_ada_through_also_when_she_sends_it_twice(solution):
    assert proof_of_work.solved(PAGE, "ada", solution)
    assert proof_of_work.solved(PAGE, "ada", solution)


def test_nobody_else_can_use_what_ada_solved(solution):
    assert proof_of_work.solved(PAGE, "ada", solution)
    assert not proof_of_work.solved(PAGE, "bob", solution)


def test_of_fifty_who_use_one_solution_at_once_one_is_let_through(solution):
    with ThreadPoolExecutor(8) as pool:
        let = list(pool.map(lambda who: proof_of_work.solved(PAGE, f"person {who}", solution), range(50)))
    assert let.count(True) == 1


def test_a_lost_answer_does_not_turn_ada_away(solution):
    with losing_a_reply("dynamodb", "PutItem"):
        assert proof_of_work.solved(PAGE, "ada", solution)


def test_a_solution_is_no_good_on_another_page(solution):
    assert not proof_of_work.solved(OTHER, "ada", solution)


def test_a_puzzle_gets_too_old(easy):
    old = solve(proof_of_work.challenge(PAGE, clock.now() - GOOD_SECONDS - 5))
    assert not proof_of_work.solved(PAGE, "ada", old)


def changed(solution, *path, to):
    read = json.loads(base64.b64decode(solution))
    part = read
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = to
    return base64.b64encode(json.dumps(read).encode()).decode()


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("challenge", "parameters", "cost"), 1),
        (("challenge", "parameters", "keyPrefix"), "00"),
        (("challenge", "parameters", "expiresAt"), 4_000_000_000),
        (("challenge", "parameters", "expiresAt"), None),
        (("challenge", "parameters", "data"), {"page": OTHER}),
        (("challenge", "parameters"), []),
        (("challenge", "signature"), ""),
        (("challenge", "signature"), None),
        (("challenge", "signature"), "00" * 32),
        (("challenge",), "challenge"),
        (("solution", "derivedKey"), "00" * 32),
        (("solution", "derivedKey"), None),
        (("solution",), {}),
        (("solution",), 1),
    ],
)
def test_nothing_of_a_solution_can_be_changed(solution, path, to):
    page = OTHER if to == {"page": OTHER} else PAGE
    assert not proof_of_work.solved(page, "ada", changed(solution, *path, to=to))


HOSTILE = ["", "%", "e30=", "W10=", "bnVsbA==", "Ijwi", base64.b64encode(b"[" * 900).decode(), "A" * 100_000, "é", "\0"]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_is_no_solution_is_none(easy, hostile):
    assert not proof_of_work.solved(PAGE, "ada", hostile)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    read=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["challenge", "solution", "parameters", "signature", "counter"]), inner)
        ),
        max_leaves=12,
    )
)
def test_whatever_is_sent_as_a_solution_breaks_nothing(easy, read):
    assert not proof_of_work.solved(PAGE, "ada", base64.b64encode(json.dumps(read).encode()).decode())
