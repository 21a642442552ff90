"""Our stylesheets and scripts: addressed by their content, so that browsers may keep them for ever."""

import re
from functools import cache
from hashlib import sha256
from pathlib import Path

from markupsafe import Markup

_FOLDER = Path(__file__).parent / "static"
_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_AROUND = re.compile(r"\s*([{};,])\s*")


def url(name: str) -> str:
    return f"/static/{_version(name)}/{name}"


@cache
def inlined(name: str) -> Markup:
    """A stylesheet to stand within a page, without what only people read: an answer of 422 comes uncompressed."""
    written = _COMMENT.sub("", (_FOLDER / name).read_text("utf-8"))
    return Markup(_AROUND.sub(r"\1", written).replace(";}", "}").strip())  # noqa: S704  (our own file)


def find(name: str) -> tuple[str, str] | None:
    """A file's text and media type; None for anything that is not one of ours."""
    file = _FOLDER / name
    if file.parent != _FOLDER or file.suffix not in _MEDIA_TYPES or not file.is_file():
        return None
    return file.read_text("utf-8"), _MEDIA_TYPES[file.suffix]


@cache
def _version(name: str) -> str:
    return sha256((_FOLDER / name).read_bytes()).hexdigest()[:12]
