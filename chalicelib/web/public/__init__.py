"""Supporters' pages: everything that works without signing in.

`action_pages.py` takes signatures, `unsubscribe.py` lets people leave, `links.py` leads on from
mailings, `errors.py` says what went wrong.
"""

from chalice.app import Chalice

from chalicelib import action_types
from chalicelib.web.public import action_pages, confirming, errors, home, links, static_files, unsubscribe


def mount(app: Chalice) -> None:
    """Every public route, and friendly pages for whatever goes wrong behind any route."""
    for module in (
        home,
        static_files,
        action_pages,
        *action_types.doors("public"),
        confirming,
        unsubscribe,
        links,
        errors,
    ):
        app.register_blueprint(module.routes)
    errors.mount(app)
