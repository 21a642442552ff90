"""Checkout: the page on which somebody pays, from its opening to its end."""

from typing import Any

from local.stripe import cards, customers, payments, periods, subscriptions
from local.stripe.account import Account, Thing
from local.stripe.forms import Params, number
from local.stripe.problems import Problem, declined, wrong

_KNOWN = {
    *("mode", "line_items", "submit_type", "client_reference_id", "customer", "customer_email", "customer_creation"),
    *("metadata", "payment_intent_data", "subscription_data", "setup_intent_data", "success_url", "cancel_url"),
    *("expires_at", "locale", "currency", "expand", "payment_method_types", "billing_address_collection"),
    *("custom_text", "allowed_payment_method_types"),
}
_LEAST_SECONDS, _MOST_SECONDS = 1800, 86400
# Smaller amounts cost more than they bring; larger ones have too many digits.
_LEAST_AMOUNT = {"jpy": 50, "clp": 500, "gbp": 30}
_LEAST_USUAL = 50
_MOST, _MOST_USUAL = {"cop": 10**10 - 1}, 10**8 - 1


def create(account: Account, params: Params, public_url: str) -> Thing:
    _check(account, params)
    mode, item = params["mode"], (params.get("line_items") or [None])[0]
    price = item["price_data"] if item else {}
    amount = number(price, "unit_amount", 0) * number(item, "quantity", 1) if item else None
    if subscriptions.begins_later(params.get("subscription_data", {})):
        amount = 0
    made = account.make(
        "checkout.session",
        "cs_test_",
        amount_subtotal=amount,
        amount_total=amount,
        automatic_tax={"enabled": False, "liability": None, "provider": None, "status": None},
        cancel_url=params.get("cancel_url"),
        client_reference_id=params.get("client_reference_id"),
        currency=price.get("currency") or params.get("currency"),
        custom_fields=[],
        custom_text=dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")),
        customer=params.get("customer"),
        customer_creation=params.get("customer_creation") if mode != "subscription" else None,
        customer_email=params.get("customer_email"),
        expires_at=number(params, "expires_at", account.now() + _MOST_SECONDS),
        livemode=False,
        locale=params.get("locale"),
        metadata=params.get("metadata", {}),
        mode=mode,
        payment_method_types=["card"],
        payment_status="no_payment_required" if mode == "setup" else "unpaid",
        shipping_options=[],
        status="open",
        submit_type=params.get("submit_type"),
        success_url=params["success_url"],
        ui_mode="hosted_page",
    )
    made |= {"url": f"{public_url}/_local/stripe/checkout/{made['id']}"}
    # What Stripe keeps for itself.
    account.things.setdefault("asked", {})[made["id"]] = params
    return made


def least(currency: str) -> int:
    return _LEAST_AMOUNT.get(currency, _LEAST_USUAL)


def asked(account: Account, session: Thing) -> Params:
    found: Params = account.things["asked"][session["id"]]
    return found


def complete(account: Account, session: Thing, card: str, *, confirmed: bool = False, **who: Any) -> Thing:
    """Somebody presses the button. Raises Problem when their card is declined: then they may try another."""
    if session["status"] != "open":
        raise wrong("This page is over.", "session", "checkout_not_open")
    params, mode = asked(account, session), session["mode"]
    if cards.known(card).asks and not confirmed:
        raise Problem(402, "card_error", "Your bank wants you to confirm.", code="authentication_required")
    email = session["customer_email"] or who.pop("email", None)
    method = payments.method(account, card, email=email, name=who.get("name"))
    if mode == "subscription":
        _subscribe(account, session, params, method, email)
    elif mode == "payment":
        _pay(account, session, params, method, email)
    else:
        _keep(account, session, params, method, email)
    session |= {"status": "complete", "url": None, "customer_details": _details(email, who.get("name"))}
    account.tell("checkout.session.completed", session)
    return session


def expire(account: Account, session: Thing) -> Thing:
    if session["status"] != "open":
        raise wrong('Only Checkout Sessions with a status in ["open"] can be expired.', "session", "checkout_not_open")
    session |= {"status": "expired", "url": None}
    account.tell("checkout.session.expired", session)
    return session


def fall_due(account: Account, now: int) -> None:
    for session in account.every("checkout.session", status="open"):
        if session["expires_at"] <= now:
            expire(account, session)


def settle_slow(account: Account, session: Thing, *, paid: bool) -> None:
    """A bank debit after some days."""
    if session["mode"] == "subscription":
        subscriptions.settle_slow(account, account.find("subscription", session["subscription"]), paid=paid)
    else:
        payments.settle_slow(account, account.find("payment_intent", session["payment_intent"]), paid=paid)
    session |= {"payment_status": "paid" if paid else "unpaid"}
    account.tell(f"checkout.session.async_payment_{'succeeded' if paid else 'failed'}", session)


