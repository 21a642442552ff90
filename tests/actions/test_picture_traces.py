"""Bob takes a picture at home; the petition does not tell where he lives."""

import struct
import time
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.actions import picture
from chalicelib.actions.picture_traces import without_traces

SECRET = b"51.5074 N, Bob's phone"


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def exif(order: str, turn: int) -> bytes:
    """Orientation among other things, and a secret behind them."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    entries = [(0x010F, 2, 1, 0, 0), (0x0112, 3, 1, turn, 0), (0x8825, 4, 1, 99, 0)]
    packed = b"".join(struct.pack(order + "HHIHH", *entry) for entry in entries)
    return b"Exif\0\0" + mark + struct.pack(order + "IH", 8, 3) + packed + b"\0\0\0\0" + SECRET


FRAME = segment(0xC2, b"\x08\0\x01\0\x01\x01\x01\x11\0")
SCAN = segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x12\xff\x00\x34\xff\xd0\x56"
SHOWN = segment(0xDB, b"\0" * 65) + FRAME + SCAN + segment(0xC4, b"\0" * 17) + SCAN
KEPT = (
    segment(0xE0, b"JFIF\0\x01\x01")
    + segment(0xE2, b"ICC_PROFILE\0\x01\x01p3")
    + segment(0xEE, b"Adobe\0d\0\0\0\0\x01")
)


def jpeg(told: bytes) -> bytes:
    return b"\xff\xd8" + told + KEPT + segment(0xFE, SECRET) + SHOWN + b"\xff\xd9" + SECRET


@pytest.mark.parametrize(
    "told",
    [
        segment(0xE1, exif("<", 1)),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET),
        segment(0xE2, b"MPF\0" + SECRET),
        segment(0xED, b"Photoshop 3.0\0" + SECRET),
        segment(0xEF, SECRET) + b"\xff\xff",
        b"",
    ],
)
def test_a_jpeg_keeps_what_is_shown_and_its_colours_only(told: bytes) -> None:
    assert without_traces("jpg", jpeg(told)) == b"\xff\xd8" + KEPT + SHOWN + b"\xff\xd9"


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("turn", [2, 3, 6, 8])
def test_a_jpeg_taken_sideways_is_still_shown_upright(order: str, turn: int) -> None:
    clean = without_traces("jpg", jpeg(segment(0xE1, exif(order, turn))))
    assert SECRET not in clean
    assert clean == jpeg(b"").replace(segment(0xFE, SECRET), b"").replace(SECRET, b"").replace(
        b"\xff\xd8", b"\xff\xd8" + segment(0xE1, clean[6 : 6 + 32]), 1
    )
    assert clean[12:16] == b"MM\0*"
    assert struct.unpack_from(">HHHIH", clean, 20) == (1, 0x0112, 3, 1, turn)
    assert without_traces("jpg", clean) == clean


def test_the_sample_picture_stays_as_it_is(root: Path) -> None:
    sample = (root / "local/sample/library.jpg").read_bytes()
    clean = without_traces("jpg", sample)
    assert len(sample) - len(clean) < 200
    assert clean.endswith(sample[sample.index(b"\xff\xda") :])


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def test_a_png_keeps_what_is_shown_only() -> None:
    start, end = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0" * 13) + chunk(b"iCCP", b"p3"), chunk(b"IDAT", b"x")
    told = b"".join(chunk(kind, SECRET) for kind in (b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"))
    clean = without_traces("png", start + told + end + told + chunk(b"IEND", b"") + SECRET)
    assert clean == start + end + chunk(b"IEND", b"")


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(
        kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2) for kind, content in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def test_a_webp_keeps_what_is_shown_only_and_does_not_promise_more() -> None:
    shown, colours = (b"VP8 ", b"odd"), (b"ICCP", b"p3")
    told = riff((b"VP8X", b"\x3e" + b"\0" * 9), colours, shown, (b"EXIF", SECRET + b"!"), (b"XMP ", SECRET)) + SECRET
    assert without_traces("webp", told) == riff((b"VP8X", b"\x32" + b"\0" * 9), colours, shown)


@given(st.sampled_from(["png", "jpg", "webp"]), st.binary(max_size=80), st.integers(12, 60))
def test_what_is_broken_is_refused_or_made_whole(kind: str, noise: bytes, cut: int) -> None:
    whole = {
        "png": b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b""),
        "jpg": jpeg(segment(0xE1, exif(">", 6))),
        "webp": riff(),
    }
    try:
        clean = without_traces(kind, whole[kind][:cut] + noise)
    except ValueError:
        return
    assert picture.kind_of(clean) == kind
    assert without_traces(kind, clean) == clean


def test_a_jpeg_that_was_cut_off_is_shown_as_far_as_it_goes() -> None:
    cut = jpeg(b"").partition(b"\xff\xd9")[0]
    assert without_traces("jpg", cut) == b"\xff\xd8" + KEPT + SHOWN + b"\xff\xd9"


def test_a_broken_picture_is_not_published() -> None:
    with pytest.raises(ValueError, match="broken"):
        picture.publish("0" * 32, b"\xff\xd8\xff\xe1\0")


@pytest.mark.parametrize("noise", [b"\xff", b"\xff\xda\0\2x", b"\xff\xe1\0\2"])
def test_no_picture_keeps_us_busy(noise: bytes) -> None:
    began = time.process_time()
    with suppress(ValueError):
        without_traces("jpg", b"\xff\xd8\xff\xda\0\2" + noise * (200_000 // len(noise)))
    assert time.process_time() - began < 1
