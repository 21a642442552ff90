"""`python -m simulation`: every placement of a few faults, then so many histories by seed, then a line of totals."""

import argparse
import sys
import time

from simulation import explore, install, runner
from simulation.scenarios import SCENARIOS

_SMALL = {"sending": (explore.SEND,), "giving": (explore.GIFT, explore.MONTHLY)}


def main() -> int:
    asked = _asked()
    scenarios = [asked.only] if asked.only else list(SCENARIOS)
    if asked.replay:
        return _replay(scenarios[0], asked.first)
    placed = _SMALL.get(asked.only, ()) if asked.only else (explore.SEND, explore.GIFT, explore.MONTHLY)
    broken = sum(_every_placement(small, asked.faults, asked.minutes) for small in placed if asked.faults)
    broken += _seeds(scenarios, range(asked.first, asked.first + asked.seeds)) if asked.seeds else 0
    return 1 if broken else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make simulate")
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--only", choices=SCENARIOS)
    parser.add_argument(
        "--faults", type=int, default=0, help="first place every so many faults in a small send or gift"
    )
    parser.add_argument("--minutes", type=float, default=float("inf"), help="for placing faults, at most")
    parser.add_argument("--replay", action="store_true", help="one seed, every call of it")
    return parser.parse_args()


def _every_placement(small: explore.Small, faults: int, minutes: float) -> int:
    begun = time.perf_counter()
    with install.installed() as wire:
        explorer = explore.Explorer(wire, seconds=minutes * 60, small=small)
        histories = explorer.explore(faults)
    for found in explorer.found[:3]:
        print(*found.lines, *found.violations, sep="\n")
        print(f"Again: make simulate SEEDS=0 FAULTS={faults}; as a story for test_stories.py: its lines in capitals\n")
    seconds = time.perf_counter() - begun
    every = "every placement" if explorer.is_complete else "not every, but many placements"
    print(
        f"{every} of up to {faults} faults in {small.words}: {histories} histories, {explorer.runs} turns, "
        f"{len(explorer.found)} violations; {seconds:.0f} s"
    )
    return len(explorer.found)


def _seeds(scenarios: list[str], seeds: range) -> int:
    begun = time.perf_counter()
    totals = runner.many(scenarios, seeds, _tell)
    seconds = time.perf_counter() - begun
    print(", ".join(f"{count} {what}" for what, count in totals.items()), end="; ")
    print(f"{seconds:.0f} s, {totals['histories'] / seconds:.0f} histories a second")
    return totals["violations"]


def _tell(outcome: runner.Outcome) -> None:
    if outcome.violations:
        print(*outcome.world.history.lines(), sep="\n")
        print(f"\n{outcome.scenario}, seed {outcome.seed}: {'; '.join(outcome.violations)}")
        print(f"Again: make simulate SEEDS=1 FIRST_SEED={outcome.seed} ONLY={outcome.scenario}\n", flush=True)


def _replay(scenario: str, seed: int) -> int:
    with install.installed() as wire:
        outcome = runner.one(wire, scenario, seed, tells_all=True)
    print(*outcome.world.history.lines(), sep="\n")
    return 1 if outcome.violations else 0


if __name__ == "__main__":
    sys.exit(main())
