"""Supporters' pages: everything that works without signing in.

`action_pages.py` takes signatures (`guarding.py` asks more of a form that looks risky, `confirming.py` takes its answer
from an inbox), `known.py` recognises who came by an email, `unsubscribe.py` lets people leave, `links.py` leads on from
mailings, `gifts.py` receives who comes back from Stripe, `shares.py` who gave to several groups, `donor.py` is a
donor's own page and `statements.py` their statement of a year, `hooks.py` hears Stripe, `embeds.py` stands within other
websites (`oembed.py` tells them how), `errors.py` says what went wrong.
"""

from chalice.app import Chalice

from chalicelib import action_types
from chalicelib.web.public import (
    action_pages,
    confirming,
    donor,
    embeds,
    errors,
    gifts,
    home,
    hooks,
    known,
    links,
    oembed,
    shares,
    statements,
    static_files,
    unsubscribe,
)

_FIRST = (home, static_files, action_pages, known)
_GIVING = (gifts, shares, donor, statements, hooks)
_AROUND = (confirming, unsubscribe, links, embeds, oembed, errors)


def mount(app: Chalice) -> None:
    """Every public route, and friendly pages for whatever goes wrong behind any route."""
    for module in (*_FIRST, *action_types.doors("public"), *_GIVING, *_AROUND):
        app.register_blueprint(module.routes)
    errors.mount(app)
