"""`make torture` (PEOPLE=100000 SEED=1): prints lost, doubled, unknown, mailed after leaving; fails if any is not 0."""

import argparse
import json
import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from benchmarks import in_process
from benchmarks.lists import fill
from benchmarks.torture import attack
from benchmarks.torture.account import Book, book
from benchmarks.torture.crew import Crew
from chalicelib import clock, config, queues
from chalicelib.mailings import conduct, store, write_mailing
from chalicelib.mailings.mailing import Mailing
from chalicelib.network.group import Group
from chalicelib.people import store as people
from local.stack import Stack

# However many people, the send lasts long enough for every blow to hit it.
SECONDS = 65.0
# A killed worker's messages come back after this long.
_VISIBILITY = 5


def main() -> None:
    parser = argparse.ArgumentParser(prog="make torture")
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rate = options.people / SECONDS
    with in_process.stack(ses_rate=rate, ses_counting=False, firehose_seconds=1) as stack:
        _shorten_visibility(stack)
        attack.change_ses(stack, answer_seconds=attack.ANSWER_SECONDS)
        group = in_process.group()
        fill(group, options.people)
        found, crew, left = _torture(stack, group, options.seed, rate)
    _print(found, crew, left, options)
    sys.exit(0 if found.clean else 1)


def _torture(stack: Stack, group: Group, seed: int, rate: float) -> tuple[Book, Crew, dict[str, float]]:
    chance = random.Random(seed)
    mailing = _release(group)
    left: dict[str, float] = {}
    crowd = list(people.each(group.id))
    crew = Crew(group.id, mailing.id, chance)
    with _handing_on_events(stack):
        time.sleep(1)
        crew.kill_planner()
        _wait_for_start(mailing)
        with attack.at_once(
            partial(attack.kill, crew, chance, SECONDS),
            partial(attack.pause_and_resume, mailing, chance, SECONDS),
            partial(attack.leave, group.id, crowd, left, chance, SECONDS),
            partial(attack.throttle, stack, rate, SECONDS / 3),
        ):
            pass
        finished = attack.wait_until_finished(mailing, 900, print)
        time.sleep(5)
        crew.end()
    finished = store.find_mailing(group.id, finished.id, consistent=True) or finished
    return book(finished, stack.state / "ses" / "inbox.db", left), crew, left


def _release(group: Group) -> Mailing:
    draft = write_mailing.create(group.id)
    body = '<p>Dear {{ first_name | default: "friend" }},</p>' + "<p>The library closes in the spring.</p>" * 20
    write_mailing.save(group.id, draft.id, subject="Hello {{ first_name }}", preheader="", body=body)
    conduct.send_now(group.id, draft.id)
    store.change_mailing(group.id, draft.id, release_at=clock.now())
    mailing = store.find_mailing(group.id, draft.id, consistent=True)
    assert mailing is not None
    return mailing


def _wait_for_start(mailing: Mailing) -> None:
    while not ((now := store.find_mailing(mailing.group, mailing.id, consistent=True)) and now.released):
        time.sleep(0.2)


@contextmanager
def _handing_on_events(stack: Stack) -> Iterator[None]:
    """S3's notifications: one message on the feedback queue for each file of events."""
    ended, told = threading.Event(), set[str]()

    def hand_on() -> None:
        s3, bucket = stack.client("s3"), config.files_bucket()
        while not ended.is_set():
            for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="events/"):
                for key in {each["Key"] for each in page.get("Contents", [])} - told:
                    queues.send("feedback", {"Records": [{"s3": {"bucket": {"name": bucket}, "object": {"key": key}}}]})
                    told.add(key)
            time.sleep(0.5)

    thread = threading.Thread(target=hand_on, daemon=True)
    thread.start()
    yield
    ended.set()
    thread.join()


def _shorten_visibility(stack: Stack) -> None:
    sqs = stack.client("sqs")
    for queue in ("sends", "feedback"):
        sqs.set_queue_attributes(
            QueueUrl=config.queue_url(queue), Attributes={"VisibilityTimeout": str(_VISIBILITY), "RedrivePolicy": ""}
        )


def _print(found: Book, crew: Crew, left: dict[str, float], options: Any) -> None:
    print(
        f"\n{options.people:,} people, seed {options.seed}: {crew.killed} processes killed, {attack.PAUSES} pauses, "
        f"SES at a tenth of its rate for {attack.THROTTLED_SECONDS:.0f} s, {len(left):,} unsubscribed or deleted\n"
    )
    for words, whom in (
        ("lost", found.lost),
        ("doubled", found.doubled),
        ("unknown", found.unknown),
        ("mailed after leaving", found.after_leaving),
    ):
        print(f"{words:22}{len(whom):>8,}  {json.dumps(sorted(whom)[:5]) if whom else ''}")
    print("\n".join(["", *(f"wrong: {sum_}" for sum_ in found.wrong_sums)]))


if __name__ == "__main__":
    main()
