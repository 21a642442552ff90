"""The console in process, and who comes to it: Bob organizes a group, Charlie another one, a visitor is signed out."""

from collections.abc import Iterator
from typing import Any

import pytest
from chalice.test import Client
from organizers import Browser, Organizer, organizer, petition, sign
from written import draft

from app import app
from chalicelib import lambdas, queues, schedules
from chalicelib.mailings import outbox
from chalicelib.mailings.mailing import Mailing
from chalicelib.network import store as network
from chalicelib.network.group import Group
from chalicelib.people import search, subscription


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine finds as much as another; what is found in time has tests of its own."""
    monkeypatch.setattr(search, "SCREEN_SECONDS", 60.0)


@pytest.fixture
def console(aws: Any) -> Iterator[Client]:
    with Client(app) as client:
        yield client


@pytest.fixture
def visitor(console: Client) -> Browser:
    return Browser(console)


@pytest.fixture
def bob(console: Client) -> Organizer:
    return organizer(console, "bob@example.org", "Friends of the Library")


@pytest.fixture
def charlie(console: Client) -> Organizer:
    return organizer(console, "charlie@example.com", "Another group")


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was started, or asked to start later."""
    asked: list[str] = []
    monkeypatch.setattr(lambdas, "start", lambda job, payload: asked.append(f"start {job}"))
    monkeypatch.setattr(schedules, "at", lambda name, when, job, payload: asked.append(f"{job} at {when:.0f}"))
    monkeypatch.setattr(schedules, "cancel", lambda name: asked.append("cancel"))
    return asked


@pytest.fixture
def tests_sent(monkeypatch: pytest.MonkeyPatch) -> list[outbox.TestSend]:
    sent: list[outbox.TestSend] = []
    monkeypatch.setattr(queues, "send", lambda queue, email: sent.append(email))
    return sent


@pytest.fixture
def mailing(bob: Organizer, jobs: list[str]) -> Mailing:
    """A draft that may go, and three people: Ada and José get it, Grace has left."""
    changed = network.change_group(bob.group.id, postal_address="1 Main Street", time_zone="Europe/Berlin")
    bob.group = changed if isinstance(changed, Group) else bob.group
    page = petition(bob)
    sign(bob, page, "Ada Lovelace", "ada@example.org")
    sign(bob, page, "José Núñez", "jose@example.org")
    subscription.unsubscribe(bob.group.id, sign(bob, page, "Grace Hopper", "grace@example.org").id)
    return draft(bob)
