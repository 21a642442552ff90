"""What makes a mailing look like spam: each rule tells an organizer what to change, and none is secret."""

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

from chalicelib.mailings.parts import Link, Parts

_SHORTENERS = {"bit.ly", "buff.ly", "cutt.ly", "goo.gl", "is.gd", "lnkd.in", "ow.ly", "rb.gy", "rebrand.ly"}
_SHORTENERS |= {"shorturl.at", "t.co", "t.ly", "tiny.cc", "tinyurl.com"}
_SHOWN_DOMAIN = re.compile(r"(?:https?://)?(?:www\.)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:[/?#:]\S*)?", re.IGNORECASE)
_ADDRESS_OF_NUMBERS = re.compile(r"[0-9.]+|.*:.*|0x[0-9a-f]+", re.IGNORECASE)
_FALSE_ANSWER = re.compile(r"(?:re|fwd?|aw|wg|rv)\s*:", re.IGNORECASE)
_FIELD = re.compile(r"\{\{.*?\}\}")
_LONGEST_SUBJECT = 120


class Rule(NamedTuple):
    """`finds` gives what is wrong ('' when nothing is), for `words` to name."""

    name: str
    words: str
    finds: Callable[[str, Parts], str]


def found(subject: str, parts: Parts) -> list[tuple[str, str]]:
    """The name and words of every rule that has something to say."""
    said = [(rule, rule.finds(subject, parts)) for rule in RULES]
    return [(rule.name, rule.words.format(what)) for rule, what in said if what]


def _shouts(subject: str, parts: Parts) -> str:
    letters = [letter for letter in _FIELD.sub("", subject) if letter.isalpha()]
    loud = sum(letter.isupper() for letter in letters)
    return subject if len(letters) >= 8 and loud > 0.6 * len(letters) else ""


def _exclaims(subject: str, parts: Parts) -> str:
    return subject if subject.count("!") + subject.count("¡") > 1 or "$$" in subject else ""


def _pretends(subject: str, parts: Parts) -> str:
    found = _FALSE_ANSWER.match(subject)
    return found[0] if found else ""


def _is_long(subject: str, parts: Parts) -> str:
    return str(len(subject)) if len(subject) > _LONGEST_SUBJECT else ""


def _only_pictures(subject: str, parts: Parts) -> str:
    return "picture" if parts.pictures and not parts.words else ""


def _shortened(subject: str, parts: Parts) -> str:
    return _first(parts, lambda link: host(link.address).removeprefix("www.") in _SHORTENERS)


def _numbers(subject: str, parts: Parts) -> str:
    return _first(parts, lambda link: bool(_ADDRESS_OF_NUMBERS.fullmatch(host(link.address))))


def _hides(subject: str, parts: Parts) -> str:
    return _first(parts, lambda link: "@" in (urlsplit(link.address).netloc if host(link.address) else ""))


def _shows_another(subject: str, parts: Parts) -> str:
    lies = (link for link in parts.links if _lies(link))
    return next((f"{link.label}” leads to “{host(link.address)}" for link in lies), "")


def _lies(link: Link) -> bool:
    shown, leads = _SHOWN_DOMAIN.fullmatch(link.label), host(link.address)
    if not shown or not leads:
        return False
    name = shown[1].lower().removeprefix("www.")
    return not (leads == name or leads.endswith(f".{name}") or name.endswith(f".{leads.removeprefix('www.')}"))


def _first(parts: Parts, wrong: Callable[[Link], bool]) -> str:
    return next((link.address for link in parts.links if wrong(link)), "")


def host(address: str) -> str:
    """The name of the machine that a web address leads to, in lower case; '' when there is none."""
    try:
        parts = urlsplit(address)
        return (parts.hostname or "").rstrip(".") if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""


RULES = (
    Rule("shouting", "The subject is written in capitals. Spam filters and people take that for shouting.", _shouts),
    Rule("exclaiming", "The subject has many exclamation marks or dollar signs, as spam does.", _exclaims),
    Rule("false-answer", "The subject begins with “{}”, as if it were an answer. That counts as deceiving.", _pretends),
    Rule(
        "long-subject", "The subject has {} letters. Phones show about 40; spam filters distrust long ones.", _is_long
    ),
    Rule(
        "only-pictures", "There are only pictures. Write a few words too: filters cannot read pictures.", _only_pictures
    ),
    Rule("shortener", "“{}” hides where it leads. Filters block such links: use the long address.", _shortened),
    Rule("numbers", "“{}” leads to a number and not to a name, as links in spam do.", _numbers),
    Rule("hidden-host", "“{}” has a name before an @, which makes it look like another site.", _hides),
    Rule("other-domain", "The link that shows “{}”. Filters take that for a fraud.", _shows_another),
)
