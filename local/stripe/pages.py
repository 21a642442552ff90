"""The double's pages for people: Checkout, a card's portal, connecting, and a dashboard with everything in it."""

from collections.abc import Callable
from html import escape
from typing import Any

from local.stripe.account import Account, Thing
from local.stripe.checkout import asked
from local.stripe.world import World

_PLACES = {"jpy": 0, "clp": 0}
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:0;background:#f6f7f9;color:#17181c}"
    "main{max-width:34rem;margin:2rem auto;background:#fff;padding:1.5rem;border-radius:8px}.wide{max-width:70rem}"
    "label{display:block;margin:.75rem 0 .25rem}"
    "input,button{font:inherit;padding:.6rem;width:100%;box-sizing:border-box;border:1px solid #8a8d96;"
    "border-radius:6px}"
    "button{background:#5433c9;color:#fff;border:0;margin-top:1rem;min-height:44px}"
    ".bad{background:#fdecea;padding:.75rem;border-radius:6px}table{width:100%;border-collapse:collapse}"
    "td{padding:.3rem;border-top:1px solid #d9dade;vertical-align:top}td form{display:inline}"
    "td button{width:auto;margin:0 0 .25rem;padding:.3rem .6rem;min-height:0}"
)


def checkout(account: Account, session: Thing, problem: str = "", typed: str = "", confirm: bool = False) -> str:
    if session["status"] != "open":
        return page("Over", f"<p>This page is over: {session['status']}.</p>{_back(session)}")
    words = {"donate": "Donate", "pay": "Pay", None: "Pay"}.get(session["submit_type"], "Pay")
    words = "Subscribe" if session["mode"] == "subscription" and session["submit_type"] != "donate" else words
    words = "Save card" if session["mode"] == "setup" else words
    email = session["customer_email"] or _email_of(account, session)
    given = f'value="{escape(email)}" readonly' if email else ""
    wrong = f'<p class="bad" role="alert">{escape(problem)}</p>' if problem else ""
    ask = '<input type="hidden" name="confirmed" value="1">' if confirm else ""
    return page(
        "Checkout",
        f"""<p><strong>TEST MODE</strong></p><h1>{escape(what(account, session))}</h1>{wrong}
<form method="post">{ask}<label for="email">Email</label><input id="email" name="email" type="email" {given}>
<label for="number">Card number</label><input id="number" name="number" inputmode="numeric" value="{escape(typed)}">
<label for="expiry">Expires</label><input id="expiry" name="expiry" value="12 / 34">
<label for="cvc">CVC</label><input id="cvc" name="cvc" value="123">
<label for="name">Name on the card</label><input id="name" name="name">
<button>{"Confirm as my bank asks" if confirm else words}</button></form>{_back(session)}""",
    )


def what(account: Account, session: Thing) -> str:
    params = asked(account, session)
    if session["mode"] == "setup":
        return str(params.get("custom_text", {}).get("submit", {}).get("message", "Save a card"))
    price = params["line_items"][0]["price_data"]
    often = price.get("recurring")
    every = f" every {often.get('interval_count', '1')} {often['interval']}" if often else ""
    return f"{money(int(price['unit_amount']), session['currency'])}{every} · {price['product_data']['name']}"


def portal(account: Account, session: Thing, problem: str = "") -> str:
    wrong = f'<p class="bad" role="alert">{escape(problem)}</p>' if problem else ""
    rows = "".join(
        f"<li>{escape(known['id'])}: {known['status']} "
        f'<form method="post"><input type="hidden" name="cancel" value="{known["id"]}">'
        "<button>Cancel it</button></form></li>"
        for known in account.every("subscription", customer=session["customer"])
        if known["status"] != "canceled"
    )
    return page(
        "Your card",
        f"""<h1>Your card</h1>{wrong}<form method="post"><label for="number">Card number</label>
<input id="number" name="number" inputmode="numeric"><button>Replace the card</button></form><ul>{rows}</ul>
<p><a href="{escape(session["return_url"] or "/")}">Back</a></p>""",
    )


def connect(path: str) -> str:
    return page(
        "Connect",
        '<h1>Tell Stripe who you are</h1><form method="post"><button>Connect this test account</button></form>',
    )


def dashboard(world: World, delivered: dict[str, int]) -> str:
    parts = [_account(name, account, delivered) for name, account in world.accounts.items()]
    return page("Stripe, imitated", f"<h1>Stripe, imitated</h1>{''.join(parts)}", wide=True)


def money(amount: int, currency: str) -> str:
    places = _PLACES.get(currency, 2)
    return f"{amount / 10**places:,.{places}f} {currency.upper()}"


def page(title: str, body: str, *, wide: bool = False) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main{' class=wide' if wide else ''}>{body}</main></body></html>"
    )


def _account(name: str, account: Account, delivered: dict[str, int]) -> str:
    told: list[tuple[str, Callable[[Thing], str], tuple[str, ...]]] = [
        ("charge", lambda each: money(each["amount"], each["currency"]), ("refund", "dispute")),
        ("refund", lambda each: money(each["amount"], each["currency"]), ("bounce",)),
        ("dispute", lambda each: "dispute", ("win", "lose")),
        ("subscription", lambda each: "subscription", ("renew", "announce", "lapse")),
        ("checkout.session", lambda each: what(account, each), ("expire", "paid", "unpaid")),
        ("event", lambda each: f"{each['type']} {delivered.get(each['id'], '')}", ("again",)),
    ]
    rows = [_row(account, each, words(each), verbs) for kind, words, verbs in told for each in _newest(account, kind)]
    return f"<h2>{escape(name or 'The platform')}</h2><table>{''.join(rows)}</table>"


def _newest(account: Account, kind: str) -> list[Thing]:
    return list(account.every(kind))[-20:][::-1]


def _row(account: Account, thing: Thing, words: str, verbs: tuple[str, ...]) -> str:
    buttons = "".join(_button(account, thing["id"], verb) for verb in verbs)
    standing = escape(str(thing.get("status", "")))
    return f"<tr><td>{thing['id']}</td><td>{escape(words)}</td><td>{standing}</td><td>{buttons}</td></tr>"


def _button(account: Account, known_as: str, verb: str) -> str:
    hidden = {"account": account.id, "id": known_as, "do": verb}
    fields = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in hidden.items())
    return f'<form method="post" action="/_local/stripe">{fields}<button>{verb}</button></form>'


def _back(session: Thing) -> str:
    return f'<p><a href="{escape(session["cancel_url"])}">Back</a></p>' if session["cancel_url"] else ""


def _email_of(account: Account, session: Thing) -> str:
    known: dict[str, Any] = account.things.get("customer", {}).get(session["customer"] or "", {})
    return str(known.get("email") or "")
