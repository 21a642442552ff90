"""A page under load while its workers are killed: whoever was told thank you is on the list in the end."""

import random
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import repeat
from multiprocessing import get_context
from typing import NamedTuple

from chalice.test import Client

from app import app
from benchmarks import in_process
from chalicelib import clock, config, log
from chalicelib.actions import store
from chalicelib.actions.action_page import ActionPage, Status
from chalicelib.guard import form_token
from chalicelib.network import store as network
from chalicelib.network.group import Group
from chalicelib.people.person import person_id
from local.stack import Stack

WORKERS, CLIENTS = 2, 4
# A killed worker's messages come back after this long.
_VISIBILITY = 5
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Told(NamedTuple):
    """Of `posts`, how many were acknowledged, and how many of those recorded; what was recorded beside that."""

    posts: int
    acknowledged: int
    recorded: int
    unexpected: int
    kills: int


def run(stack: Stack, posts: int, kills: int, seed: int = 1) -> Told:
    group, page = open_page()
    sqs = stack.client("sqs")
    attributes = {"VisibilityTimeout": str(_VISIBILITY), "RedrivePolicy": ""}
    sqs.set_queue_attributes(QueueUrl=config.queue_url("submissions"), Attributes=attributes)
    with _crew(random.Random(seed), kills) as killed:
        thanked = _post_all(group, page, posts)
        _wait_until_recorded(page, thanked)
    found = {action.person for action in store.each_of_page(page.id)}
    return Told(posts, len(thanked), len(found & thanked), len(found - thanked), len(killed))


def open_page() -> tuple[Group, ActionPage]:
    group = in_process.group()
    page = ActionPage(
        id=clock.new_id(), group=group.id, type="petition", slug="p", title="Keep it open", created=clock.now(),
        status=Status.PUBLISHED, thank_by_email=False,
    )  # fmt: skip
    store.add_page(page)
    network.claim_name(f"{group.slug}/p", network.Target(group.id, page.id))
    return group, page


def post(client: Client, group: Group, page: ActionPage, number: int) -> int:
    """As a person does who opened the page a minute ago, from a network of their own."""
    token = form_token.mint(page.id, clock.now() - 60)
    fields = {"email": address(group, number), "name": "Ada Lovelace", "zip_code": "02139", "form_token": token}
    headers = _FORM | {"X-Forwarded-For": f"10.{number >> 8 & 255}.{number & 255}.1"}
    answer = client.http.post(f"/{group.slug}/p", headers=headers, body=urllib.parse.urlencode(fields).encode())
    return int(answer.status_code)


def address(group: Group, number: int) -> str:
    return f"k{number}@{group.slug}.example.org"


def _post_all(group: Group, page: ActionPage, posts: int) -> set[str]:
    """The ids of those who were thanked. A Lambda takes one request at a time, so each client is a process."""
    with ProcessPoolExecutor(CLIENTS, mp_context=get_context("spawn")) as pool:
        return set(pool.map(_post_one, repeat(group), repeat(page), range(posts), chunksize=20)) - {""}


def _post_one(group: Group, page: ActionPage, number: int) -> str:
    log.line = lambda event, **told: None
    taken = post(Client(app), group, page, number) == 303
    return person_id(group.salt, address(group, number)) if taken else ""


def _wait_until_recorded(page: ActionPage, thanked: set[str]) -> None:
    """As long as somebody more is found, and a killed worker's batch may yet come back."""
    still, before = time.time(), 0
    while time.time() - still < 3 * _VISIBILITY:
        found = sum(action.person in thanked for action in store.each_of_page(page.id))
        if found == len(thanked):
            return
        if found > before:
            still, before = time.time(), found
        time.sleep(0.5)


@contextmanager
def _crew(chance: random.Random, kills: int) -> Iterator[list[float]]:
    """Workers, of which one is killed again and again, and replaced at once as Lambda does."""
    workers, killed, ended = [_start() for _ in range(WORKERS)], list[float](), threading.Event()

    def kill() -> None:
        while not ended.wait(chance.uniform(0.2, 1.2)) and len(killed) < kills:
            place = chance.randrange(WORKERS)
            workers[place].kill()
            workers[place].wait()
            killed.append(time.time())
            workers[place] = _start()

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield killed
    finally:
        ended.set()
        killer.join()
        for worker in workers:
            worker.kill()
            worker.wait()


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "benchmarks.surge.worker"])
