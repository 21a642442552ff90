"""The promise under attack: nobody lost, nobody twice, whatever breaks. `make simulate` runs more of the same."""

import os
import subprocess
import sys

import pytest

from simulation import explore, install, runner
from simulation.guards import taken_away
from simulation.mutations import GIVING, SENDING
from simulation.scenarios import SCENARIOS

# As many as take a few seconds each.
_SEEDS = {"sending": 100, "signing": 80, "trying": 40, "together": 30, "zones": 40, "giving": 120}


@pytest.fixture(scope="module")
def wire():
    with install.installed() as installed:
        yield installed


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nobody_is_lost_or_written_to_twice_in_any_history(wire, scenario):
    for seed in range(_SEEDS[scenario]):
        outcome = runner.one(wire, scenario, seed)
        assert outcome.violations == [], "\n".join([f"{scenario} {seed}", *outcome.world.history.lines()])


def test_nor_with_any_fault_at_any_place_of_a_small_send(wire):
    explorer = explore.Explorer(wire)
    assert explorer.explore(1) > 150
    assert [found.violations for found in explorer.found] == []


def test_nor_with_any_two_deaths_or_lost_answers(wire):
    explorer = explore.Explorer(wire, kinds=("killed before", "killed after", "reply cut"))
    assert explorer.explore(2) > 3000
    assert [found.violations for found in explorer.found] == []


@pytest.mark.parametrize(
    ("small", "kinds", "least"),
    [(explore.GIFT, None, 300), (explore.MONTHLY, ("killed before", "killed after"), 70)],
)
def test_a_gift_is_taken_once_and_written_down_once_with_any_fault_at_any_place(wire, small, kinds, least):
    explorer = explore.Explorer(wire, kinds=kinds, small=small)
    assert explorer.explore(1) > least
    assert [found.violations for found in explorer.found] == []


def test_a_seed_is_one_history(wire):
    for scenario in ("sending", "giving"):
        first, again = (runner.one(wire, scenario, 11).world.history.lines() for _ in range(2))
        assert first == again


def test_whatever_else_is_different_about_the_process():
    prints = {_print_of(hash_seed) for hash_seed in ("0", "4711")}
    assert len(prints) == 1


def test_every_guard_that_the_mutations_take_away_is_there():
    for guard in SENDING.guards + GIVING.guards:
        with taken_away(guard):
            pass


def _print_of(hash_seed: str) -> str:
    code = (
        "from simulation import install, runner\n"
        "from simulation.scenarios import SCENARIOS\n"
        "with install.installed() as wire:\n"
        "    prints = [runner.one(wire, name, seed).world.history.print for name in SCENARIOS for seed in range(3)]\n"
        "print(prints)"
    )
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    ).stdout