def _check(account: Account, params: Params) -> None:
    if unknown := set(params) - _KNOWN:
        raise wrong(f"Received unknown parameter: {min(unknown)}", min(unknown), "parameter_unknown")
    for name in ("mode", "success_url"):
        if not params.get(name):
            raise wrong(f"Missing required param: {name}.", name, "parameter_missing")
    if params.get("customer") and params.get("customer_email"):
        raise wrong("You may only specify one of these parameters: customer, customer_email.", "customer_email")
    if params.get("customer"):
        account.find("customer", params["customer"])
    ends = number(params, "expires_at", account.now() + _MOST_SECONDS) - account.now()
    if not _LEAST_SECONDS <= ends <= _MOST_SECONDS:
        raise wrong("The `expires_at` timestamp must be between 30 minutes and 24 hours from creation.", "expires_at")
    if params["mode"] != "setup":
        price = params["line_items"][0]["price_data"]
        _check_amount(price)
        _check_anchor(account, price, params.get("subscription_data", {}))


def _check_amount(price: Params) -> None:
    if number(price, "unit_amount") < least(price["currency"]):
        raise wrong("The amount is too small.", "line_items", "amount_too_small")
    if number(price, "unit_amount") > _MOST.get(price["currency"], _MOST_USUAL):
        raise wrong("The amount must be no more than $999,999.99.", "line_items", "amount_too_large")


def _check_anchor(account: Account, price: Params, data: Params) -> None:
    anchor = number(data, "billing_cycle_anchor", 0)
    if not anchor:
        return
    often = price["recurring"]
    latest = periods.after(account.now(), often["interval"], number(often, "interval_count", 1))
    if not account.now() < anchor <= latest:
        message = "`billing_cycle_anchor` must be in the future, and no later than the next natural billing date."
        raise wrong(message, "subscription_data[billing_cycle_anchor]", "")


def _pay(account: Account, session: Thing, params: Params, method: Thing, email: str | None) -> None:
    if session["payment_intent"] is None:
        data = params.get("payment_intent_data", {})
        customer = _customer(account, session, email) if session["customer_creation"] == "always" else None
        intent = payments.intend(
            account,
            session["amount_total"],
            session["currency"],
            metadata=data.get("metadata", {}),
            description=data.get("description"),
            customer=(customer or {}).get("id") or session["customer"],
        )
        session |= {"payment_intent": intent["id"]}
    intent = account.find("payment_intent", session["payment_intent"])
    payments.pay(account, intent, method)
    session |= {"payment_status": "paid" if intent["status"] == "succeeded" else "unpaid"}


def _subscribe(account: Account, session: Thing, params: Params, method: Thing, email: str | None) -> None:
    customer = _customer(account, session, email)
    price, data = params["line_items"][0]["price_data"], params.get("subscription_data", {})
    customers.attach(account, customer, method)
    made = subscriptions.begin(account, data | {"price_data": price}, customer, method)
    status = (
        ("paid" if subscriptions.is_begun(made) else "unpaid") if session["amount_total"] else "no_payment_required"
    )
    session |= {"subscription": made["id"], "invoice": made["latest_invoice"], "payment_status": status}


def _keep(account: Account, session: Thing, params: Params, method: Thing, email: str | None) -> None:
    made = _setup(account, session, params)
    if reason := cards.known(account.vault[method["id"]]).declines:
        account.tell("setup_intent.setup_failed", made)
        raise declined(*reason, setup_intent=made)
    customer = _customer(account, session, email)
    made |= {"customer": customer["id"], "payment_method": method["id"], "status": "succeeded"}
    customers.attach(account, customer, method)
    account.tell("setup_intent.succeeded", made)


def _setup(account: Account, session: Thing, params: Params) -> Thing:
    """One for each page, however many cards are tried there."""
    if session["setup_intent"]:
        return account.find("setup_intent", session["setup_intent"])
    made = account.make(
        "setup_intent",
        "seti_",
        livemode=False,
        metadata=params.get("setup_intent_data", {}).get("metadata", {}),
        payment_method_types=["card"],
        status="requires_payment_method",
        usage="off_session",
    )
    session |= {"setup_intent": made["id"]}
    return made


def _customer(account: Account, session: Thing, email: str | None) -> Thing:
    if session["customer"]:
        return account.find("customer", session["customer"])
    made = customers.create(account, {"email": email})
    session |= {"customer": made["id"]}
    return made


def _details(email: str | None, name: Any) -> Thing:
    empty = ("address", "business_name", "individual_name", "phone", "tax_exempt", "tax_ids")
    return dict.fromkeys(empty) | {"email": email, "name": name}
