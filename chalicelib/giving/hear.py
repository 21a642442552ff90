"""Hearing from Stripe: events by its webhook or by EventBridge; and our own reminders. Each names a thing only:

what became of it is asked of Stripe itself, so that an event may come late, twice, in any order or be made up.
And from ActBlue, which has to be believed (`actblue/`).
"""

from collections.abc import Callable, Mapping
from math import inf
from typing import Any

import msgspec

from chalicelib import clock, log, queues
from chalicelib.giving import charge_split, connect, event_store, refund, settle
from chalicelib.giving.actblue import record
from chalicelib.giving.actblue.told import Order
from chalicelib.giving.news import Charge, GiveBack, Heard, Look, LookAtSplit
from chalicelib.giving.stripe_gateway import LABEL, OWN

# What a reminder or event on the queue begins with, unlike what SES and S3 send there.
_MARK = '{"giving":'
_BRIDGE = "aws.partner/stripe.com/"
_LOOK_AGAIN_SECONDS = 900


_decode = msgspec.json.Decoder(Look | GiveBack | LookAtSplit | Charge | Heard | Order).decode


def is_news(record: dict[str, Any]) -> bool:
    body = str(record["body"])
    return body.startswith(_MARK) or (_BRIDGE in body[:2000] and '"detail"' in body)


def read(event: Mapping[str, Any]) -> Heard | None:
    """What of an event concerns us; nothing of the donor's travels on."""
    thing = (event.get("data") or {}).get("object")
    if not isinstance(thing, dict) or "id" not in event:
        return None
    about = _about(str(event.get("type", "")), thing)
    if not about:
        return None
    label = str((thing.get("metadata") or {}).get(LABEL, ""))
    return Heard(str(event["id"]), event["type"], str(event.get("account") or OWN), about, label)


def take_later(heard: Heard) -> None:
    queues.send("feedback", heard)


def take_all(records: list[dict[str, Any]], end: float = inf) -> queues.Reply:
    """One after the other; what cannot be begun by `end` is put on the queue anew."""
    return queues.each_message(records, lambda body: _take(body) if clock.now() <= end else _put_back(body))


def _put_back(body: str) -> None:
    queues.send("feedback", msgspec.json.decode(body))


def _take(body: str) -> None:
    news = _decode(body) if body.startswith(_MARK) else _bridged(body)
    if isinstance(news, Look | LookAtSplit):
        _look(news)
    elif isinstance(news, Charge):
        charge_split.charge(news.split, news.donation)
    elif isinstance(news, Order):
        record.record(news)
    elif isinstance(news, GiveBack):
        refund.all_of(news.person, news.donation)
    elif news and not event_store.is_done(news.account, news.id):
        _settle(news)
        event_store.done(news.account, news.id)


def _bridged(body: str) -> Heard | None:
    """What EventBridge lays on the queue, with Stripe's event in it."""
    told = msgspec.json.decode(body, type=dict[str, Any])
    event = told.get("detail")
    if not str(told.get("source", "")).startswith(_BRIDGE) or not isinstance(event, dict):
        return None
    return read(event)


def _look(news: Look | LookAtSplit) -> None:
    is_open = settle.look(news.person, news.donation) if isinstance(news, Look) else charge_split.look(news.split)
    if is_open:
        queues.send("feedback", news, delay=_LOOK_AGAIN_SECONDS)


def _settle(news: Heard) -> None:
    verbs: dict[str, Callable[[], object]] = {
        "checkout.session": lambda: _session(news),
        "setup_failed": lambda: charge_split.declined(news.label),
        "payment": lambda: settle.payment(news.account, news.about, news.label),
        "declined": lambda: settle.declined(news.account, news.about, news.label),
        "invoice": lambda: settle.invoice(news.account, news.about),
        "upcoming": lambda: settle.upcoming(news.account, news.about),
        "subscription": lambda: settle.subscription(news.account, news.about),
        "account": lambda: connect.settle(news.account),
    }
    verbs[_kind(news.type)]()
    log.line("heard from Stripe", type=news.type)


def _session(news: Heard) -> None:
    """A page of Stripe's is over: of one gift, or of one to several groups."""
    if settle.session(news.account, news.about) is None:
        charge_split.session(news.account, news.about)


# What each type of event is about; all others say nothing that these do not.
KINDS = {
    "checkout.session.completed": "checkout.session",
    "checkout.session.async_payment_succeeded": "checkout.session",
    "checkout.session.async_payment_failed": "checkout.session",
    "checkout.session.expired": "checkout.session",
    "setup_intent.setup_failed": "setup_failed",
    "payment_intent.succeeded": "payment",
    "payment_intent.payment_failed": "declined",
    "charge.refunded": "payment",
    "charge.refund.updated": "payment",
    "refund.failed": "payment",
    "refund.updated": "payment",
    "charge.updated": "payment",
    "charge.dispute.created": "payment",
    "charge.dispute.closed": "payment",
    "charge.dispute.funds_withdrawn": "payment",
    "charge.dispute.funds_reinstated": "payment",
    "invoice.paid": "invoice",
    "invoice.payment_failed": "invoice",
    "invoice.upcoming": "upcoming",
    "customer.subscription.created": "subscription",
    "customer.subscription.updated": "subscription",
    "customer.subscription.deleted": "subscription",
    "account.updated": "account",
}
_LONGEST_ID = 255


def _kind(type: str) -> str:
    return KINDS.get(type, "")


def _about(type: str, thing: Mapping[str, Any]) -> str:
    """The id of what has to be looked at: of a charge, refund or dispute, the payment that it belongs to."""
    kind = _kind(type)
    if kind == "upcoming":
        details = (thing.get("parent") or {}).get("subscription_details") or {}
        return _short(details.get("subscription"))
    if kind == "payment" and thing.get("object") != "payment_intent":
        return _short(thing.get("payment_intent"))
    return _short(thing.get("id")) if kind else ""


def _short(text: object) -> str:
    return text if isinstance(text, str) and len(text) <= _LONGEST_ID else ""
