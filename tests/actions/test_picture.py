"""A picture is known by its first bytes, whatever it calls itself."""

import pytest

from chalicelib.actions import picture

GROUP = "0" * 32


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\nrest", "png"),
        (b"\xff\xd8\xff\xe0rest", "jpg"),
        (b"RIFF\x10\0\0\0WEBPrest", "webp"),
        (b"RIFF\x10\0\0\0WAVErest", None),
        (b"GIF89a", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", None),
        (b"<!doctype html>", None),
        (b"", None),
    ],
)
def test_kinds(content: bytes, kind: str | None) -> None:
    assert picture.kind_of(content) == kind


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        (f"{GROUP}/{'1' * 32}.png", True),
        (f"{GROUP}/{'1' * 32}.svg", False),
        (f"{'2' * 32}/{'1' * 32}.png", False),
        (f"{GROUP}/../{'2' * 32}.png", False),
        (f"{GROUP}/{'1' * 32}.png\n", False),
        ("", False),
    ],
)
def test_only_paths_that_we_gave_are_ours(name: str, ours: bool) -> None:
    assert picture.is_ours(GROUP, name) is ours


def test_what_is_no_picture_is_never_published() -> None:
    with pytest.raises(ValueError, match="not a picture"):
        picture.publish(GROUP, b"<svg>")
