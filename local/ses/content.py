"""What a message says: shared by everyone it is written to, with holes that each recipient's data fills."""

import functools
import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

_HOLE = re.compile(r"\{\{\s*([^{}#/>^!\s][^{}\s]*)\s*\}\}")
_read_object = msgspec.json.Decoder(dict[str, Any]).decode
_LOGIC = re.compile(r"\{\{[#/>^!]")

Header = tuple[str, str]


class Content(NamedTuple):
    """`defaults` is a JSON object as text; `holes` is empty when the text is to be taken as it stands."""

    sender: str
    reply_to: str
    subject: str
    html: str
    text: str
    headers: tuple[Header, ...]
    defaults: str
    template_name: str
    holes: frozenset[str]

    @property
    def digest(self) -> bytes:
        return blake2b(repr(self[:-1]).encode(), digest_size=16).digest()


class Rendered(NamedTuple):
    subject: str
    html: str
    text: str


@functools.lru_cache(maxsize=64)
def holes(*parts: str) -> frozenset[str]:
    """The names of the variables in a template's subject, HTML and text."""
    return frozenset(name for part in parts for name in _HOLE.findall(part))


def has_logic(*parts: str) -> bool:
    """Whether a template uses Handlebars beyond simple substitution, which inline SES templates cannot."""
    return any(_LOGIC.search(part) for part in parts)


def render(content: Content, data: str) -> Rendered:
    """Each hole replaced by the recipient's value, unescaped as SES does, or by the template's default."""
    if not content.holes:
        return Rendered(content.subject, content.html, content.text)
    values = merged(content.defaults, data)
    return Rendered(*(_fill(part, values) for part in (content.subject, content.html, content.text)))


def render_subject(content: Content, data: str) -> str:
    return _fill(content.subject, merged(content.defaults, data)) if content.holes else content.subject


def merged(defaults: str, data: str) -> dict[str, Any]:
    """Defaults are taken key by key; AWS's pages can be read either way, so `make doctor` looks on a live account."""
    return {**read_object(defaults), **read_object(data)}


def read_object(text: str) -> dict[str, Any]:
    """A JSON object out of text; {} for nothing. Raises ValueError on anything else."""
    if not text or text == "{}":
        return {}
    try:
        return _read_object(text)
    except msgspec.DecodeError as error:
        raise ValueError("template data is a JSON object") from error


def _fill(part: str, values: Mapping[str, Any]) -> str:
    return _HOLE.sub(lambda hole: str(values[hole[1]]), part)
