"""Bob's group with an account at Stripe's double and a fundraising page; Ada, who gives; and a postman by hand."""

import json
from urllib.parse import urlencode, urlsplit

import pytest
from chalice.test import Client
from giving.networks import network_of_their_own

from app import app, deliver_emails, record_submissions, take_feedback
from chalicelib import clock
from chalicelib.actions import store as actions
from chalicelib.actions.action_page import ActionPage, Status
from chalicelib.giving import accounts, store
from chalicelib.guard import budgets, form_token
from chalicelib.network import store as network
from chalicelib.people.person import person_id
from local.stripe.postman import signature

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def stripe(aws):
    double = aws.stripe
    double.control(hooks={"off": False})
    return double


@pytest.fixture
def group(stripe):
    slug = f"roof-{clock.new_id()[-12:]}"
    made = network.create_group(slug, "Friends of the Roof", postal_address="1 Main St, Springfield")
    accounts.use_own(made)
    return network.find_group(made.id, consistent=True)


@pytest.fixture
def fundraiser(group):
    return page_of(group)


def page_of(group, **words):
    known = {"type": "fundraiser", "slug": "roof", "title": "A new roof", "status": Status.PUBLISHED}
    page = ActionPage(id=clock.new_id(), group=group.id, created=clock.now(), **known | words)
    actions.add_page(page)
    network.claim_name(f"{group.slug}/{page.slug}", network.Target(group.id, page.id))
    return page


class Site:
    """Somebody at a browser, and everything that runs behind the site."""

    def __init__(self, cloud, group, page):
        self.cloud, self.group, self.page = cloud, group, page
        self.client = Client(app)
        self.told = {}  # by account, the last event that was brought
        # Of a network of one's own: tries are counted by it.
        self.address = network_of_their_own()
        self.email = f"ada-{group.slug}@example.org"
        budgets.forget()

    @property
    def here(self):
        return f"/{self.group.slug}/{self.page.slug}"

    def get(self, path):
        return shown(self.client.http.get(urlsplit(path).path))

    def post(self, path, fields, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        body = urlencode(fields, doseq=True).encode()
        return shown(self.client.http.post(urlsplit(path).path, headers=headers | {"Content-Type": FORM}, body=body))

    def give(self, *, amount="2500", often="once", email="", address="", **more):
        """Send the form; the answer, which leads to Stripe when all is well."""
        fields = {
            "amount": amount,
            "often": often,
            "email": email or self.email,
            "name": "Ada Lovelace",
            "form_token": self.token(),
        }
        return self.post(self.here, fields | more, X_Forwarded_For=address or self.address)

    def token(self):
        return form_token.kept(self.page.id, "", clock.now() - 60)

    def person(self, email=""):
        return person_id(self.group.salt, email or self.email)

    def donations(self, email=""):
        return store.of_person(self.person(email))

    def hook(self, event, **how):
        """Stripe brings an event."""
        body = json.dumps(event)
        signed = how.get("signed") or signature(body.encode(), "whsec_local")
        headers = {"Content-Type": "application/json", "Stripe-Signature": signed}
        return self.client.http.post("/hooks/stripe", headers=headers, body=body.encode())

    def events(self, account=""):
        """Stripe's events that were not brought yet, oldest first."""
        fresh = self.cloud.stripe.things("event", account, self.told.get(account, ""))
        if fresh:
            self.told[account] = fresh[-1]["id"]
        return fresh

    def settle(self, account=""):
        """Every event is brought once, in order, and everything that waits on a queue is done."""
        for event in self.events(account):
            assert self.hook(event).status_code == 200
        self.work()

    def work(self):
        for _ in range(2):
            self.cloud.handle("feedback", handled(take_feedback))
            self.cloud.handle("submissions", handled(record_submissions))
        self.cloud.handle("mail", handled(deliver_emails))

    def inbox(self, to=""):
        return self.cloud.inbox(to or self.email)


def handled(function):
    return lambda records: function({"Records": records}, None)


def shown(response):
    response.text = response.body.decode() if isinstance(response.body, bytes) else response.body
    return response


@pytest.fixture
def site(aws, group, fundraiser):
    made = Site(aws, group, fundraiser)
    made.events()
    return made
