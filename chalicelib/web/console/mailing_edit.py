"""Writing a mailing: subject, preheader and body, saved as one types."""

from hashlib import sha256

from chalice.app import Blueprint, Response

from chalicelib.mailings import merge, store, write_mailing
from chalicelib.mailings.mailing import Mailing
from chalicelib.web import responses
from chalicelib.web.console import donate_buttons, times
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.console.mailings import MOST_BYTES, at_home, find, written, written_bytes
from chalicelib.web.requests import FORM, MULTIPART

routes = Blueprint(__name__)

_THEN = {"people": "audience", "preview": "preview", "variants": "variants"}

# Why words are not saved: too long; sent meanwhile; changed by somebody else meanwhile.
_REFUSALS = {"long": 413, "sent": 409, "changed": 409}


@screen(routes, "/console/mailings/{mailing}/write")
def edit_mailing(visit: Visit, mailing: str) -> Response:
    """The editor; for a mailing that is no draft any more, its front page."""
    found = find(visit, mailing)
    if found is None:
        return visit.missing()
    if not found.can_be_edited():
        return at_home(found)
    return _editor(visit, found, write_mailing.words(found), seen=_version(found))


@screen(routes, "/console/mailings/{mailing}/write", methods=["POST"], accepts=(FORM, MULTIPART))
def save_written(visit: Visit, mailing: str) -> Response:
    """Save, and go on to where the button leads."""
    found = find(visit, mailing)
    if found is None:
        return visit.missing()
    fields, _ = visit.form()
    saved = _save(found, fields)
    if isinstance(saved, str):
        return _editor(visit, found, written(fields), seen=fields.get("seen", ""), refused=saved)
    there = _THEN.get(fields.get("then", ""), "")
    path = f"/console/mailings/{found.id}/"
    return responses.see_other(path + there if there else path + "write?done=mailing-saved")


@screen(routes, "/console/mailings/{mailing}/autosave", methods=["POST"], accepts=(FORM, MULTIPART))
def autosave(visit: Visit, mailing: str) -> Response:
    """Save what is being typed, and say so in a few words."""
    found = find(visit, mailing)
    if found is None:
        return visit.missing()
    fields, _ = visit.form()
    saved = _save(found, fields)
    if isinstance(saved, str):
        return visit.show("mailing_saved.html", status=_REFUSALS[saved], mailing=found, refused=saved)
    at = times.exact(saved.edited, visit.group.time_zone)
    return visit.show("mailing_saved.html", mailing=saved, refused="", at=at, seen=_version(saved))


def _save(mailing: Mailing, fields: dict[str, str]) -> Mailing | str:
    """Save what was written, unless somebody else wrote meanwhile; or why not, a key of `_REFUSALS`."""
    words, over = written(fields), None if fields.get("over") else mailing
    if len(words["body"].encode()) + written_bytes(mailing, but="a") > MOST_BYTES:
        return "long"
    if over and over.can_be_edited() and fields.get("seen", _version(over)) != _version(over):
        return "changed"
    saved = write_mailing.save(mailing.group, mailing.id, **words, over=over)
    return saved or _why_not(mailing)


def _why_not(mailing: Mailing) -> str:
    """Sent, or written by somebody else, between our look and our write."""
    found = store.find_mailing(mailing.group, mailing.id, consistent=True)
    return "changed" if found and found.can_be_edited() else "sent"


def _version(mailing: Mailing) -> str:
    """What the words are known by; the choice of people may change meanwhile."""
    return sha256("\n".join(write_mailing.words(mailing).values()).encode()).hexdigest()[:16]


def _editor(visit: Visit, mailing: Mailing, words: dict[str, str], *, seen: str, refused: str = "") -> Response:
    return visit.show(
        "mailing_write.html",
        status=_REFUSALS.get(refused, 200),
        mailing=mailing,
        words=words,
        seen=seen,
        refused=refused,
        fields=merge.FIELDS,
        stand_ins=merge.STAND_INS,
        donate=donate_buttons.of_group(visit.group),
        sender=f"{visit.group.from_name} <{visit.group.mail_address}>",
    )
