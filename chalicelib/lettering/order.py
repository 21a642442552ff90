"""Right-to-left writing for what sets one letter after another: in the order of drawing, Arabic letters joined."""

from collections.abc import Iterator
from functools import cache
from unicodedata import bidirectional, category, decomposition

_RIGHT_TO_LEFT = frozenset(("R", "AL"))
_MIRRORED = dict(zip("()[]{}<>«»‹›", ")(][}{><»«›‹", strict=True))
_LAM, _STRETCH = "\u0644", "\u0640"
# Where Unicode keeps Arabic letters, and lam with alef, in the forms that they have beside each other.
_FORMS = (range(0xFB50, 0xFC00), range(0xFE70, 0xFEFD))


def runs_right_to_left(text: str) -> bool:
    """True where the first letter that has a direction goes to the left."""
    directions = (bidirectional(letter) for letter in text)
    return next((each for each in directions if each in ("L", "R", "AL")), "L") != "L"


def drawn(line: str, *, right_to_left: bool) -> str:
    """One line as its letters stand from left to right. `right_to_left`: so runs the text that it is of."""
    if not any(bidirectional(letter) in _RIGHT_TO_LEFT for letter in line):
        return line
    from fpdf.bidi import BidiParagraph  # noqa: PLC0415
    from fpdf.enums import TextDirection  # noqa: PLC0415

    base = TextDirection.RTL if right_to_left else TextDirection.LTR
    letters = BidiParagraph(text=joined(line), base_direction=base).get_reordered_characters()
    return "".join(
        _MIRRORED.get(each.character, each.character) if each.embedding_level % 2 else each.character
        for each in letters
    )


def joined(text: str) -> str:
    """Arabic letters in the forms that they have beside each other; marks above and below them do not part them."""
    units = list(_units(text))
    letters = [unit for unit in units if not _is_mark(unit)]
    shaped = iter([_shaped(*three) for three in zip(["", *letters], letters, [*letters[1:], ""], strict=False)])
    return "".join(unit if _is_mark(unit) else next(shaped) for unit in units)


def _shaped(before: str, unit: str, after: str) -> str:
    from_before = _reaches_on(before) and _is_reached(unit)
    to_after = _reaches_on(unit) and _is_reached(after)
    place = ("medial" if to_after else "final") if from_before else ("initial" if to_after else "isolated")
    return _forms().get((unit, place), unit)


def _reaches_on(unit: str) -> bool:
    return unit == _STRETCH or (unit, "initial") in _forms()


def _is_reached(unit: str) -> bool:
    return unit == _STRETCH or (unit, "final") in _forms()


def _units(text: str) -> Iterator[str]:
    """Letter by letter; lam and an alef after it are written as one."""
    rest = iter(range(len(text)))
    for at in rest:
        pair = text[at : at + 2]
        if len(pair) == 2 and (pair, "final") in _forms():
            next(rest)
            yield pair
        else:
            yield text[at]


def _is_mark(unit: str) -> bool:
    return category(unit[0]) == "Mn"


@cache
def _forms() -> dict[tuple[str, str], str]:
    """By a letter (or lam with alef) and its place: `isolated`, `initial`, `medial` or `final`."""
    forms = {}
    for letter in (chr(code) for codes in _FORMS for code in codes):
        place, _, codes = decomposition(letter).partition(" ")
        plain = "".join(chr(int(code, 16)) for code in codes.split())
        if len(plain) == 1 or plain.startswith(_LAM):
            forms[plain, place.strip("<>")] = letter
    return forms
