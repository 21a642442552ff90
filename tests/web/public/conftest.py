"""A petition of Bob's group on a local AWS, and a browser of sorts that looks at it."""

from functools import cache
from urllib.parse import urlencode

import msgspec
import pytest
from chalice.test import Client

from app import app
from chalicelib import aws as doors
from chalicelib import clock, config, counters
from chalicelib.actions import store as actions
from chalicelib.actions.action_page import ActionPage, Status
from chalicelib.guard import budgets
from chalicelib.network import store as network
from chalicelib.people import store as people
from chalicelib.people.person import Person, person_id

FORM = "application/x-www-form-urlencoded"


@cache
def application():
    """The app itself, with one more address: one where something breaks."""

    @app.route("/broken/{secret}", methods=["GET", "POST"], content_types=["*/*"])
    def broken(secret):
        raise RuntimeError(f"what {secret} wrote")

    return app


class Browser:
    def __init__(self):
        self.client = Client(application())
        budgets.forget()  # a visitor of a quiet day

    def get(self, path, **headers):
        return self._answer(self.client.http.get(path, headers=spelled(headers)))

    def head(self, path, **headers):
        return self._answer(self.client.http.head(path, headers=spelled(headers)))

    def post(self, path, fields=None, *, body=None, content_type=FORM, **headers):
        sent = urlencode(fields or {}).encode() if body is None else body
        headers = spelled(headers) | ({"Content-Type": content_type} if content_type else {})
        return self._answer(self.client.http.post(path, headers=headers, body=sent))

    def _answer(self, response):
        response.text = response.body.decode() if isinstance(response.body, bytes) else response.body
        return response


def spelled(headers):
    return {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
def browser(aws):
    return Browser()


@pytest.fixture
def group(aws):
    """Bob's group; each test has its own."""
    slug = f"library-{clock.new_id()[-12:]}"
    return network.create_group(slug, "Friends of the Library", postal_address="1 Main St, Springfield")


@pytest.fixture
def publish(group):
    """Publish a page of Bob's group: `publish(title=..., status=...)`."""

    def publish_page(**words):
        known = {
            "type": "petition",
            "slug": "save-the-library",
            "title": "Save the library",
            "status": Status.PUBLISHED,
        }
        page = ActionPage(id=clock.new_id(), group=group.id, created=clock.now(), **known | words)
        actions.add_page(page)
        network.claim_name(f"{group.slug}/{page.slug}", network.Target(group.id, page.id))
        return page

    return publish_page


@pytest.fixture
def petition(publish):
    return publish(body="<p>They want to close it.</p><p>We want it open.</p>", goal=100)


@pytest.fixture
def address(group, petition):
    return f"/{group.slug}/{petition.slug}"


@pytest.fixture
def ada(group):
    """A supporter of Bob's group."""
    email = "ada@example.org"
    person = Person(id=person_id(group.salt, email), group=group.id, email=email, given_name="Ada")
    people.upsert(person, at=clock.now())
    return people.find(group.id, person.id)


@pytest.fixture
def accepted(aws):
    """What has been put on the submissions queue, oldest first, as JSON values; taken off it."""

    def take():
        sqs, found = doors.client("sqs"), []
        while messages := sqs.receive_message(QueueUrl=config.queue_url("submissions"), MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in messages:
                found.append(msgspec.json.decode(message["Body"]))
                sqs.delete_message(QueueUrl=config.queue_url("submissions"), ReceiptHandle=message["ReceiptHandle"])
        return found

    take()
    return take


@pytest.fixture
def snapshot(group, ada):
    """What is known of Bob's group and of Ada, to see that a GET changed nothing."""

    def look():
        counted = counters.read(f"group#{group.id}")
        return (
            network.find_group(group.id),
            people.find(group.id, ada.id, consistent=True),
            actions.pages_of(group.id),
            counted,
        )

    return look


@pytest.fixture
def site(aws):
    """Where this installation is found."""
    return config.public_url()
