"""What is done to a send while it is under way. Everything random comes from one seed, so that a run can be told."""

import json
import random
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from benchmarks.torture.crew import Crew
from chalicelib.mailings import conduct, store
from chalicelib.mailings.mailing import Mailing, Status
from chalicelib.people import store as people
from chalicelib.people import subscription
from chalicelib.people.person import Person
from local.stack import Stack

KILLS, PAUSES = 50, 20
LEAVE, DELETE = 0.05, 0.05
# SES suddenly takes a tenth of what it said, for a while.
THROTTLED_SECONDS = 15.0
# SES takes its time to answer, so that most kills hit a sender that waits for it.
ANSWER_SECONDS = 0.1


def kill(crew: Crew, chance: random.Random, seconds: float) -> None:
    """Kill any worker at fifty random moments."""
    moments = sorted(chance.uniform(0, seconds) for _ in range(KILLS))
    begin = time.time()
    for moment in moments:
        time.sleep(max(0.0, begin + moment - time.time()))
        crew.kill_one()


def pause_and_resume(mailing: Mailing, chance: random.Random, seconds: float) -> None:
    for _ in range(PAUSES):
        time.sleep(seconds / PAUSES * chance.uniform(0.3, 0.7))
        conduct.pause(mailing.group, mailing.id)
        time.sleep(chance.uniform(0.1, 1.0))
        conduct.resume(mailing.group, mailing.id)


def leave(group: str, crowd: Sequence[Person], left: dict[str, float], chance: random.Random, seconds: float) -> None:
    """Some unsubscribe, some are deleted; `left` is told when each was gone."""
    chosen = chance.sample(crowd, int(len(crowd) * (LEAVE + DELETE)))
    begin = time.time()
    for number, person in enumerate(chosen):
        time.sleep(max(0.0, begin + seconds * number / len(chosen) - time.time()))
        if number % 2:
            people.forget(group, person.id)
        else:
            subscription.unsubscribe(group, person.id)
        left[person.email] = time.time()


def throttle(stack: Stack, rate: float, after: float) -> None:
    time.sleep(after)
    change_ses(stack, rate=rate / 10)
    time.sleep(THROTTLED_SECONDS)
    change_ses(stack, rate=rate)


def change_ses(stack: Stack, **settings: float) -> None:
    body = json.dumps(settings).encode()
    headers = {"Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(f"{stack.ses_url}/_local/ses", body, headers)).close()


@contextmanager
def at_once(*attacks: Callable[[], None]) -> Iterator[None]:
    """All attacks run beside what is done inside, and are over when it is left."""
    threads = [threading.Thread(target=attack, daemon=True) for attack in attacks]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join()


def wait_until_finished(mailing: Mailing, seconds: float, say: Callable[[str], None]) -> Mailing:
    """The mailing at its end. Raises TimeoutError."""
    until = time.time() + seconds
    while time.time() < until:
        with suppress(OSError):
            now = store.find_mailing(mailing.group, mailing.id, consistent=True)
            if now and now.status == Status.FINISHED:
                return now
            if now and now.status == Status.PAUSED:
                conduct.resume(mailing.group, mailing.id)
            say(f"{now.status if now else 'gone'}: {store.progress(now).sent if now and now.run else 0:,} sent")
        time.sleep(5)
    raise TimeoutError(f"not finished after {seconds:.0f} s")
