"""What strangers may not do: at the donor's page, at the webhook, and on the queue behind it."""

import json

import pytest
from giving.conftest import Site, page_of

from chalicelib import clock, config
from chalicelib.giving import accounts, hear, links, recurring_store
from chalicelib.giving.donation import State
from chalicelib.giving.stripe_gateway import client
from chalicelib.network import store as network
from local.stripe.postman import signature

DAY = 86400
HOSTILE = ["", "x", "\0", "é" * 400, "a" * 2000, "' OR 1=1", "{}", "d" * 32, "../..", "<script>"]


@pytest.fixture
def monthly(site, stripe):
    stripe.pay(site.give(amount="1000", often="monthly").headers["Location"])
    site.settle()
    [known] = recurring_store.of_person(site.person())
    return known


def page_for(known, at=0.0):
    return "/g/" + links.for_donor(known, at or clock.now()).rpartition("/g/")[2]


# The donor's page


def test_an_id_that_somebody_made_up_changes_nothing_and_is_no_error(site, monthly):
    for known_as in HOSTILE:
        for verb in ("cancel", "card", "amount", ""):
            answer = site.post(page_for(monthly), {"id": known_as, "do": verb, "amount": "1"})
            assert answer.status_code == 200, (known_as, verb)
    assert recurring_store.find(monthly.person, monthly.id) == monthly


def test_a_form_without_anything_changes_nothing(site, monthly):
    assert site.post(page_for(monthly), {}).status_code == 200
    assert recurring_store.find(monthly.person, monthly.id) == monthly


CANNOT_BE = [
    ("amount", {"amount": "9" * 12, "often": "monthly"}),
    ("amount", {"amount": "10", "often": "once"}),
    ("amount", {"amount": "10", "often": "hourly"}),
    ("amount", {"amount": "10\0", "often": ""}),
    ("move", {"day": ""}),
    ("move", {"day": "9999-12-31"}),
    ("move", {"day": "2026-02-30"}),
    ("move", {"day": "0001-01-01"}),
    ("move", {"day": "١٢"}),
]


def test_what_cannot_be_is_said_and_nothing_is_taken(site, monthly):
    for verb, fields in CANNOT_BE:
        answer = site.post(page_for(monthly), {"id": monthly.id, "do": verb} | fields)
        assert answer.status_code == 422, (verb, fields)
    assert recurring_store.find(monthly.person, monthly.id) == monthly


@pytest.mark.parametrize("months", ["", "0", "-1", "99999999", "1e9", "nine"])
def test_a_pause_is_never_longer_than_those_that_are_offered(site, monthly, months):
    site.post(page_for(monthly), {"id": monthly.id, "do": "pause", "months": months})
    paused = recurring_store.find(monthly.person, monthly.id)
    assert paused.standing == "paused"
    assert paused.resumes_at < clock.now() + 40 * DAY


def test_an_old_link_changes_nothing(site, monthly):
    old = page_for(monthly, clock.now() - 91 * DAY)
    for verb in ("cancel", "pause", "amount", "move", "card", "resume"):
        site.post(old, {"id": monthly.id, "do": verb, "amount": "50", "often": "monthly"})
    assert recurring_store.find(monthly.person, monthly.id) == monthly


def test_a_link_of_a_receipt_page_is_no_donors_page(site, monthly):
    [first] = site.donations()
    answer = site.post(f"/g/{links.of_donation(first)}", {"id": monthly.id, "do": "cancel"})
    assert answer.status_code in (403, 404)
    assert recurring_store.find(monthly.person, monthly.id) == monthly


def test_a_huge_form_changes_nothing(site, monthly):
    answer = site.post(page_for(monthly), {"id": monthly.id, "do": "cancel", "x": "y" * 300_000})
    assert answer.status_code >= 400
    assert recurring_store.find(monthly.person, monthly.id) == monthly


def test_where_the_group_does_not_let_donors_change_nothing_is_changed(site, monthly):
    network.change_group(site.group.id, giving={"donors_change": False})
    site.post(page_for(monthly), {"id": monthly.id, "do": "cancel"})
    assert recurring_store.find(monthly.person, monthly.id) == monthly


