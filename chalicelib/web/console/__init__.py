"""The organizers' console: thin, server-rendered screens over the rooms.

`door.py` lets organizers in; each other module is one noun's screens. `templates/console/frame.html` stands around them
all, and `parts.html` holds what they are built from.
"""

from chalice.app import Chalice

from chalicelib import action_types
from chalicelib.web.console import (
    actblue,
    action_edit,
    action_results,
    actions,
    collected,
    gift,
    gift_files,
    giving,
    giving_settings,
    home,
    imports,
    mailing_edit,
    mailing_preview,
    mailing_progress,
    mailing_retry,
    mailing_send,
    mailing_target,
    mailing_variants,
    mailings,
    past_gifts,
    people,
    reconcile,
    settings,
    sign_in,
)
from chalicelib.web.requests import MULTIPART

_PEOPLE = (people, imports)
_ACTIONS = (actions, action_edit, action_results)
_GIVING = (giving, gift, gift_files, collected, giving_settings, actblue, past_gifts, reconcile)
_MAILINGS = (
    mailings,
    mailing_edit,
    mailing_target,
    mailing_preview,
    mailing_send,
    mailing_progress,
    mailing_retry,
    mailing_variants,
)


def mount(app: Chalice) -> None:
    """Register every screen."""
    # API Gateway hands bodies of this type over as they are: pictures would not survive as text.
    app.api.binary_types.append(MULTIPART)
    for module in (sign_in, home, *_PEOPLE, *_ACTIONS, *_MAILINGS, *_GIVING, settings, *action_types.doors("console")):
        app.register_blueprint(module.routes)
