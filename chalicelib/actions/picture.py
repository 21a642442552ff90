"""The picture of an action page: what it is, known by its first bytes, and where it is published.

`picture_traces.py` takes out what it tells of whoever took it.
"""

import re

from chalicelib import clock, files
from chalicelib.actions.picture_traces import without_traces

MOST_BYTES = 2 * 1024 * 1024

_NAME = re.compile(r"[0-9a-f]{32}/[0-9a-f]{32}\.(?:png|jpg|webp)")
_MEDIA_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}


def kind_of(content: bytes) -> str | None:
    """`png`, `jpg` or `webp`; None for anything else, whatever its name or media type say."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    return None


def publish(group: str, content: bytes) -> str:
    """Publish a picture, without its traces, and give its path under /media/. Raises ValueError for what is not one."""
    kind = kind_of(content)
    if kind is None:
        raise ValueError("not a picture")
    name = f"{group}/{clock.new_id()}.{kind}"
    files.put_media(name, without_traces(kind, content), _MEDIA_TYPES[kind])
    return name


def is_ours(group: str, name: str) -> bool:
    """True for a path that `publish` gave to this group."""
    return name.startswith(f"{group}/") and bool(_NAME.fullmatch(name))
