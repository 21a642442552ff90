"""Takes out of a picture what it tells of whoever took it: place, time, camera, names, earlier versions.

What is needed to show it stays: the image itself, its colours, and which way up it is. Pixels are not touched.
"""

import re
import struct
from collections.abc import Iterator

_END = b"\xff\xd9"
_SCAN = 0xDA
# What follows a scan: a marker, that is neither a stuffed byte nor a restart within it.
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_COLOURS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}

_TELLING_PNG = (b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME")
_TELLING_WEBP = (b"EXIF", b"XMP ")
# In the flags of a WebP file: that it holds Exif and XMP.
_SAYS_SO = 0x0C


def without_traces(kind: str, content: bytes) -> bytes:
    """The same picture (`png`, `jpg` or `webp`), telling nothing but itself. Raises ValueError where it is broken."""
    try:
        return _CLEANERS[kind](content)
    except (IndexError, struct.error) as error:
        raise ValueError("a broken picture") from error


def _jpg(content: bytes) -> bytes:
    kept, turned = [content[:2]], b""
    for marker, segment, shown in _segments(content):
        turned = turned or (_turn(segment) if marker == 0xE1 else b"")
        if not 0xE0 <= marker <= 0xEF and marker != 0xFE:
            kept.append(segment + shown)
        elif marker in _COLOURS and segment[4:].startswith(_COLOURS[marker]):
            kept.append(segment)
    return b"".join([*kept[:1], turned, *kept[1:], _END])


def _segments(content: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Each segment with its marker, and the image data behind it; nothing of what hangs on behind the image's end."""
    place = 2
    while place < len(content) and content[place : place + 2] != _END:
        if content[place] != 0xFF:
            raise ValueError("a broken picture")
        if content[place + 1] == 0xFF:  # fill bytes
            place += 1
            continue
        marker, (length,) = content[place + 1], struct.unpack_from(">H", content, place + 2)
        start, end = place, place + 2 + length
        if length < 2 or end > len(content):
            raise ValueError("a broken picture")
        place = _end_of_scan(content, end) if marker == _SCAN else end
        yield marker, content[start:end], content[end:place]


def _end_of_scan(content: bytes, start: int) -> int:
    following = _AFTER_SCAN.search(content, start)
    return following.start() if following else len(content)


def _turn(segment: bytes) -> bytes:
    """An Exif segment that says which way up the picture is, and no more; nothing when it lies as it should."""
    tiff = segment[10:]
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None or segment[4:10] != b"Exif\0\0":
        return b""
    (start,) = struct.unpack_from(order + "I", tiff, 4)
    (count,) = struct.unpack_from(order + "H", tiff, start)
    entries = (struct.unpack_from(order + "HHIH", tiff, start + 2 + 12 * number) for number in range(count))
    turn = next((value for tag, _, _, value in entries if tag == 0x0112), 1)
    if not 2 <= turn <= 8:
        return b""
    return b"\xff\xe1" + struct.pack(">H6s4sIHHHIHHI", 34, b"Exif\0\0", b"MM\0*", 8, 1, 0x0112, 3, 1, turn, 0, 0)


def _png(content: bytes) -> bytes:
    kept, place = [content[:8]], 8
    while True:
        length, kind = struct.unpack_from(">I4s", content, place)
        end = place + 12 + length
        if end > len(content):
            raise ValueError("a broken picture")
        if kind not in _TELLING_PNG:
            kept.append(content[place:end])
        if kind == b"IEND":
            return b"".join(kept)
        place = end


def _webp(content: bytes) -> bytes:
    kept, place = [b"WEBP"], 12
    end = min(len(content), 8 + struct.unpack_from("<I", content, 4)[0])
    while place < end:
        kind, length = struct.unpack_from("<4sI", content, place)
        chunk = content[place : place + 8 + length + length % 2]
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~_SAYS_SO]) + chunk[9:]
        if kind not in _TELLING_WEBP:
            kept.append(chunk)
        place += 8 + length + length % 2
    body = b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


_CLEANERS = {"jpg": _jpg, "png": _png, "webp": _webp}
