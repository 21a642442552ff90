"""Where Stripe's events arrive. Only what Stripe has signed lately is taken, and of that only what it is about."""

from chalice.app import Blueprint, Request, Response

from chalicelib.giving import hear
from chalicelib.web import responses

routes = Blueprint(__name__)

_LONGEST = 256 * 1024


@routes.route("/hooks/stripe", methods=["POST"], content_types=["application/json"])
def hear_stripe() -> Response:
    """200 once it is on the queue; Stripe offers whatever else for three days."""
    from chalicelib.giving.stripe_gateway.client import event_of  # noqa: PLC0415  (Stripe's SDK is behind it)

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