def test_a_gift_is_shown_under_no_other_group_and_page(site, stripe, aws, group):
    stripe.pay(site.give().headers["Location"])
    site.settle()
    [given] = site.donations()
    token = links.of_donation(given)
    other = page_of(group, slug="another")
    assert site.get(f"/{group.slug}/{other.slug}/given/{token}").status_code in (403, 404)
    stranger = network.create_group(f"eve-{clock.new_id()[-12:]}", "Eve's")
    eves = Site(aws, stranger, page_of(stranger))
    assert eves.get(f"{eves.here}/given/{token}").status_code in (403, 404)
    assert eves.post(f"{eves.here}/monthly", {"gift": token}).status_code in (403, 404)


# The webhook


@pytest.fixture
def paid(site, stripe):
    """What Stripe tells of a gift that was paid."""
    stripe.pay(site.give().headers["Location"])
    return next(event for event in site.events() if event["type"] == "checkout.session.completed")


def post(site, body, **headers):
    signed = {"Stripe-Signature": signature(body, "whsec_local")} | headers
    return site.client.http.post("/hooks/stripe", headers={"Content-Type": "application/json"} | signed, body=body)


@pytest.mark.parametrize("whose", ["unsigned", "stale", "future", "another secret", "tampered", "twice"])
def test_only_what_stripe_has_signed_lately_is_heard(site, paid, whose):
    body = json.dumps(paid).encode()
    signed = {
        "unsigned": "",
        "stale": signature(body, "whsec_local", at=clock.now() - 301),
        "future": "t=99999999999,v1=00",
        "another secret": signature(body, "whsec_other"),
        "tampered": signature(body.replace(b"evt_", b"evt-"), "whsec_local"),
        "twice": f"t={int(clock.now())},v1=00,v1=11",
    }[whose]
    assert post(site, body, **{"Stripe-Signature": signed}).status_code == 400
    site.work()
    assert site.donations()[0].state == State.STARTED


@pytest.fixture
def hook_secrets(monkeypatch):
    """What stands in the place for the secrets of Stripe's endpoints."""
    return lambda told: monkeypatch.setattr(config, "_parameter", lambda name: told)


def test_before_a_secret_is_set_nobody_is_heard(site, paid, hook_secrets):
    hook_secrets("none")
    body = json.dumps(paid).encode()
    assert post(site, body, **{"Stripe-Signature": signature(body, "none")}).status_code == 400


def test_each_endpoint_has_a_secret_of_its_own(site, paid, hook_secrets):
    hook_secrets("whsec_account whsec_connect")
    body = json.dumps(paid).encode()
    for secret, status in (("whsec_account", 200), ("whsec_connect", 200), ("whsec_account whsec_connect", 400)):
        assert post(site, body, **{"Stripe-Signature": signature(body, secret)}).status_code == status


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b"null", b"5", b'"evt"', b"\xff\xfe", b'{"id": "evt_1"'])
def test_what_is_no_event_is_not_heard_even_when_it_is_signed(site, body):
    assert post(site, body).status_code == 400


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"type": "customer.created"},
        {"type": None, "id": "evt_1"},
        {"id": "evt_1", "type": "payment_intent.succeeded"},
        {"id": "evt_1", "type": "payment_intent.succeeded", "data": None},
        {"id": "evt_1", "type": "payment_intent.succeeded", "data": {"object": []}},
        {"id": "evt_1", "type": "payment_intent.succeeded", "data": {"object": {"id": "x" * 300}}},
        {"id": "evt_1", "type": "payment_intent.succeeded", "data": {"object": {"id": {"a": 1}}}},
        {"id": "evt_1", "type": "charge.refunded", "data": {"object": {"id": "ch_1", "object": "charge"}}},
        {"id": "evt_1", "type": "invoice.upcoming", "data": {"object": {"parent": {"subscription_details": None}}}},
        {"id": "evt_1", "type": "a.new.kind", "data": {"object": {"id": "x_1"}}},
        {"type": "account.updated", "data": {"object": {"id": "acct_1"}}},
    ],
)
def test_what_concerns_nobody_is_taken_and_nothing_is_done(site, aws, event):
    failures(aws)  # what others left on the queue
    assert post(site, json.dumps(event).encode()).status_code == 200
    assert aws.handle("feedback", lambda records: {"batchItemFailures": []}) == 0


