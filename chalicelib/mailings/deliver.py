"""Delivering single emails from the `mail` queue: each claimed in its row, handed to SES once, and written down."""

from typing import Any

import msgspec

from chalicelib import clock, queues
from chalicelib.mailings import autoresponse_store, email_store, ses
from chalicelib.mailings.compose import Letter, compose
from chalicelib.mailings.outbox import SingleEmail
from chalicelib.people.subscription import address_hash

_SOON_SECONDS = 5
# While SES takes nothing at all, asking it every few seconds helps nobody.
_BLOCKED_SECONDS = 300
# Whoever leaves is not written to a second later.
_FRESH_SECONDS = 1.0

_decode = msgspec.json.Decoder(SingleEmail).decode


class StillInDoubt(Exception):
    """An earlier call for this email got no answer; the queue brings it back until its events have told."""


def deliver_all(records: list[dict[str, Any]]) -> queues.Reply:
    return queues.each_message(records, _take)


def _take(body: str) -> None:
    email = _decode(body)
    letter = compose(email)
    if letter:
        _send_once(letter, email)


def _send_once(letter: Letter, email: SingleEmail) -> None:
    token = clock.new_id()
    standing = email_store.claim(letter.to, letter.id, token, address_hash(letter.message.to.lower()))
    if standing == "doubt":
        raise StillInDoubt
    if standing == "done":
        return
    if clock.now() - letter.looked > _FRESH_SECONDS:
        # We stood still since we looked whether they may be written to, or since we claimed it.
        email_store.record(letter.to, letter.id, token, "later")
        queues.send("mail", email, delay=clock.jitter(_SOON_SECONDS))
        return
    if letter.answers and not autoresponse_store.may_answer(letter.answers, f"{letter.to}/{letter.id}", letter.at_most):
        email_store.record(letter.to, letter.id, token, "spared")
        return
    tags = {"email": f"{letter.to}_{letter.id}"} | ({"group": letter.group} if letter.group else {})
    try:
        ses.send_one(msgspec.structs.replace(letter.message, tags=tags))
    except ses.Throttled as reason:
        email_store.record(letter.to, letter.id, token, "later")
        wait = _BLOCKED_SECONDS if isinstance(reason, ses.QuotaReached | ses.Blocked) else _SOON_SECONDS
        queues.send("mail", email, delay=wait + clock.jitter(wait))
    except ses.Refused:
        email_store.record(letter.to, letter.id, token, "refused")
    else:
        email_store.record(letter.to, letter.id, token, "sent")
