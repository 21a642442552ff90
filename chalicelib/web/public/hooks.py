"""Where Stripe's events arrive: only what Stripe has signed lately is taken, and of that only what it is about.

And where ActBlue tells of gifts, with the password that the group gave it.
"""

from chalice.app import Blueprint, Request, Response

from chalicelib import clock, log
from chalicelib.giving import hear
from chalicelib.giving.actblue import access, record, told
from chalicelib.giving.stripe_gateway.client import event_of
from chalicelib.web import requests, responses

routes = Blueprint(__name__)

_LONGEST = 256 * 1024
_LONGEST_ORDER = 64 * 1024
_ASK_WHO = {"WWW-Authenticate": 'Basic realm="ActBlue", charset="UTF-8"'}


@routes.route("/hooks/stripe", methods=["POST"], content_types=["application/json"])
def hear_stripe() -> Response:
    """200 once it is on the queue; Stripe offers whatever else for three days."""
    request: Request = routes.current_request
    body = request.raw_body
    text = body if isinstance(body, str) else body.decode("utf-8", "replace")
    if len(text) > _LONGEST:
        return responses.part(413)
    event = event_of(text, request.headers.get("stripe-signature", ""))
    if event is None:
        return responses.part(400)
    if heard := hear.read(event):
        hear.take_later(heard)
    return responses.part(200)


@routes.route("/hooks/actblue/{group}/{kind}", methods=["POST"], content_types=["application/json"])
def hear_actblue(group: str, kind: str) -> Response:
    """200 once it is on the queue; ActBlue offers whatever else again. Who may not tell learns nothing by trying."""
    request: Request = routes.current_request
    known = access.admits(group, request.headers.get("authorization", "")) if requests.is_id(group) else None
    if known is None:
        return responses.part(401, **_ASK_WHO)
    if kind not in set(told.Kind):
        return responses.part(404)
    body = request.raw_body
    if len(body) > _LONGEST_ORDER:
        return responses.part(413)
    order = told.read(known.id, told.Kind(kind), body if isinstance(body, bytes) else body.encode(), clock.now())
    if order is None:
        log.line("not an order of ActBlue's", kind=kind)
        return responses.part(400)
    record.record_later(order)
    return responses.part(200)
