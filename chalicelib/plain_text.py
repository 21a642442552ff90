"""Text that a stranger typed, without what could deceive whoever reads it."""

import unicodedata


def clean(text: str, *, lines: bool = False) -> str:
    """One line of text (or several) without control or direction-changing characters, in composed form."""
    kept = "".join(
        letter if letter.isprintable() or (lines and letter == "\n") else " "
        for letter in unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    )
    return "\n".join(" ".join(line.split()) for line in kept.split("\n")).strip()