def test_a_huge_event_is_refused(site):
    assert post(site, b'{"id": "evt_1", "x": "' + b"y" * 300_000 + b'"}').status_code == 413


def test_an_event_of_the_platforms_own_account_is_no_error(site, aws):
    told = {"id": f"evt_{clock.new_id()}", "type": "account.updated", "data": {"object": {"id": "acct_platform"}}}
    assert post(site, json.dumps(told).encode()).status_code == 200
    assert failures(aws) == []


def failures(aws):
    found = []

    def take(records):
        reply = hear.take_all(records)
        found.extend(reply["batchItemFailures"])
        return {"batchItemFailures": []}

    aws.handle("feedback", take)
    return found


@pytest.mark.parametrize("account", ["acct_eve", "", None])
def test_an_event_of_an_account_that_is_not_the_gifts_changes_nothing(site, stripe, account):
    """Eve's account, connected to the same installation, tells of a payment with Ada's label."""
    site.give()
    [adas] = site.donations()
    eve = accounts.gateway.create("eve", "eve@example.com", clock.new_id()).id
    params = {"amount": 2500, "currency": "usd", "metadata": {"muster": adas.label}}
    charged = client.ask(dict, "payment_intents.create", account=eve, params=params)
    told = {"id": f"evt_{clock.new_id()}", "type": "payment_intent.succeeded", "data": {"object": charged}}
    told |= {"account": eve if account == "acct_eve" else account}
    assert site.hook(told).status_code == 200
    site.cloud.handle("feedback", lambda records: hear.take_all(records) and {"batchItemFailures": []})
    assert site.donations() == [adas]


# EventBridge


def bridged(event, source="aws.partner/stripe.com/ed_test_61R"):
    """As an event destination lays an event before EventBridge's rule, and the rule on the queue."""
    told = {"version": "0", "id": clock.new_id(), "detail-type": event["type"], "source": source}
    told |= {"account": "123456789012", "time": "2026-11-28T12:00:00Z", "region": "eu-west-1"}
    return told | {"resources": [f"arn:aws:events:eu-west-1::event-source/{source}"], "detail": event}


def lay(site, message):
    import os  # noqa: PLC0415

    text = message if isinstance(message, str) else json.dumps(message)
    site.cloud.stack.client("sqs").send_message(QueueUrl=os.environ["FEEDBACK_QUEUE"], MessageBody=text)


def test_an_event_by_eventbridge_is_taken_as_one_by_the_webhook(site, stripe, paid):
    lay(site, bridged(paid))
    site.work()
    assert site.donations()[0].is_given
    assert len(site.inbox()) == 1


def test_an_event_by_both_ways_is_taken_once(site, paid):
    from cloud import watching  # noqa: PLC0415

    lay(site, bridged(paid))
    site.work()
    with watching("dynamodb", "TransactWriteItems") as written:
        assert site.hook(paid).status_code == 200
        lay(site, bridged(paid))
        site.work()
    assert written == []
    assert len(site.inbox()) == 1


def test_an_event_of_a_connected_account_says_whose_it_is():
    event = {"id": "evt_1", "type": "payment_intent.succeeded", "account": "acct_1"}
    heard = hear.read(bridged(event | {"data": {"object": {"id": "pi_1", "object": "payment_intent"}}})["detail"])
    assert (heard.account, heard.about) == ("acct_1", "pi_1")


@pytest.mark.parametrize("detail", [None, [], "x", {}, {"type": "v1.billing.meter.no_meter_found"}])
def test_a_bridged_event_that_is_none_ends_nothing_else(site, aws, paid, detail):
    lay(site, bridged({"type": "x"}) | {"detail": detail})
    lay(site, bridged(paid))
    failures(aws)
    site.work()
    assert site.donations()[0].is_given


def test_words_in_an_email_are_not_taken_for_an_event(site):
    told = {"Type": "Notification", "Message": json.dumps({"subject": 'aws.partner/stripe.com/ "detail"'})}
    assert not hear.is_news({"body": json.dumps(told)})
