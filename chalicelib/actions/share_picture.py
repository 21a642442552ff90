"""What a shared link shows where a page has no picture: its title and its group's name, on the group's colour."""

import io
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from chalicelib import files, log
from chalicelib.actions.action_page import ActionPage
from chalicelib.lettering.face import Face, face
from chalicelib.lettering.lines import lines, one_line
from chalicelib.lettering.order import runs_right_to_left
from chalicelib.network import accent
from chalicelib.network.group import Group

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

# What every service shows whole; in pixels.
WIDTH, HEIGHT = 1200, 630

# Part of its name: what is drawn otherwise is another picture.
_DESIGN = 1
_MARGIN, _BAR = 88, 12
_TITLE_TOP, _TITLE_HEIGHT = 152, 340
_NAME_SIZE, _NAME_TOP = 36, 520
_SIZES = range(120, 40, -4)
_LEADING = 1.16


def made(group: Group, page: ActionPage, title: str) -> str:
    """The path of the picture under /media/; drawn unless the page has it already, '' where it cannot be made."""
    name = _name(group, title)
    if page.share_picture == name:
        return name
    try:
        content = drawn(title, group.name, group.accent)
        if content:
            files.put_media(name, content, "image/png")
    except Exception as error:
        # It is an ornament: no page waits for it.
        log.failure("share picture not made", error, page=page.id)
        return ""
    return name if content else ""


def drawn(title: str, name: str, colour: str) -> bytes:
    """A PNG; b'' where the font lacks letters of the title: boxes would be worse than no picture."""
    from PIL import ImageDraw, ImageOps  # noqa: PLC0415

    bold = face(bold=True)
    if not title or bold.lacks(title):
        return b""
    ground = accent.usable(colour)
    ink, from_right = accent.on_accent(ground), runs_right_to_left(title)
    image = _adorned(ground, ink)
    if from_right:
        image = ImageOps.mirror(image)
    pen = ImageDraw.Draw(image)
    _title(pen, title, bold, ink)
    if not bold.lacks(name):
        shown = one_line(name, bold, (WIDTH - 2 * _MARGIN) / _NAME_SIZE)
        _line(pen, _NAME_TOP, shown, _NAME_SIZE, ink, from_right=from_right)
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def size_of(title: str, bold: Face) -> int:
    """The largest letters in which a title fits, without breaking a word where that can be."""
    for size in _SIZES:
        width = (WIDTH - 2 * _MARGIN) / size
        high = len(lines(title, bold, width)) * size * _LEADING
        if high <= _TITLE_HEIGHT and all(bold.width(bold.shown(word)) <= width for word in title.split()):
            return size
    return _SIZES[-1]


def _title(pen: "ImageDraw", title: str, bold: Face, ink: str) -> None:
    size = size_of(title, bold)
    broken = lines(title, bold, (WIDTH - 2 * _MARGIN) / size)[: int(_TITLE_HEIGHT / (size * _LEADING))]
    for number, line in enumerate(broken):
        top = _TITLE_TOP + round(number * size * _LEADING)
        _line(pen, top, line, size, ink, from_right=runs_right_to_left(title))


def _line(pen: "ImageDraw", top: int, line: str, size: int, ink: str, *, from_right: bool) -> None:
    from PIL import ImageFont  # noqa: PLC0415

    # Basic: the letters come in the order of drawing, and whether a shaping library is there makes no difference.
    font = ImageFont.truetype(face(bold=True).file, size, layout_engine=ImageFont.Layout.BASIC)
    x = WIDTH - _MARGIN if from_right else _MARGIN
    pen.text((x, top), line, font=font, fill=ink, anchor="ra" if from_right else "la")


def _adorned(ground: str, ink: str) -> "Image":
    """Rings as of a voice that carries, of a tone from which the letters stand out even more than from the ground."""
    from PIL import Image, ImageDraw  # noqa: PLC0415

    image = Image.new("RGB", (WIDTH, HEIGHT), ground)
    # Drawn twice as large and made smaller, so that the edges are smooth.
    wide = Image.new("L", (2 * WIDTH, 2 * HEIGHT), 0)
    pen = ImageDraw.Draw(wide)
    for radius, strength in ((1240, 26), (960, 44), (680, 62), (400, 84)):
        pen.circle((2 * WIDTH - 60, 2 * HEIGHT + 40), radius, fill=strength)
    shade = "#fff" if ink == "#000" else "#000"
    image.paste(shade, (0, 0), wide.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS))
    ImageDraw.Draw(image).rectangle((_MARGIN, 96, _MARGIN + 96, 96 + _BAR - 1), fill=ink)
    return image


def _name(group: Group, title: str) -> str:
    """Always the same for the same picture, so that a repetition makes no second one."""
    told = msgspec.json.encode((_DESIGN, title, group.name, group.accent))
    return f"{group.id}/{sha256(told).hexdigest()[:32]}.png"
