"""Merge fields: holes in a mailing, filled from each person: `{{ first_name | default: "friend" }}`.

Compiled once: each distinct expression becomes a numbered placeholder that SES fills in by plain substitution, so what
SES is given has no logic, no stray braces and no missing value. A person's own words are only ever values: they are
escaped for HTML and never read as fields.
"""

import html as escaping
import re
from collections.abc import Mapping

import msgspec

FIELDS: dict[str, str] = {
    "first_name": "First name",
    "last_name": "Last name",
    "full_name": "Full name",
    "email": "Email",
    "zip_code": "ZIP code",
    "group_name": "Name of your group",
    "ask_1": "Ask: first amount",
    "ask_2": "Ask: second amount",
    "ask_3": "Ask: third amount",
    "ask_4": "Ask: fourth amount",
    "highest_gift": "Highest gift",
    "last_gift": "Last gift",
}
# What those have who gave before: `asks.py`.
ASKS = ("ask_1", "ask_2", "ask_3", "ask_4")
OF_DONORS = (*ASKS, "highest_gift", "last_gift")
# Those that a person may not have told us, and what could stand in for them.
STAND_INS = dict.fromkeys(("first_name", "last_name", "full_name", "zip_code"), "friend")
STAND_INS |= dict(zip(OF_DONORS, ("$10", "$25", "$50", "$100", "your gift", "your gift"), strict=True))
OPTIONAL_FIELDS = tuple(STAND_INS)
# Ours alone, and the only ones that may stand in a link's address.
SYSTEM_FIELDS = {"unsubscribe_url", *(f"{name}_link" for name in ASKS)}

# As typed, and as rich text writes the same down.
_QUOTE = """(?:"|'|&quot;|&#34;|&#39;|“|”|‘|’)"""
_SPACE = r"(?:\s|&nbsp;)*"
_DEFAULT = rf"\|{_SPACE}default{_SPACE}:{_SPACE}{_QUOTE}(.{{0,200}}?){_QUOTE}{_SPACE}"
_FIELD = re.compile(rf"\{{\{{{_SPACE}([a-z_][a-z0-9_]{{0,39}}){_SPACE}(?:{_DEFAULT})?\}}\}}")
_TOKEN = re.compile(_FIELD.pattern + r"|\{\{")
_ADDRESS = re.compile(r"""\b(?:href|src)\s*=\s*("[^"]*"|'[^']*')""", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
_LONGEST_VALUE = 500


class Content(msgspec.Struct, frozen=True):
    """An email's words, merge fields and all."""

    subject: str
    html: str
    text: str


class Hole(msgspec.Struct, frozen=True, array_like=True):
    """A placeholder and what fills it; with no field, always the default."""

    name: str
    field: str
    default: str
    escaped: bool


class Compiled(msgspec.Struct, frozen=True):
    """The words with placeholders (`{{h0}}` escaped for HTML, `{{r0}}` as it is) and the holes behind them."""

    subject: str
    html: str
    text: str
    holes: list[Hole]

    def fill(self, fields: Mapping[str, str]) -> dict[str, str]:
        """A value for every placeholder, for one recipient."""
        filled = {}
        for hole in self.holes:
            value = (_clean(fields.get(hole.field, "")) if hole.field else "") or hole.default
            filled[hole.name] = escaping.escape(value) if hole.escaped else value
        return filled


def compile(content: Content) -> Compiled:
    """Turn every field into a placeholder. Unknown fields become their default; nothing raises."""
    holes: dict[tuple[str, str, bool], Hole] = {}
    return Compiled(
        subject=_compile(content.subject, holes, escaped=False),
        html=_compile(_without_fields_in_addresses(content.html), holes, escaped=True),
        text=_compile(content.text, holes, escaped=False),
        holes=list(holes.values()),
    )


def substitute(compiled: Compiled, data: Mapping[str, str]) -> Content:
    """What SES makes of it: plain substitution."""

    def put_in(words: str) -> str:
        return _PLACEHOLDER.sub(lambda found: data[found[1]], words)

    return Content(put_in(compiled.subject), put_in(compiled.html), put_in(compiled.text))


def problems(words: str) -> list[str]:
    """What is wrong with the fields in a text, in plain words."""
    found = []
    for token in _TOKEN.finditer(words):
        name = token[1]
        if name is None:
            found.append(f"“{words[token.start() : token.start() + 30]}” is not a merge field we can read.")
        elif name not in FIELDS and name not in SYSTEM_FIELDS:
            found.append(f"There is no merge field called “{name}”. There are: {', '.join(FIELDS)}.")
    for address in _ADDRESS.findall(words):
        if any(field[1] not in SYSTEM_FIELDS for field in _FIELD.finditer(address)):
            found.append("A link’s address cannot contain a merge field.")
    return list(dict.fromkeys(found))


def used(words: str) -> dict[str, str]:
    """The fields in a text that not everybody has told us, with what stands in for them ('' where one leaves a gap)."""
    defaults: dict[str, list[str]] = {}
    for field in _FIELD.finditer(words):
        defaults.setdefault(field[1], []).append(_clean(escaping.unescape(field[2] or "")))
    return {name: min(defaults[name], key=bool) for name in OPTIONAL_FIELDS if name in defaults}


def _compile(words: str, holes: dict[tuple[str, str, bool], Hole], *, escaped: bool) -> str:
    def placeholder(token: re.Match[str]) -> str:
        known = token[1] in FIELDS or token[1] in SYSTEM_FIELDS
        default = _clean(escaping.unescape(token[2] or "")) if token[1] else "{{"
        key = (token[1] if known else "", default, escaped)
        if key not in holes:
            holes[key] = Hole(f"{'h' if escaped else 'r'}{len(holes)}", *key)
        return f"{{{{{holes[key].name}}}}}"

    return _TOKEN.sub(placeholder, words)


def _without_fields_in_addresses(html: str) -> str:
    # A value in an address could make it a script or another site; ours are made by us.
    def keep_ours(field: re.Match[str]) -> str:
        return field[0] if field[1] in SYSTEM_FIELDS else ""

    return _ADDRESS.sub(lambda address: _FIELD.sub(keep_ours, address[0]), html)


def _clean(value: str) -> str:
    if value.isprintable() and len(value) <= _LONGEST_VALUE:
        return value
    return " ".join("".join(letter if letter.isprintable() else " " for letter in value).split())[:_LONGEST_VALUE]
