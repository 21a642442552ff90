"""A group of its own for each test, and jobs that wait until the test runs them."""

import pytest

from chalicelib import clock, dynamo, lambdas, schedules
from chalicelib.network import store as network
from chalicelib.people import store as people
from chalicelib.people.person import Person, person_id


@pytest.fixture
def group(aws):
    slug = f"g{clock.new_id()}"
    made = network.create_group(slug, "Friends of the Library", postal_address="1 River Road")
    aws.set_ses(rate=5000, daily_quota=1_000_000)
    dynamo.Table("pace", "k").delete("ses")  # another test's throttles are not ours
    return made


@pytest.fixture
def jobs(aws, monkeypatch):
    """Jobs are noted, and run when the test says so."""
    asked = []
    monkeypatch.setattr(lambdas, "start", lambda job, payload: asked.append((job, payload["mailing"])))
    monkeypatch.setattr(lambdas, "switch_sends", lambda on: asked.append(("trigger", on)))
    monkeypatch.setattr(schedules, "at", lambda name, when, job, payload: asked.append(("later", name)))
    monkeypatch.setattr(schedules, "cancel", lambda name: asked.append(("cancel", name)))
    return asked


@pytest.fixture
def crowd(group):
    """Sixty people."""
    found = []
    for number in range(60):
        email = f"p{number}@{group.slug}.example.org"
        found.append(Person(id=person_id(group.salt, email), group=group.id, email=email, given_name=f"P{number}"))
    people.add_new_people(found, at=clock.now(), source="")
    return found
