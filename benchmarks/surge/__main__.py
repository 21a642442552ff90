"""`make surge` (POSTS=4000 KILLS=30): prints its table, and fails if anybody who was thanked is not recorded."""

import argparse
import sys
import time
from collections.abc import Callable

from chalice.test import Client

from app import app
from benchmarks import costs, in_process, posting
from benchmarks.rows import Row, table
from benchmarks.surge import kills, model
from benchmarks.surge.model import Outcome, Speeds
from chalicelib import log
from chalicelib.actions import take_action

RATE, SECONDS = 5000, 300
_MEASURED = 2000
# What a round trip to DynamoDB or SQS takes from within a region, and how many follow one another; a cold start.
_TRIP, _TRIPS_OF_A_POST, _TRIPS_OF_A_RECORD, _COLD = 0.005, 3, 3, 1.0
# A 512 MB Lambda has so much of a core.
_CORE = 512 / 1769


def main() -> None:
    parser = argparse.ArgumentParser(prog="make surge")
    parser.add_argument("--posts", type=int, default=4000)
    parser.add_argument("--kills", type=int, default=30)
    options = parser.parse_args()
    log.line = lambda event, **told: None
    with in_process.stack() as stack:
        rows, speeds = _measured()
        told = kills.run(stack, options.posts, options.kills)
        dollars, _ = costs.submissions()
    rows += [*posting.rows((10, 100)), _killed(told), *_surges(speeds, dollars / 1_000_000)]
    print(f"\n{table(rows)}")
    sys.exit(0 if told.recorded == told.acknowledged > 0 else 1)


def _measured() -> tuple[list[Row], Speeds]:
    """What one core does of each, the emulator's own time aside."""
    group, page = kills.open_page()
    client = Client(app)
    kills.post(client, group, page, _MEASURED)
    route = _cpu(lambda: [kills.post(client, group, page, number) for number in range(_MEASURED)])
    worker = _cpu(lambda: in_process.handle("submissions", take_action.record_all))
    speeds = Speeds(
        post=route / _CORE + _TRIPS_OF_A_POST * _TRIP, cold=_COLD, record=worker / _CORE + _TRIPS_OF_A_RECORD * _TRIP
    )
    return [
        Row("POSTs a second of one core: route", f"{1 / route:,.0f}", f"{route * 1000:.2f} ms of CPU each"),
        Row("submissions a second of one core: worker", f"{1 / worker:,.0f}", f"{worker * 1000:.2f} ms of CPU each"),
    ], speeds


def _cpu(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return (time.process_time() - before) / _MEASURED


def _killed(told: kills.Told) -> Row:
    return Row(
        f"acknowledged and recorded, the worker killed {told.kills} times",
        f"{told.acknowledged:,} and {told.recorded:,}",
        f"of {told.posts:,} posts; {told.unexpected} recorded unacknowledged",
        "equal",
    )


def _surges(speeds: Speeds, dollars_each: float) -> list[Row]:
    surges = {"at once": model.at_once(RATE, SECONDS), "within a minute": model.within_a_minute(RATE, SECONDS)}
    beside = f"a POST taken as {speeds.post * 1000:.0f} ms, recording one as {speeds.record * 1000:.0f} ms"
    return [
        Row(
            f"0 → {RATE:,} submissions a second {how}, on AWS's rules",
            _in_words(model.outcome(surge, speeds), dollars_each),
            beside,
        )
        for how, surge in surges.items()
    ]


def _in_words(told: Outcome, dollars_each: float) -> str:
    taken = told.came - told.refused
    return (
        f"{told.refused / told.came:.1%} told to try again; {told.most_backlog:,.0f} waited at most, for "
        f"{told.delay:.0f} s; {told.most_environments:,.0f} + {told.most_readers:,.0f} environments; "
        f"${taken * dollars_each:,.2f} for {taken:,.0f}"
    )


if __name__ == "__main__":
    main()
